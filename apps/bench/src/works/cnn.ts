import { Sequential, tensor } from "neurite";
import { Conv2D, Dense, Dropout, Flatten, MaxPooling2D } from "neurite/layers";
import { someDigits } from "../data.ts";
import { peakMemoryRow } from "../memory.ts";
import { timed, type Work } from "../work.ts";

const [samples, batch] = [384, 32];

/** The convolutional network of the book's chapter 14. */
export function convolutional(): Sequential {
  const he = { activation: "relu", kernelInitializer: "he_normal" } as const;
  const conv = (filters: number, kernelSize: number, options: { inputShape?: number[] } = {}): Conv2D =>
    new Conv2D(filters, kernelSize, { padding: "same", ...he, ...options });
  return new Sequential([
    conv(64, 7, { inputShape: [28, 28, 1] }),
    new MaxPooling2D(),
    conv(128, 3),
    conv(128, 3),
    new MaxPooling2D(),
    conv(256, 3),
    conv(256, 3),
    new MaxPooling2D(),
    new Flatten(),
    new Dense(128, he),
    new Dropout(0.5),
    new Dense(64, he),
    new Dropout(0.5),
    new Dense(10, { activation: "softmax" }),
  ]);
}

export const cnn: Work = {
  title: "a training step of the convolutional network of the book's chapter 14, batch 32, Nadam",
  rows: {
    step: {
      unit: "ms",
      flops: 17e9,
      prepare: async () => {
        const { x, y } = await someDigits(samples);
        const [xTrain, yTrain] = [tensor(x, { shape: [samples, 28, 28, 1] }), tensor(y)];
        const model = convolutional();
        model.compile({ loss: "sparse_categorical_crossentropy", optimizer: "nadam" });
        return timed("ms", samples / batch, () => model.fit(xTrain, yTrain, { epochs: 1, batchSize: batch, verbose: 0 }));
      },
    },
    "peak memory": peakMemoryRow,
  },
};
