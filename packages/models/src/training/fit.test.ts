import { GradientTape, ops, setSeed, type Tensor, tensor } from "@neurite/core";
import { Callback, EarlyStopping, History } from "@neurite/callbacks";
import { Dense, Input } from "@neurite/layers";
import { Mean } from "@neurite/metrics";
import { Adam, SGD } from "@neurite/optimizers";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { type Batch, type CompileModelOptions, type FitOptions, Model, type ScoredBatch, Sequential } from "../index.ts";
import { data, fill, head, kerasFixture, setUp, weightsOf } from "../testing/fixtures.ts";

beforeEach(() => void setUp());

const { x, target, weights } = data;

function regressor(options: CompileModelOptions = {}): Sequential {
  const model = new Sequential([new Dense(4, { activation: "relu", inputShape: [6] }), new Dense(1)]);
  fill(model);
  model.compile({ loss: "mse", optimizer: "adam", ...options });
  return model;
}

const iterationsOf = (model: Model): Promise<number> => model.optimizer.iterations.item();

describe("callbacks are called in the order of Keras", () => {
  const hooks = [
    ...["train", "test", "predict"].flatMap((mode) => [
      `on_${mode}_begin`,
      `on_${mode}_end`,
      `on_${mode}_batch_begin`,
      `on_${mode}_batch_end`,
    ]),
    "on_epoch_begin",
    "on_epoch_end",
  ];
  const camelCase = (hook: string): string => hook.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

  /** A callback with all hooks that notes its calls as the oracle does, and stops training at one of them. */
  function recorder(stop: readonly unknown[] = []): { callback: Callback; calls: unknown[] } {
    const calls: unknown[] = [];
    const callback = new (class extends Callback {})();
    for (const hook of hooks) {
      const indexed = /epoch|batch/.test(hook);
      const record = async (...args: unknown[]): Promise<void> => {
        const logs = args[indexed ? 1 : 0] as object | undefined;
        calls.push([hook, ...(indexed ? [args[0]] : []), logs === undefined ? null : Object.keys(logs).sort()]);
        await Promise.resolve();
        if (stop[0] === hook && (!indexed || stop[1] === args[0])) callback.model.stopTraining = true;
      };
      Object.assign(callback, { [camelCase(hook)]: record });
    }
    return { callback, calls };
  }

  const validation = (): FitOptions => ({ validationData: [ops.ones([3, 3]), ops.ones([3, 1])] });
  const jobs: Record<string, { stop?: readonly unknown[]; fit?: () => FitOptions; job?: "evaluate" | "predict" }> = {
    fit: { fit: () => ({ epochs: 2, ...validation() }) },
    stoppedInBatch: { stop: ["on_train_batch_end", 1], fit: () => ({ epochs: 3, ...validation() }) },
    stoppedInBatchBegin: { stop: ["on_train_batch_begin", 0], fit: () => ({ epochs: 3 }) },
    stoppedInEpochBegin: { stop: ["on_epoch_begin", 1], fit: () => ({ epochs: 3 }) },
    stoppedInEpochEnd: { stop: ["on_epoch_end", 0], fit: () => ({ epochs: 3, validationFreq: 2, ...validation() }) },
    stoppedInTrainBegin: { stop: ["on_train_begin"], fit: () => ({ epochs: 2 }) },
    noEpochs: { fit: () => ({ epochs: 0 }) },
    resumed: { fit: () => ({ epochs: 3, initialEpoch: 2 }) },
    evaluate: { job: "evaluate" },
    predict: { job: "predict" },
  };
  const expected = kerasFixture<Record<string, unknown>>("hooks");

  test("there is a case for each of its runs", () => expect(Object.keys(jobs)).toEqual(Object.keys(expected)));

  test.each(Object.keys(jobs))("%s", async (name) => {
    const { stop, fit, job } = jobs[name];
    const { callback, calls } = recorder(stop);
    const model = new Sequential([Input({ shape: [3] }), new Dense(1)]);
    model.compile({ loss: "mse", metrics: ["mae"] });
    const options = { batchSize: 2, verbose: 0, callbacks: [callback] } as const;
    const [inputs, targets] = [ops.ones([5, 3]), ops.ones([5, 1])];
    if (job === "predict") await model.predict(inputs, options);
    else if (job === "evaluate") await model.evaluate(inputs, targets, options);
    else await model.fit(inputs, targets, { ...options, ...fit?.() });
    expect(calls).toEqual(expected[name]);
  });
});

describe("callbacks", () => {
  test("know the job and the model; the one after another of a list", async () => {
    const order: string[] = [];
    const note = (name: string): Callback =>
      new (class extends Callback {
        override async onEpochEnd(): Promise<void> {
          await new Promise((resolve) => void setTimeout(resolve, name === "first" ? 5 : 0));
          order.push(name);
        }
      })();
    const first = note("first");
    const model = regressor();
    await model.fit(x(), target(), { epochs: 2, batchSize: 20, verbose: 0, callbacks: [first, note("second")] });
    expect(order).toEqual(["first", "second", "first", "second"]);
    expect(first.model).toBe(model);
    expect(first.params).toEqual({ epochs: 2, steps: 3, verbose: 0 });
    expect(() => note("third").model).toThrow(/belongs to no model/);
  });

  test("one that throws ends the fit, and the model goes on being usable", async () => {
    for (const hook of [
      "onTrainBegin",
      "onEpochBegin",
      "onTrainBatchBegin",
      "onTrainBatchEnd",
      "onTestBatchEnd",
      "onEpochEnd",
      "onTrainEnd",
    ] as const) {
      const model = regressor();
      const bad = { [hook]: () => Promise.reject(new Error(`no ${hook}`)) };
      const options: FitOptions = { epochs: 2, batchSize: 8, verbose: 0, shuffle: false, validationSplit: 0.2 };
      await expect(model.fit(x(), target(), { ...options, callbacks: [bad] })).rejects.toThrow(`no ${hook}`);
      fill(model);
      model.compile({ loss: "mse", optimizer: "adam" });
      const again = await model.fit(x(), target(), options);
      expect(again.history).toEqual((await regressor().fit(x(), target(), options)).history);
    }
  });

  test("that set the learning rate do not compile anything anew", async () => {
    const device = setUp();
    const model = regressor();
    await model.fit(x(), target(), { verbose: 0, batchSize: 10 });
    const { compiles } = device.counts;
    const rates: number[] = [];
    const schedule = {
      onEpochBegin: (epoch: number) => void model.optimizer.learningRate.assign(0.1 / (epoch + 1)),
      onEpochEnd: async () => void rates.push(await model.optimizer.learningRate.item()),
    };
    await model.fit(x(), target(), { verbose: 0, batchSize: 10, epochs: 3, callbacks: [schedule] });
    rates.forEach((rate, i) => expect(rate).toBeCloseTo(0.1 / (i + 1), 6));
    expect(device.counts.compiles).toBe(compiles);
  });

  test("what is none is refused", async () => {
    await expect(regressor().fit(x(), target(), { verbose: 0, callbacks: [(() => {}) as never] })).rejects.toThrow(
      /\[fit\] callbacks must be objects/,
    );
    await expect(regressor().evaluate(x(), target(), { verbose: 0, callbacks: [null as never] })).rejects.toThrow(
      /\[evaluate\] callbacks must be objects/,
    );
  });

  test("early stopping restores the best weights", async () => {
    const model = regressor({ optimizer: new SGD({ learningRate: 0.8 }) });
    const history = await model.fit(x(), target(), {
      epochs: 50,
      verbose: 0,
      shuffle: false,
      validationData: [x(), ops.multiply(target(), -1)],
      callbacks: [new EarlyStopping({ patience: 2, restoreBestWeights: true })],
    });
    expect(history.epoch.length).toBeLessThan(50);
    const best = Math.min(...history.history["val_loss"]);
    const now = await model.evaluate(x(), ops.multiply(target(), -1), { verbose: 0 });
    expect(now["loss"]).toBeCloseTo(best, 6);
  });
});

describe("options of fit", () => {
  test("is reproducible by seed, and shuffles", async () => {
    const run = async (seed: number, shuffle: boolean): Promise<unknown> => {
      const model = regressor();
      setSeed(seed);
      await model.fit(x(), target(), { batchSize: 8, verbose: 0, shuffle, epochs: 2 });
      return weightsOf(model);
    };
    const shuffled = await run(1, true);
    expect(await run(1, true)).toEqual(shuffled);
    expect(await run(2, true)).not.toEqual(shuffled);
    expect(await run(1, false)).toEqual(await run(2, false));
    expect(await run(1, false)).not.toEqual(shuffled);
  });

  test("every sample is visited once an epoch, in an order of its own", async () => {
    const seen: number[][] = [];
    class Spy extends Model {
      readonly rows = new Mean({ name: "rows" });
      override call(inputs: Tensor): Tensor {
        return inputs;
      }
      override trainStep({ x: rows }: Batch): void {
        this.rows.updateState(rows);
      }
      override get metrics(): readonly Mean[] {
        return [this.rows];
      }
    }
    const model = new Spy();
    model.compile();
    const logs = {
      onTrainBatchEnd: async (batch: number, values?: Record<string, number>) => void (seen[batch] ??= []).push(values?.["rows"] as number),
    };
    const rows = Float32Array.from({ length: 20 }, (_, i) => 2 ** i);
    await model.fit(rows, null, { batchSize: 1, epochs: 2, verbose: 0, callbacks: [logs] });
    // The running mean of powers of two tells the row of each step.
    const visits = [0, 1].map((epoch) =>
      seen.map((values, i) => Math.log2(values[epoch] * (i + 1) - (i === 0 ? 0 : seen[i - 1][epoch] * i))),
    );
    for (const order of visits)
      expect(order.map((row) => Math.abs(Math.round(row))).sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i));
    expect(visits[0]).not.toEqual(visits[1]);
  });

  test("initialEpoch and epochs name epochs; a second fit goes on where the first ended", async () => {
    const model = regressor();
    const part = await model.fit(x(), target(), { epochs: 5, initialEpoch: 3, batchSize: 10, verbose: 0 });
    expect(part).toBeInstanceOf(History);
    expect(part.epoch).toEqual([3, 4]);
    expect(await iterationsOf(model)).toBe(10);

    const twice = regressor();
    const [first, second] = [
      await twice.fit(x(), target(), { shuffle: false, verbose: 0 }),
      await twice.fit(x(), target(), { shuffle: false, verbose: 0 }),
    ];
    const once = await regressor().fit(x(), target(), { shuffle: false, verbose: 0, epochs: 2 });
    expect([...first.history["loss"], ...second.history["loss"]]).toEqual(once.history["loss"]);
  });

  test("compile resets the optimizer, unless it is the same one", async () => {
    const fresh = regressor();
    await fresh.fit(x(), target(), { verbose: 0, batchSize: 10 });
    fresh.compile({ loss: "mse", optimizer: "adam" });
    await fresh.trainOnBatch(x(), target());
    expect(await iterationsOf(fresh)).toBe(1);

    const optimizer = new Adam();
    const kept = regressor({ optimizer });
    await kept.fit(x(), target(), { verbose: 0, batchSize: 10 });
    kept.compile({ loss: "mse", optimizer });
    await kept.trainOnBatch(x(), target());
    expect(await iterationsOf(kept)).toBe(6);
  });

  test("a signal ends training between two steps", async () => {
    const model = regressor();
    const controller = new AbortController();
    const stopper = { onTrainBatchEnd: (batch: number): void => batch === 2 ? controller.abort(new Error("enough")) : undefined }; // prettier-ignore
    await expect(model.fit(x(), target(), { batchSize: 5, verbose: 0, callbacks: [stopper], signal: controller.signal })).rejects.toThrow(
      "enough",
    );
    expect(await iterationsOf(model)).toBe(3);
    const begun = vi.fn<() => void>();
    await expect(model.fit(x(), target(), { verbose: 0, callbacks: [{ onTrainBegin: begun }], signal: controller.signal })).rejects.toThrow(
      "enough",
    );
    expect(begun).not.toHaveBeenCalled();
    await expect(model.evaluate(x(), target(), { verbose: 0, signal: controller.signal })).rejects.toThrow("enough");
    await expect(model.predict(x(), { verbose: 0, signal: controller.signal })).rejects.toThrow("enough");
  });

  test("validation sees weights as they are after the epoch, and does not change them", async () => {
    const model = regressor();
    const { history } = await model.fit(x(), target(), { epochs: 2, verbose: 0, batchSize: 10, validationData: [x(), target()] });
    const now = await model.evaluate(x(), target(), { verbose: 0 });
    expect(history["val_loss"].at(-1)).toBeCloseTo(now["loss"], 6);
  });
});

describe("one batch at a time", () => {
  test("trainOnBatch updates once; its metrics are those of its batch", async () => {
    const model = regressor({ optimizer: new SGD({ learningRate: 0 }) });
    const a = await model.trainOnBatch(x(), target());
    const b = await model.trainOnBatch(x(), ops.multiply(target(), 3));
    const c = await model.trainOnBatch(x(), target());
    expect(c["loss"]).toBeCloseTo(a["loss"], 6);
    expect(Math.abs(b["loss"] - a["loss"])).toBeGreaterThan(0.1);
    expect(await iterationsOf(model)).toBe(3);
  });

  test("testOnBatch changes nothing; both take weights", async () => {
    const model = regressor({ optimizer: "sgd" });
    const before = await weightsOf(model);
    const plain = await model.testOnBatch(x(), target());
    const weighted = await model.testOnBatch(x(), target(), { sampleWeight: Float32Array.from({ length: 50 }, () => 2) });
    expect(weighted["loss"]).toBeCloseTo(2 * plain["loss"], 5);
    expect(await weightsOf(model)).toEqual(before);
    const halves = await Promise.all([0, 1].map(async (part) => {
      const other = regressor({ optimizer: "sgd" });
      await other.trainOnBatch(x(), target(), part === 0 ? { sampleWeight: weights } : {});
      return weightsOf(other);
    })); // prettier-ignore
    expect(halves[0]).not.toEqual(halves[1]);
  });

  test("trainOnBatch over the batches is a fit without shuffling", async () => {
    const fitted = regressor();
    await fitted.fit(x(), target(), { batchSize: 25, shuffle: false, verbose: 0 });
    const stepped = regressor();
    await stepped.trainOnBatch(head(x(), 25), head(target(), 25));
    await stepped.trainOnBatch(ops.slice(x(), [25, 0], [25, 6]), ops.slice(target(), [25, 0], [25, 1]));
    expect(await weightsOf(stepped)).toEqual(await weightsOf(fitted));
  });
});

describe("metrics", () => {
  test("given as instances keep their names, and may be used by the next compile", async () => {
    const own = new Mean({ name: "own" });
    const metric = Object.assign(own, { updateState: (_yTrue: unknown, yPred: Tensor) => Mean.prototype.updateState.call(own, yPred) });
    const input = Input({ shape: [6] });
    const model = new Model({ inputs: input, outputs: [new Dense(1, { name: "a" })(input), new Dense(1, { name: "b" })(input)] });
    for (let i = 0; i < 2; i++) {
      model.compile({ loss: "mse", metrics: [[metric], null] });
      const logs = await model.evaluate(x(), [target(), target()], { verbose: 0 });
      expect(Object.keys(logs)).toEqual(["loss", "a_loss", "b_loss", "a_own"]);
      expect(model.metricsNames).toEqual(Object.keys(logs));
    }
    expect(metric.name).toBe("own");
  });

  test("of one name are numbered", async () => {
    const model = regressor({ metrics: ["mae", "mae"], weightedMetrics: ["mae", "mse"] });
    expect(Object.keys(await model.evaluate(x(), target(), { verbose: 0 }))).toEqual(["loss", "mae", "mae_1", "weighted_mae", "mse"]);
  });

  test("that give arrays are refused by name", async () => {
    const rows = Object.assign(new Mean({ name: "rows" }), { result: () => ops.ones([3]) });
    await expect(regressor({ metrics: [rows] }).evaluate(x(), target(), { verbose: 0 })).rejects.toThrow(
      /metric "rows" gives an array of shape \[3\]/,
    );
  });
});

describe("steps of one's own", () => {
  class Plain extends Model {
    readonly dense = new Dense(1, { kernelInitializer: "zeros" });
    readonly meanLoss = new Mean({ name: "loss" });
    override call(inputs: Tensor): Tensor {
      return this.dense(inputs);
    }
    override trainStep({ x: rows, y }: Batch): void {
      const tape = new GradientTape();
      const loss = tape.run(() => ops.mean(ops.square(ops.subtract(y, this(rows, { training: true })))));
      this.optimizer.apply(tape.gradient(loss, this.trainableVariables) as Tensor[], this.trainableVariables);
      this.meanLoss.updateState(loss, { sampleWeight: rows.shape[0] });
    }
  }
  class Standard extends Model {
    readonly dense = new Dense(1, { kernelInitializer: "zeros" });
    override call(inputs: Tensor): Tensor {
      return this.dense(inputs);
    }
  }
  const options: FitOptions = { epochs: 3, batchSize: 8, shuffle: false, verbose: 0 };

  test("trainStep is compiled like the default one, and its metrics are reported", async () => {
    const plain = new Plain();
    plain.compile({ optimizer: new SGD({ learningRate: 0.05 }) });
    const own = await plain.fit(x(), target(), options);
    const standard = new Standard();
    standard.compile({ optimizer: new SGD({ learningRate: 0.05 }), loss: "mse" });
    const expected = await standard.fit(x(), target(), options);
    expect(Object.keys(own.history)).toEqual(["loss"]);
    own.history["loss"].forEach((loss, i) => expect(loss).toBeCloseTo(expected.history["loss"][i], 6));
  });

  test("computeLoss replaces the loss in training and evaluation", async () => {
    class Doubled extends Standard {
      override computeLoss(batch: ScoredBatch): Tensor {
        return ops.multiply(super.computeLoss(batch), 2);
      }
    }
    const doubled = new Doubled();
    doubled.compile({ loss: "mse", optimizer: new SGD({ learningRate: 0.025 }) });
    const standard = new Standard();
    standard.compile({ loss: "mse", optimizer: new SGD({ learningRate: 0.05 }) });
    const [a, b] = [await doubled.fit(x(), target(), options), await standard.fit(x(), target(), options)];
    a.history["loss"].forEach((loss, i) => expect(loss).toBeCloseTo(2 * b.history["loss"][i], 5));
    const [c, d] = [await doubled.evaluate(x(), target(), { verbose: 0 }), await standard.evaluate(x(), target(), { verbose: 0 })];
    expect(c["loss"]).toBeCloseTo(2 * d["loss"], 5);
  });

  test("computeLoss takes targets by the names of the outputs, in any order", async () => {
    const inputs = Input({ shape: [1] });
    const outputs = { b: new Dense(1, { kernelInitializer: "ones" })(inputs), a: new Dense(1, { kernelInitializer: "zeros" })(inputs) };
    const model = new Model({ inputs, outputs });
    model.compile({ loss: { a: "mse", b: "mse" }, lossWeights: { a: 10 } });
    const ones = tensor([[1], [1]]);
    await model.testOnBatch(ones, { a: ones, b: ones });
    const y = { a: tensor([[2], [2]]), b: tensor([[4], [4]]) } as unknown as Tensor;
    // a gives 0 where 2 was wanted, b 1 where 4 was: 10 · 4 + 9.
    const loss = model.computeLoss({ x: ones, y, yPred: model(ones) as unknown as Tensor, sampleWeight: [], training: false });
    expect(await loss.item()).toBe(49);
  });

  test("testStep may score in another way", async () => {
    class Scored extends Standard {
      readonly rows = new Mean({ name: "rows" });
      override testStep({ x: rows }: Batch): void {
        this.rows.updateState(rows);
      }
    }
    const model = new Scored();
    model.compile({ loss: "mse" });
    const logs = await model.evaluate(tensor([[2, 2], [4, 4]]), [0, 0], { verbose: 0 }); // prettier-ignore
    expect(logs["rows"]).toBe(3);
  });
});

test("a second fit at the same time is refused", async () => {
  const model = regressor();
  const first = model.fit(x(), target(), { verbose: 0, epochs: 2 });
  await expect(model.fit(x(), target(), { verbose: 0 })).rejects.toThrow(/\[fit\] model ".*" is busy with another fit: await that first/);
  await first;
  expect((await model.fit(x(), target(), { verbose: 0 })).epoch).toEqual([0]);
});

test("layers frozen after compile() change nothing, and fit says so once", async () => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
  const model = new Sequential([new Dense(4, { inputShape: [6] }), new Dense(1)]);
  model.compile({ loss: "mse", optimizer: "sgd" });
  await model.fit(data.x(), data.target(), { verbose: 0 });
  expect(warn).not.toHaveBeenCalled();
  model.layers[0]!.trainable = false;
  await model.fit(data.x(), data.target(), { verbose: 0 });
  await model.fit(data.x(), data.target(), { verbose: 0 });
  expect(warn).toHaveBeenCalledTimes(1);
  expect(warn).toHaveBeenCalledWith(expect.stringMatching(/Always compile after you freeze or unfreeze layers/));
  model.compile({ loss: "mse", optimizer: "sgd" });
  const before = await model.layers[0]!.weights[0]!.array();
  await model.fit(data.x(), data.target(), { verbose: 0 });
  expect(await model.layers[0]!.weights[0]!.array()).toEqual(before);
  expect(warn).toHaveBeenCalledTimes(1);
  warn.mockRestore();
});
