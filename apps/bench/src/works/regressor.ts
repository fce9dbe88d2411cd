import { random, Sequential } from "neurite";
import { Dense } from "neurite/layers";
import { SGD } from "neurite/optimizers";
import { repeated, timed, type Work } from "../work.ts";

const [samples, batch] = [11_610, 32];

function regression(): Sequential {
  const model = new Sequential([new Dense(30, { activation: "relu", inputShape: [8] }), new Dense(1)]);
  model.compile({ loss: "mse", optimizer: new SGD({ learningRate: 0.001 }) });
  return model;
}

export const regressor: Work = {
  title: "a training step of the 8-30-1 regressor on data of the shape of the California housing set, batch 32, SGD: almost only overhead",
  rows: {
    step: {
      unit: "us",
      prepare: async () => {
        const [x, y] = [random.normal([samples, 8]).realize(), random.normal([samples, 1]).realize()];
        const model = regression();
        const epochs = 5;
        return timed("us", epochs * Math.ceil(samples / batch), () => model.fit(x, y, { epochs, batchSize: batch, verbose: 0 }));
      },
    },
    "step by step": {
      unit: "us",
      prepare: () => {
        const [x, y] = [random.normal([batch, 8]).realize(), random.normal([batch, 1]).realize()];
        const model = regression();
        return repeated("us", () => model.trainOnBatch(x, y));
      },
    },
  },
};
