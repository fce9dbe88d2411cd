import { ops, setDefaultDevice, setSeed } from "@neurite/core";
import { reference } from "@neurite/backend-reference";
import { Callback } from "@neurite/callbacks";
import { BatchNormalization, Dense, Dropout } from "@neurite/layers";
import { type Probe, probe } from "@neurite/testkit";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { type CompileModelOptions, type FitOptions, Sequential } from "../index.ts";
import { data, setUp, weightsOf } from "../testing/fixtures.ts";

let device: Probe;
beforeEach(() => {
  device = setUp();
});

const { x, target, labels } = data;
/** Programs that update weights and slots, not only metrics. */
const isTraining = (graph: { readonly updates: readonly unknown[] }): boolean => graph.updates.length > 8;

function regressor(options: CompileModelOptions = {}): Sequential {
  const model = new Sequential([new Dense(4, { activation: "relu", inputShape: [6] }), new Dense(1)]);
  model.compile({ loss: "mse", optimizer: "adam", ...options });
  return model;
}

class BatchListener extends Callback {
  readonly batches: number[] = [];
  override onTrainBatchEnd(batch: number): void {
    this.batches.push(batch);
  }
}

describe("a training step is one call", () => {
  test("one run a step where somebody listens to batches, several steps a run where nobody does", async () => {
    const model = regressor();
    const listener = new BatchListener();
    await model.fit(x(), target(), { batchSize: 5, verbose: 0, callbacks: [listener] });
    expect(listener.batches).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(device.runsOf(isTraining)).toEqual({ calls: 10, steps: 10 });

    await model.fit(x(), target(), { batchSize: 5, verbose: 0, epochs: 30 });
    const { calls, steps } = device.runsOf(isTraining);
    expect(steps).toBe(10 + 300);
    expect(calls).toBeLessThan(10 + 200);
    // No step returns anything: nothing is read unless somebody asks.
    expect(device.compiled.filter(isTraining).every((graph) => graph.outputs.length === 0)).toBe(true);
  });

  test("warm steps allocate nothing, and memory is constant over a thousand steps", async () => {
    const model = regressor();
    await model.fit(x(), target(), { batchSize: 5, verbose: 0, shuffle: false, epochs: 2 });
    const before = { ...device.memory(), compiles: device.counts.compiles };
    await model.fit(x(), target(), { batchSize: 5, verbose: 0, shuffle: false, epochs: 100 });
    const after = device.memory();
    // The data are uploaded once a fit, logs are read once an epoch; the thousand steps themselves make nothing.
    expect(after.allocations - before.allocations).toBeLessThan(2 * 100 + 10);
    expect(device.counts.compiles - before.compiles).toBe(0);
    expect(device.allocationsIn(isTraining)).toBe(0);
  });

  test("a second fit, evaluation or prediction of the same shapes compiles nothing", async () => {
    const model = regressor({ metrics: ["mae"] });
    const work = async (): Promise<void> => {
      await model.fit(x(), target(), { batchSize: 8, verbose: 0, validationSplit: 0.2 });
      await model.evaluate(x(), target(), { verbose: 0 });
      await model.predict(x(), { verbose: 0 });
      model.predictOnBatch(x());
      await model.trainOnBatch(x(), target());
      await model.testOnBatch(x(), target());
    };
    await work();
    const compiles = device.counts.compiles;
    await work();
    expect(device.counts.compiles).toBe(compiles);
  });

  test("data of many sizes give no warning", async () => {
    const warn = vi.spyOn(console, "warn").mockReturnValue(undefined);
    const model = regressor();
    for (const n of [50, 40, 30, 20]) {
      const some = ops.slice(x(), [0, 0], [n, 6]);
      await model.fit(some, ops.slice(target(), [0, 0], [n, 1]), { batchSize: 7, verbose: 0 });
      await model.predict(some, { verbose: 0 });
      model.predictOnBatch(some);
    }
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  });

  test("logs are read once an epoch; a progress listener reads them at most ten times a second; a batch listener each time", async () => {
    const reads = vi.spyOn(device, "read");
    const model = regressor();
    const options: FitOptions = { batchSize: 5, verbose: 0, epochs: 4, shuffle: false };
    await model.fit(x(), target(), options);
    expect(reads).toHaveBeenCalledTimes(4);

    reads.mockClear();
    const started = performance.now();
    const progress = { onProgress: async (_done: number, _total: number, logs: () => Promise<unknown>) => void (await logs()) };
    await model.fit(x(), target(), { ...options, epochs: 40, callbacks: [progress as never] });
    // Each epoch ends with a look at the progress and one at the metrics.
    expect(reads.mock.calls.length).toBeLessThanOrEqual(2 * 40 + Math.ceil((performance.now() - started) / 100));

    reads.mockClear();
    const begins = { onTrainBatchBegin: (): void => {} };
    await model.fit(x(), target(), { ...options, callbacks: [begins] });
    expect(reads).toHaveBeenCalledTimes(4);
    await model.fit(x(), target(), { ...options, epochs: 1, callbacks: [new BatchListener()] });
    expect(reads).toHaveBeenCalledTimes(4 + 10 + 1);
  });

  test("timers fire while it trains", async () => {
    const model = regressor();
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    const started = performance.now();
    await model.fit(x(), target(), { batchSize: 1, verbose: 0, epochs: 40 });
    const elapsed = performance.now() - started;
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(Math.floor(elapsed / 200));
  });
});

describe("however a step runs, it gives the same bits", () => {
  async function train(compile: CompileModelOptions, fit: FitOptions = {}): Promise<unknown> {
    setSeed(11);
    const model = new Sequential([
      new Dense(8, { activation: "elu", inputShape: [6], kernelRegularizer: "l2" }),
      new BatchNormalization(),
      new Dropout(0.3),
      new Dense(3, { activation: "softmax" }),
    ]);
    model.compile({ loss: "sparse_categorical_crossentropy", optimizer: "nadam", metrics: ["accuracy"], ...compile });
    const { history } = await model.fit(x(), labels, { batchSize: 8, epochs: 3, validationSplit: 0.2, verbose: 0, ...fit });
    return { history, weights: await weightsOf(model), evaluate: await model.evaluate(x(), labels, { verbose: 0 }) };
  }

  test("several steps a call as one by one", async () => {
    const grouped = await train({});
    expect(device.runsOf(isTraining).calls).toBeLessThan(device.runsOf(isTraining).steps);
    expect(await train({}, { callbacks: [new BatchListener()] })).toEqual(grouped);
  });

  test("op by op as compiled", async () => {
    const compiled = await train({});
    const steps = device.runsOf(isTraining).steps;
    expect(await train({ runEagerly: true })).toEqual(compiled);
    expect(device.runsOf(isTraining).steps).toBe(steps);
  });
});

describe("a model trains where its weights are", () => {
  test("whatever the default device is, during the fit too", async () => {
    const model = regressor({ metrics: ["mae"] });
    const other = probe(reference());
    const sync = vi.spyOn(device, "sync");
    const changes = { onEpochBegin: () => setDefaultDevice(other) };
    await model.fit(x(), target(), { batchSize: 8, epochs: 3, verbose: 0, validationSplit: 0.2, callbacks: [changes] });
    expect(sync.mock.calls.length).toBeGreaterThan(3);
    const predicted = await model.predict(await x().array() as never, { verbose: 0 }); // prettier-ignore
    expect(predicted.device).toBe(device);
    await model.evaluate((await x().array()) as never, (await target().array()) as never, { verbose: 0 });
    await model.trainOnBatch((await x().array()) as never, (await target().array()) as never);
    expect(other.counts.runs).toBe(0);
  });
});
