import { Sequential, tensor } from "neurite";
import { Dense } from "neurite/layers";
import { SGD } from "neurite/optimizers";
import { someDigits } from "../data.ts";
import { timed, type Row, type Work } from "../work.ts";

const [samples, batch] = [55_000, 32];

/** The classifier of the book's chapter 10: 784-300-100-10. */
export function classifier(): Sequential {
  return new Sequential([
    new Dense(300, { activation: "relu", inputShape: [784] }),
    new Dense(100, { activation: "relu" }),
    new Dense(10, { activation: "softmax" }),
  ]);
}

/** Epochs of `fit`. */
function training(metrics: readonly string[]): Row {
  return {
    unit: "us",
    flops: 6 * batch * (784 * 300 + 300 * 100 + 100 * 10) - 2 * batch * 784 * 300,
    prepare: async () => {
      const { x, y } = await someDigits(samples);
      const [xTrain, yTrain] = [tensor(x, { shape: [samples, 784] }), tensor(y)];
      const model = classifier();
      model.compile({ loss: "sparse_categorical_crossentropy", optimizer: new SGD({ learningRate: 0.01 }), metrics });
      return timed("us", Math.ceil(samples / batch), () => model.fit(xTrain, yTrain, { epochs: 1, batchSize: batch, verbose: 0 }));
    },
  };
}

export const mlp: Work = {
  title: "a training step of the 784-300-100-10 classifier, batch 32, SGD, in an epoch of 55,000 digits",
  rows: { step: training([]), "step with accuracy": training(["accuracy"]) },
};
