import { createRegistry, getDefaultRegistry, ops, setDefaultDevice, setDefaultRegistry, type Tensor, tensor } from "@neurite/core";
import { reference } from "@neurite/backend-reference";
import { Callback, EarlyStopping } from "@neurite/callbacks";
import { BatchNormalization, Dense, Input, type Layer } from "@neurite/layers";
import { optimizersPlugin, RMSprop, SGD } from "@neurite/optimizers";
import { type Probe, probe } from "@neurite/testkit";
import { beforeEach, describe, expect, test } from "vitest";
import { Model, Sequential } from "../index.ts";
import { kerasRuns } from "../testing/keras-values.ts";
import type { CompileModelOptions, FitOptions } from "./options.ts";

let device: Probe;
beforeEach(() => {
  device = probe(reference());
  setDefaultDevice(device);
  setDefaultRegistry(() => createRegistry([optimizersPlugin]));
});

const formula = (shape: readonly number[], a: number, b: number): Tensor => {
  const size = shape.reduce((product, dim) => product * dim, 1);
  return tensor(
    Float32Array.from({ length: size }, (_, i) => Math.sin(i * a + b)),
    { shape },
  );
};
const x = (): Tensor => formula([50, 6], 0.7, 0.1);
const labels = Int32Array.from({ length: 50 }, (_, i) => (i * 7) % 3);
const target = (): Tensor => formula([50, 1], 0.31, 0.5);

/** The weights that the oracle gives each model. */
function fill(model: Model): void {
  model.setWeights(
    model.weights.map((weight, i) => {
      const value = ops.multiply(formula(weight.shape, 0.37 + 0.11 * i, i), 0.5) as Tensor;
      return weight.name.includes("variance") ? (ops.add(ops.abs(value), 0.5) as Tensor) : value;
    }),
  );
}

const cases: Record<
  string,
  { layers: () => Layer[]; y: () => Tensor | Int32Array; compile: () => CompileModelOptions; fit?: () => FitOptions }
> = {
  regression: {
    layers: () => [new Dense(5, { activation: "tanh" }), new Dense(1)],
    y: target,
    compile: () => ({ loss: "mse", optimizer: new SGD({ learningRate: 0.05, momentum: 0.9, nesterov: true }), metrics: ["mae"] }),
    fit: () => ({ validationSplit: 0.2 }),
  },
  classification: {
    layers: () => [new Dense(8, { activation: "elu" }), new BatchNormalization(), new Dense(3, { activation: "softmax" })],
    y: () => labels,
    compile: () => ({ loss: "sparse_categorical_crossentropy", optimizer: "nadam", metrics: ["accuracy"] }),
    fit: () => ({ validationData: [ops.slice(x(), [0, 0], [10, 6]) as Tensor, labels.slice(0, 10)] }),
  },
  weighted: {
    layers: () => [new Dense(4, { activation: "selu", kernelRegularizer: "l2" }), new Dense(1, { activation: "sigmoid" })],
    y: () =>
      tensor(
        Float32Array.from(labels, (label) => (label > 0 ? 1 : 0)),
        { shape: [50, 1] },
      ),
    compile: () => ({ loss: "binary_crossentropy", optimizer: "adam", metrics: ["accuracy"], weightedMetrics: ["mse"] }),
    fit: () => ({ sampleWeight: Float32Array.from({ length: 50 }, (_, i) => 0.1 + (0.9 * i) / 49) }),
  },
  classWeighted: {
    layers: () => [new Dense(3, { activation: "softmax" })],
    y: () => labels,
    compile: () => ({ loss: "sparse_categorical_crossentropy", optimizer: "sgd", metrics: ["accuracy"] }),
    fit: () => ({ classWeight: { 0: 2, 1: 0.5, 2: 1 } }),
  },
  rmsprop: {
    layers: () => [new Dense(5, { activation: "relu" }), new Dense(1)],
    y: target,
    compile: () => ({ loss: "mae", optimizer: new RMSprop({ learningRate: 0.01 }) }),
  },
};

function expectClose(actual: readonly number[] | undefined, expected: readonly number[], what: string): void {
  expect(actual, what).toHaveLength(expected.length);
  expected.forEach((value, i) =>
    expect(Math.abs((actual as number[])[i]! - value), `${what}[${i}]: ${actual?.[i]} vs ${value}`).toBeLessThan(
      2e-5 + 2e-4 * Math.abs(value),
    ),
  );
}

describe("fit gives the numbers of Keras", () => {
  test.each(Object.keys(cases))("%s", async (name) => {
    const { layers, y, compile, fit } = cases[name] as (typeof cases)[string];
    const expected = kerasRuns[name] as (typeof kerasRuns)[string];
    const model = new Sequential([Input({ shape: [6] }), ...layers()]);
    fill(model);
    model.compile(compile());
    const { history } = await model.fit(x(), y(), { epochs: 3, batchSize: 8, shuffle: false, verbose: 0, ...fit?.() });
    expect(Object.keys(history).sort()).toEqual(Object.keys(expected.history).sort());
    for (const [metric, values] of Object.entries(expected.history)) expectClose(history[metric], values, metric);
    const scores = await model.evaluate(x(), y(), { verbose: 0 });
    expectClose(Object.values(scores), expected.evaluate, "evaluate");
    const predictions = (await model.predict(ops.slice(x(), [0, 0], [2, 6]) as Tensor, { verbose: 0 })).data();
    expectClose(Array.from(await predictions), expected.predict, "predict");
  });
});

const regressor = (options: CompileModelOptions = {}): Sequential => {
  const model = new Sequential([new Dense(4, { activation: "relu", inputShape: [6] }), new Dense(1)]);
  model.compile({ loss: "mse", optimizer: "adam", ...options });
  return model;
};

describe("a training step is one call", () => {
  test("one run a step where somebody listens to batches, several steps a run where nobody does", async () => {
    const model = regressor();
    class Listener extends Callback {
      batches: number[] = [];
      override onTrainBatchEnd(batch: number): void {
        this.batches.push(batch);
      }
    }
    const listener = new Listener();
    await model.fit(x(), target(), { batchSize: 5, verbose: 0, callbacks: [listener] });
    expect(listener.batches).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);

    await model.fit(x(), target(), { batchSize: 5, verbose: 0, epochs: 30 });
    const trainRuns = device.runsOf((graph) => graph.updates.length > 10);
    expect(trainRuns.steps).toBe(10 + 300);
    expect(trainRuns.calls).toBeLessThan(10 + 300);
    // No step returns anything: nothing is read unless somebody asks.
    expect(device.compiled.filter((graph) => graph.updates.length > 10).every((graph) => graph.outputs.length === 0)).toBe(true);
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
    expect(device.allocationsIn((graph) => graph.updates.length > 10)).toBe(0);
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

describe("options of fit", () => {
  test("is reproducible by seed, and shuffles", async () => {
    const { setSeed } = await import("@neurite/core");
    const run = async (seed: number, shuffle: boolean): Promise<unknown> => {
      setSeed(7);
      const model = regressor();
      setSeed(seed);
      await model.fit(x(), target(), { batchSize: 8, verbose: 0, shuffle });
      return Promise.all((await model.getWeights()).map((w) => w.array()));
    };
    expect(await run(1, true)).toEqual(await run(1, true));
    expect(await run(1, true)).not.toEqual(await run(2, true));
    expect(await run(1, false)).toEqual(await run(2, false));
  });

  test("early stopping restores the best weights; initialEpoch and stepsPerEpoch are kept to", async () => {
    const model = regressor();
    const history = await model.fit(x(), target(), {
      epochs: 50,
      verbose: 0,
      validationData: [x(), ops.multiply(target(), -1) as Tensor],
      callbacks: [new EarlyStopping({ patience: 2, restoreBestWeights: true })],
    });
    expect(history.epoch.length).toBeLessThan(50);
    const best = Math.min(...(history.history["val_loss"] as number[]));
    const now = await model.evaluate(x(), ops.multiply(target(), -1) as Tensor, { verbose: 0 });
    expect(now["loss"]).toBeCloseTo(best, 5);

    const part = await model.fit(x(), target(), { epochs: 5, initialEpoch: 3, stepsPerEpoch: 2, batchSize: 4, verbose: 0 });
    expect(part.epoch).toEqual([3, 4]);
    expect(await (model.optimizer.iterations as unknown as Tensor).item()).toBe(history.epoch.length * 2 + 4);
  });

  test("a signal ends training between two steps", async () => {
    const model = regressor();
    const controller = new AbortController();
    const stopper = new (class extends Callback {
      override onTrainBatchEnd(batch: number): void {
        if (batch === 2) controller.abort(new Error("enough"));
      }
    })();
    await expect(model.fit(x(), target(), { batchSize: 5, verbose: 0, callbacks: [stopper], signal: controller.signal })).rejects.toThrow(
      "enough",
    );
    expect(await (model.optimizer.iterations as unknown as Tensor).item()).toBe(3);
  });

  test("trainOnBatch runs on until the metrics are reset", async () => {
    const model = regressor({ optimizer: new SGD({ learningRate: 0 }) });
    const a = await model.trainOnBatch(x(), target());
    const b = await model.trainOnBatch(x(), ops.multiply(target(), 3) as Tensor);
    model.resetMetrics();
    const c = await model.trainOnBatch(x(), ops.multiply(target(), 3) as Tensor);
    expect(b["loss"]).toBeCloseTo(((a["loss"] as number) + (c["loss"] as number)) / 2, 4);
  });
});

describe("several inputs and outputs", () => {
  const build = (): Model => {
    const wide = Input({ shape: [2], name: "wide" });
    const deep = Input({ shape: [6], name: "deep" });
    const hidden = new Dense(4, { activation: "relu" })(deep);
    const main = new Dense(1, { name: "main" })(ops.concatenate([wide, hidden] as never, { axis: -1 }) as never);
    const aux = new Dense(3, { activation: "softmax", name: "aux" })(hidden);
    return new Model({ inputs: [wide, deep], outputs: [main, aux] });
  };

  test("losses, weights and metrics by output name", async () => {
    const model = build();
    model.compile({
      loss: { main: "mse", aux: "sparse_categorical_crossentropy" },
      lossWeights: { main: 0.9, aux: 0.1 },
      metrics: { aux: ["accuracy"] },
      optimizer: "sgd",
    });
    const wide = formula([50, 2], 0.2, 0.3);
    const { history } = await model.fit([wide, x()], [target(), labels], { epochs: 2, verbose: 0 });
    expect(Object.keys(history)).toEqual(["loss", "main_loss", "aux_loss", "aux_accuracy"]);
    const scores = await model.evaluate([wide, x()], [target(), labels], { verbose: 0 });
    expect(scores["loss"]).toBeCloseTo(0.9 * (scores["main_loss"] as number) + 0.1 * (scores["aux_loss"] as number), 5);
    const [main, aux] = (await model.predict([wide, x()], { verbose: 0 })) as unknown as Tensor[];
    expect([main?.shape, aux?.shape]).toEqual([
      [50, 1],
      [50, 3],
    ]);
  });
});

describe("bad input is refused at the line that is wrong", () => {
  const fit = (model: Sequential, ...args: Parameters<Sequential["fit"]>) => model.fit(args[0], args[1], { verbose: 0, ...args[2] });

  test.each([
    [
      "not compiled",
      () => new Sequential([new Dense(1, { inputShape: [6] })]).fit(x(), target()),
      /\[fit\] model "sequential.*" is not compiled/,
    ],
    [
      "empty data",
      () => fit(regressor(), tensor(new Float32Array(0), { shape: [0, 6] }), tensor(new Float32Array(0), { shape: [0, 1] })),
      /\[fit\] x is empty/,
    ],
    ["different lengths", () => fit(regressor(), x(), formula([49, 1], 1, 1)), /different numbers of samples: x 50, y 49/],
    [
      "wrong width",
      () => fit(regressor(), formula([50, 5], 1, 1), target()),
      /input of shape \[\?,5\] does not fit input "input_layer.*" of shape \[\?,6\]/,
    ],
    ["ragged", () => fit(regressor(), [[1, 2], [3]] as never, [1, 2]), /ragged array/],
    ["no targets", () => fit(regressor(), x(), undefined as never), /y is missing/],
    ["strings", () => fit(regressor(), "data" as never, target()), /\[fit\] x must be a tensor/],
    ["batch size", () => fit(regressor(), x(), target(), { batchSize: 0 }), /batchSize must be a whole number of at least 1: got 0/],
    ["split", () => fit(regressor(), x(), target(), { validationSplit: 1.5 }), /validationSplit must be/],
    ["loss name", () => fit(regressor({ loss: "mean_squared_eror" }), x(), target()), /mean_squared_error/],
    ["metric name", () => fit(regressor({ metrics: ["acuracy"] }), x(), target()), /accuracy/],
  ] as const)("%s", async (_name, run, message) => {
    await expect(run()).rejects.toThrow(message);
  });

  test("optimizer name", () => {
    expect(() => regressor({ optimizer: "adm" })).toThrow(/"adam"/);
    expect(() => regressor({ optimizer: 5 as never })).toThrow(/optimizer must be/);
    expect(getDefaultRegistry().has("optimizers", "adam")).toBe(true);
  });

  test("labels out of range, and the weights stay as they were", async () => {
    const model = new Sequential([new Dense(3, { activation: "softmax", inputShape: [6] })]);
    model.compile({ loss: "sparse_categorical_crossentropy", optimizer: "sgd" });
    const before = await Promise.all((await model.getWeights()).map((w) => w.array()));
    const bad = Int32Array.from(labels);
    bad[3] = 7;
    await expect(model.fit(x(), bad, { verbose: 0, shuffle: false })).rejects.toThrow(/label/i);
    expect(await Promise.all((await model.getWeights()).map((w) => w.array()))).toEqual(before);
  });
});
