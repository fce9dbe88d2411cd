/**
 * The convolutional network of the book's chapter 14, on 10,000 real handwritten digits.
 * Run it with `npm start -- mnist-cnn`.
 */
import { getDefaultDevice, Sequential, setSeed } from "neurite";
import { digits } from "neurite/datasets";
import { Conv2D, Dense, Dropout, Flatten, MaxPooling2D, Reshape } from "neurite/layers";
import { drawCurves } from "./support/learning-curves.ts";

setSeed(42);
const { train, test } = await digits.loadData();
console.log(`device: ${getDefaultDevice().description}`);

const conv = (filters: number, kernelSize = 3): Conv2D =>
  new Conv2D(filters, kernelSize, { activation: "relu", padding: "same", kernelInitializer: "he_normal" });
const model = new Sequential([
  new Reshape([28, 28, 1], { inputShape: [28, 28] }),
  conv(64, 7),
  new MaxPooling2D(2),
  conv(128),
  conv(128),
  new MaxPooling2D(2),
  conv(256),
  conv(256),
  new MaxPooling2D(2),
  new Flatten(),
  new Dense(128, { activation: "relu", kernelInitializer: "he_normal" }),
  new Dropout(0.5),
  new Dense(64, { activation: "relu", kernelInitializer: "he_normal" }),
  new Dropout(0.5),
  new Dense(10, { activation: "softmax" }),
]);
model.compile({ loss: "sparse_categorical_crossentropy", optimizer: "nadam", metrics: ["accuracy"] });
model.summary();

const history = await model.fit(train.x, train.y, { epochs: 5, validationSplit: 1 / 9 });
console.log(drawCurves(history.history));
const { accuracy } = await model.evaluate(test.x, test.y, { verbose: 0 });
console.log(`test accuracy: ${((accuracy ?? 0) * 100).toFixed(1)}%`);
