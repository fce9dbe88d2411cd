import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Worker } from "node:worker_threads";
import { cpu, isAvailable, whyUnavailable } from "@neurite/backend-cpu";
import { reference } from "@neurite/backend-reference";
import { type Backend, setDefaultDevice, setSeed } from "@neurite/core";
import { Activation, BatchNormalization, Conv2D, Dense, Dropout, Flatten, Input, MaxPooling2D } from "@neurite/layers";
import { SparseCategoricalCrossentropy } from "@neurite/losses";
import { SGD } from "@neurite/optimizers";
import { beforeEach, describe, expect, test } from "vitest";
import { Sequential } from "../index.ts";
import { data, expectClose, formula, setUp } from "../testing/fixtures.ts";

beforeEach(() => void setUp());

const native = isAvailable();
if (!native) console.warn(`tests of the native backend are skipped: ${whyUnavailable()}`);

interface Run {
  readonly history: Readonly<Record<string, number[]>>;
  readonly predicted: number[];
}

async function mlp(device: Backend): Promise<Run> {
  setDefaultDevice(device);
  setSeed(5);
  const model = new Sequential([
    Input({ shape: [6] }),
    new Dense(16, { activation: "elu", kernelInitializer: "he_normal", kernelRegularizer: "l2" }),
    new Dense(8, { activation: "tanh" }),
    new Dense(3, { activation: "softmax" }),
  ]);
  model.compile({ loss: "sparse_categorical_crossentropy", optimizer: "adam", metrics: ["accuracy"] });
  const x = data.x();
  const { history } = await model.fit(x, data.labels, { epochs: 6, batchSize: 8, validationSplit: 0.2, verbose: 0 });
  return { history, predicted: Array.from(await (await model.predict(x, { verbose: 0 })).data<Float32Array>()) };
}

async function cnn(device: Backend): Promise<Run> {
  setDefaultDevice(device);
  setSeed(9);
  const model = new Sequential([
    Input({ shape: [10, 10, 1] }),
    new Conv2D(6, 3, { padding: "same", useBias: false }),
    new BatchNormalization(),
    new Activation("relu"),
    new MaxPooling2D(),
    new Conv2D(8, 3, { activation: "relu", strides: 2 }),
    new Dropout(0.3),
    new Flatten(),
    new Dropout(0.2),
    new Dense(3),
  ]);
  const loss = new SparseCategoricalCrossentropy({ fromLogits: true });
  model.compile({ loss, optimizer: new SGD({ learningRate: 0.05, momentum: 0.9, nesterov: true }), metrics: ["accuracy"] });
  const images = formula([50, 10, 10, 1], 0.37, 0.2);
  const { history } = await model.fit(images, data.labels, { epochs: 4, batchSize: 16, validationSplit: 0.2, verbose: 0 });
  return { history, predicted: Array.from(await (await model.predict(images, { verbose: 0 })).data<Float32Array>()) };
}

describe.skipIf(!native)("the native backend trains as the reference does", () => {
  test.each([
    ["a dense network", mlp],
    ["a convolutional one with batch normalization and dropout", cnn],
  ] as const)("%s", async (_name, run) => {
    const expected = await run(reference());
    const found = await run(cpu());
    for (const [name, values] of Object.entries(expected.history)) expectClose(found.history[name], values, name, 1e-4);
    expectClose(found.predicted, expected.predicted, "predicted", 1e-4);
    expect(expected.history["loss"].at(-1)).toBeLessThan(expected.history["loss"][0]);
  });

  test("gives the same bits however its steps are grouped", async () => {
    const run = async (listening: boolean): Promise<unknown> => {
      setDefaultDevice(cpu({ threads: 2 }));
      setSeed(3);
      const model = new Sequential([Input({ shape: [6] }), new Dense(8, { activation: "relu" }), new Dropout(0.2), new Dense(1)]);
      model.compile({ loss: "mse", optimizer: "nadam" });
      const callbacks = listening ? [{ onTrainBatchEnd: (): void => {} }] : [];
      return (await model.fit(data.x(), data.target(), { epochs: 5, batchSize: 8, verbose: 0, callbacks })).history;
    };
    expect(await run(true)).toEqual(await run(false));
  });

  test("names op and layer of labels out of range, and stays at the last step that was right", async () => {
    setDefaultDevice(cpu());
    const model = new Sequential([new Dense(3, { activation: "softmax", inputShape: [6] })]);
    model.compile({ loss: "sparse_categorical_crossentropy", optimizer: "sgd" });
    await model.fit(data.x(), data.labels, { batchSize: 5, epochs: 20, verbose: 0, shuffle: false });
    const bad = Int32Array.from(data.labels);
    bad[23] = 3;
    const before = await (model.optimizer.iterations as unknown as { item(): Promise<number> }).item();
    await expect(model.fit(data.x(), bad, { batchSize: 5, verbose: 0, shuffle: false })).rejects.toThrow(
      /\[sparse_categorical_crossentropy\] label/,
    );
    expect(await (model.optimizer.iterations as unknown as { item(): Promise<number> }).item()).toBe(before + 4);
    await model.fit(data.x(), data.labels, { batchSize: 5, verbose: 0 });
  });
});

test.skipIf(!native)("models that are dropped leave nothing behind, neither themselves nor memory of the device", async () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const device = cpu();
  setDefaultDevice(device);
  const models: WeakRef<object>[] = [];
  for (let i = 0; i < 10; i++) {
    const model = new Sequential([new Dense(64)]);
    model.compile({ loss: "mse", optimizer: "adam" });
    const x = formula([32, 64], 1, i);
    await model.fit(x, x, { verbose: 0, validationSplit: 0.5 });
    await model.predict(x, { verbose: 0 });
    model.predictOnBatch(x);
    models.push(new WeakRef(model));
  }
  for (let i = 0; i < 5; i++) {
    await new Promise((resolve) => void setTimeout(resolve, 20));
    collect();
  }
  // The last one may still be on the stack.
  expect(models.filter((model) => model.deref() !== undefined).length).toBeLessThan(2);
  expect(device.memory().bytes).toBeLessThan(3 * 4 * 64 * 64 * 4);
});

describe.skipIf(!native)("worker threads", () => {
  test("train models of their own", async () => {
    const url = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href);
    const script = `
      const { parentPort } = require("node:worker_threads");
      (async () => {
        const { setDefaultDevice, setSeed, tensor } = await import(${url("../../../core/src/index.ts")});
        const { cpu } = await import(${url("../../../backend-cpu/src/index.ts")});
        const { Dense } = await import(${url("../../../layers/src/index.ts")});
        const { Sequential } = await import(${url("../index.ts")});
        const { SGD } = await import(${url("../../../optimizers/src/index.ts")});
        setDefaultDevice(cpu({ threads: 1 }));
        setSeed(1);
        const model = new Sequential([new Dense(8, { activation: "relu", inputShape: [2] }), new Dense(1)]);
        model.compile({ loss: "mse", optimizer: new SGD({ learningRate: 0.1 }) });
        const x = tensor(Float32Array.from({ length: 64 }, (_, i) => Math.sin(i)), { shape: [32, 2] });
        const { history } = await model.fit(x, tensor(Float32Array.from({ length: 32 }, (_, i) => Math.cos(i)), { shape: [32, 1] }), { epochs: 20, batchSize: 8, verbose: 0, shuffle: false });
        parentPort.postMessage(history.loss);
      })().catch((error) => parentPort.postMessage(String(error.stack)));
    `;
    const workers = [0, 1].map(() => new Worker(script, { eval: true, execArgv: ["--conditions=source"] }));
    const [first, second] = (await Promise.all(
      workers.map((worker) => new Promise((resolve, reject) => void worker.once("message", resolve).once("error", reject))),
    )) as [number[], number[]];
    await Promise.all(workers.map((worker) => worker.terminate()));
    expect(first).toHaveLength(20);
    expect(first[19]).toBeLessThan(first[0]);
    expect(second).toEqual(first);
  }, 60_000);
});
