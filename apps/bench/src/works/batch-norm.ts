import { Sequential, tensor } from "neurite";
import { BatchNormalization, Dense, InputLayer } from "neurite/layers";
import { someDigits } from "../data.ts";
import { timed, type Work } from "../work.ts";

const [samples, batch] = [9600, 32];

export const batchNorm: Work = {
  title: "a training step of five layers of 100 ELUs with batch normalization, batch 32, Nadam",
  rows: {
    step: {
      unit: "us",
      prepare: async () => {
        const { x, y } = await someDigits(samples);
        const [xTrain, yTrain] = [tensor(x, { shape: [samples, 784] }), tensor(y)];
        const model = new Sequential([new InputLayer({ shape: [784] })]);
        for (let i = 0; i < 5; i++) {
          model.add(new Dense(100, { activation: "elu", kernelInitializer: "he_normal" }));
          model.add(new BatchNormalization());
        }
        model.add(new Dense(10, { activation: "softmax" }));
        model.compile({ loss: "sparse_categorical_crossentropy", optimizer: "nadam" });
        return timed("us", samples / batch, () => model.fit(xTrain, yTrain, { epochs: 1, batchSize: batch, verbose: 0 }));
      },
    },
  },
};
