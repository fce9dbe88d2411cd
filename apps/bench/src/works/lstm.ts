import { Sequential, tensor } from "neurite";
import { Dense, InputLayer, LSTM } from "neurite/layers";
import { noise } from "../data.ts";
import { timed, type Work } from "../work.ts";

const [samples, steps, features, batch] = [640, 100, 64, 32];

export const lstm: Work = {
  title: "a training step of LSTM(128) over 100 steps of 64 features, batch 32, Adam",
  rows: {
    step: {
      unit: "ms",
      prepare: async () => {
        const x = tensor(noise(samples * steps * features), { shape: [samples, steps, features] });
        const y = tensor(Int32Array.from({ length: samples }, (_, i) => i % 10));
        const model = new Sequential([
          new InputLayer({ shape: [steps, features] }),
          new LSTM(128),
          new Dense(10, { activation: "softmax" }),
        ]);
        model.compile({ loss: "sparse_categorical_crossentropy", optimizer: "adam" });
        return timed("ms", samples / batch, () => model.fit(x, y, { epochs: 1, batchSize: batch, verbose: 0 }));
      },
    },
  },
};
