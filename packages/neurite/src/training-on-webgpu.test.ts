/** Held to the cpu backend: whole models, whose layers, losses, gradients and optimizer run as one program. */
import { isAvailable } from "@neurite/backend-cpu";
import { type Backend, getDefaultDevice, setDefaultDevice, setSeed, tensor } from "@neurite/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cpu, reference, webgpu } from "./backends.ts";
import { digits } from "./datasets.ts";
import "./index.ts";
import { Conv2D, Dense, Flatten, type Layer, MaxPooling2D, Reshape } from "./layers.ts";
import { Sequential } from "./models.ts";
import { Adam } from "./optimizers.ts";

const steps = 8;
const batch = 32;

const device = await webgpu().catch((error: Error) => error);
// So that nobody takes a program for a GPU.
if (!(device instanceof Error)) console.info(`training on ${device.description}`);

let before: Backend;
let images: Float32Array;
let labels: Int32Array;

beforeAll(async () => {
  before = getDefaultDevice();
  const { train } = await digits.loadData();
  images = Float32Array.from((await train.x.data()) as Float32Array).slice(0, steps * batch * 784);
  labels = Int32Array.from((await train.y.data()) as Int32Array).slice(0, steps * batch);
});
afterAll(() => setDefaultDevice(before));

const models = {
  MLP: () => [new Flatten({ inputShape: [28, 28] }), new Dense(32, { activation: "relu" }), new Dense(10, { activation: "softmax" })],
  CNN: () => [
    new Reshape([28, 28, 1], { inputShape: [28, 28] }),
    new Conv2D(4, 3, { activation: "relu", padding: "same" }),
    new MaxPooling2D({ poolSize: 2 }),
    new Conv2D(8, 3, { strides: 2, activation: "relu" }),
    new Flatten(),
    new Dense(10, { activation: "softmax" }),
  ],
};

/** The loss of each batch in two epochs, before the update it leads to. */
async function lossCurve(device: Backend, layers: () => Layer[]): Promise<number[]> {
  setDefaultDevice(device);
  setSeed(7);
  const model = new Sequential(layers());
  model.compile({ loss: "sparse_categorical_crossentropy", optimizer: new Adam({ learningRate: 0.01 }) });
  const losses: number[] = [];
  for (let step = 0; step < 2 * steps; step++) {
    const start = (step % steps) * batch;
    const x = tensor(images.subarray(start * 784, (start + batch) * 784), { dtype: "float32", shape: [batch, 28, 28] });
    const y = tensor(labels.subarray(start, start + batch), { dtype: "int32" });
    model.resetMetrics();
    losses.push((await model.trainOnBatch(x, y))["loss"] as number);
  }
  return losses;
}

// Both round float32 sums in orders of their own, and training carries the differences on: about 1e-5 after these steps.
const tolerance = 1e-4;

for (const [name, layers] of Object.entries(models)) {
  const title = `a small ${name} on digits: the loss of each step is that of the cpu backend, within ${tolerance} of it`;
  test(title, { timeout: 60_000 }, async (context) => {
    if (device instanceof Error) return context.skip(`WebGPU is not tested: ${device.message}`);
    const expected = await lossCurve(isAvailable() ? cpu() : reference(), layers);
    const found = await lossCurve(device, layers);
    expect(found).toHaveLength(2 * steps);
    const differences = expected.map((loss, i) => Math.abs((found[i] as number) - loss) / loss);
    console.info(`${name}: ${expected[0]} to ${expected.at(-1)}, differences up to ${Math.max(...differences)}`);
    for (const difference of differences) expect(difference).toBeLessThan(tolerance);
    // It learns: equal curves of models that stand still would say little.
    expect(found.at(-1)).toBeLessThan((found[0] as number) / 2);
  });
}
