/**
 * Monte Carlo dropout, as in the book's chapter 11: dropout stays on in prediction, and the spread of many predictions tells how sure the model is.
 * Run it with `npm start -- mc-dropout [--quick]`.
 */
import { ops, Sequential, setSeed, type Tensor } from "neurite";
import { Dense, Dropout, Flatten } from "neurite/layers";
import { percent, quick } from "./support/options.ts";
import { someDigits } from "./support/some-digits.ts";

setSeed(42);
const { train, test } = await someDigits([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], quick ? 500 : 3000, 1000);
const model = new Sequential([
  new Flatten({ inputShape: [28, 28] }),
  new Dropout(0.2),
  new Dense(200, { activation: "elu", kernelInitializer: "he_normal" }),
  new Dropout(0.2),
  new Dense(100, { activation: "elu", kernelInitializer: "he_normal" }),
  new Dropout(0.2),
  new Dense(10, { activation: "softmax" }),
]);
model.compile({ loss: "sparse_categorical_crossentropy", optimizer: "nadam", metrics: ["accuracy"] });
await model.fit(train.x, train.y, { epochs: quick ? 4 : 15, verbose: 0 });

const correct = (probabilities: Tensor): Tensor => ops.cast(ops.equal(ops.argmax(probabilities, { axis: -1 }), test.y), "float32");
const draws = ops.stack(Array.from({ length: quick ? 20 : 100 }, () => model(test.x, { training: true })));
const [single, mean] = [model(test.x), ops.mean(draws, { axis: 0 })];
console.log(`test accuracy of one prediction without dropout: ${percent(await ops.mean(correct(single)).item())}`);

// Where the draws agree the model is right more often than where they do not.
const spread = ops.max(ops.std(draws, { axis: 0 }), { axis: -1 });
const right = correct(mean);
const order = await ops.argsort(spread).array();
const accuracyOf = async (part: readonly number[]): Promise<string> => percent(await ops.mean(ops.take(right, part, { axis: 0 })).item());
const half = (order as number[]).length / 2;
console.log(`the half it is surest of: ${await accuracyOf((order as number[]).slice(0, half))}; the other half: ${await accuracyOf((order as number[]).slice(half))}`); // prettier-ignore
console.log(`test accuracy of the mean of ${draws.shape[0]} predictions: ${percent(await ops.mean(right).item())}`);
