import { type Model, tensor } from "neurite";
import { noise } from "../data.ts";
import { repeated, type Row, type Work } from "../work.ts";
import { convolutional } from "./cnn.ts";
import { classifier } from "./mlp.ts";

function prediction(model: () => Model, shape: readonly number[], flops: number): Row {
  return {
    unit: "us",
    flops,
    prepare: () => {
      const made = model();
      const x = tensor(noise(784), { shape });
      return repeated("us", () => made.predictOnBatch(x).dataSync());
    },
  };
}

export const onePrediction: Work = {
  title: "one prediction of one sample, read back (predictOnBatch)",
  rows: {
    mlp: prediction(classifier, [1, 784], 2 * (784 * 300 + 300 * 100 + 100 * 10)),
    cnn: prediction(convolutional, [1, 28, 28, 1], 179e6),
  },
};
