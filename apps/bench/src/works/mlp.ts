import { Sequential, tensor } from "neurite";
import { digits } from "neurite/datasets";
import { Dense } from "neurite/layers";
import { SGD } from "neurite/optimizers";
import { clock, type Emit } from "../measure.ts";

const samples = 55_000;

/** W1: one epoch of `fit` of the 784-300-100-10 network on 55,000 digits, batch 32, plain SGD. */
export async function mlp(emit: Emit): Promise<void> {
  const { train } = await digits.loadData();
  const pixels = await train.x.data();
  const labels = await train.y.data();
  const x = new Float32Array(samples * 784);
  const y = new Int32Array(samples);
  for (let i = 0; i < samples; i++) {
    const k = i % labels.length;
    x.set(pixels.subarray(k * 784, (k + 1) * 784), i * 784);
    y[i] = labels[k] as number;
  }
  const xTrain = tensor(x, { shape: [samples, 784] });
  const yTrain = tensor(y);
  for (const metrics of [[], ["accuracy"]]) {
    const model = new Sequential([
      new Dense(300, { activation: "relu", inputShape: [784] }),
      new Dense(100, { activation: "relu" }),
      new Dense(10, { activation: "softmax" }),
    ]);
    model.compile({ loss: "sparse_categorical_crossentropy", optimizer: new SGD({ learningRate: 0.01 }), metrics });
    const times = await clock(() => model.fit(xTrain, yTrain, { epochs: 1, batchSize: 32, verbose: 0 }), 4, 1);
    const steps = Math.ceil(samples / 32);
    const more = { metrics: metrics.length > 0 ? "accuracy" : "none" };
    emit("W1", metrics.length > 0 ? "epoch" : "epoch, no metric", times, "s", more);
    emit(
      "W1",
      metrics.length > 0 ? "step" : "step, no metric",
      times.map((seconds) => (seconds / steps) * 1e6),
      "us/step",
      more,
    );
  }
}
