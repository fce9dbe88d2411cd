/**
 * Unsupervised pretraining, as in the book's chapter 11: an autoencoder learns from digits without labels; its encoder starts a classifier that has
 * few labels, beside one from scratch. On images as simple as these it is no better for it; the printout shows both. Run it with `npm start -- autoencoder-pretraining [--quick]`.
 */
import { ops, Sequential, setSeed, type Tensor } from "neurite";
import { Dense, Dropout, Flatten, Reshape } from "neurite/layers";
import { percent, quick } from "./support/options.ts";
import { someDigits } from "./support/some-digits.ts";

setSeed(42);
const { train, test } = await someDigits([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], quick ? 600 : 6000, 1000);
const labelled = 100;
const [x, y] = [ops.slice(train.x, [0, 0, 0], [labelled, 28, 28]), ops.slice(train.y, [0], [labelled])];
const newEncoder = (): Sequential =>
  new Sequential([
    new Flatten({ inputShape: [28, 28] }),
    new Dense(128, { activation: "elu", kernelInitializer: "he_normal" }),
    new Dense(32, { activation: "elu", kernelInitializer: "he_normal" }),
  ]);

const encoder = newEncoder();
const decoder = new Sequential([
  new Dense(128, { activation: "elu", kernelInitializer: "he_normal", inputShape: [32] }),
  new Dense(784, { activation: "sigmoid" }),
  new Reshape([28, 28]),
]);
// Noise on the inputs: what is to be given back are the digits without it.
const autoencoder = new Sequential([new Dropout(0.3, { inputShape: [28, 28] }), encoder, decoder]);
autoencoder.compile({ loss: "mse", optimizer: "nadam" });
const { history } = await autoencoder.fit(train.x, train.x, { epochs: quick ? 3 : 15, verbose: 0 });
const errors = history["loss"] as number[];
console.log(`${train.y.size} digits without labels: reconstruction error ${errors[0]?.toFixed(4)} → ${errors.at(-1)?.toFixed(4)}`);

async function accuracyWith(start: Sequential): Promise<string> {
  const classifier = new Sequential([start, new Dense(10, { activation: "softmax" })]);
  classifier.compile({ loss: "sparse_categorical_crossentropy", optimizer: "nadam", metrics: ["accuracy"] });
  await classifier.fit(x as Tensor, y as Tensor, { epochs: quick ? 10 : 100, verbose: 0 });
  return percent((await classifier.evaluate(test.x, test.y, { verbose: 0 }))["accuracy"]);
}
console.log(`${labelled} digits with labels, from scratch: ${await accuracyWith(newEncoder())}`);
console.log(`test accuracy with the pretrained encoder: ${await accuracyWith(encoder)}`);
