import { Callback } from "@neurite/callbacks";
import { ops, type Tensor, tensor } from "@neurite/core";
import { Dense, Dropout } from "@neurite/layers";
import { SGD } from "@neurite/optimizers";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { type CompileModelOptions, type FitOptions, Sequential } from "../index.ts";
import { data, fill, setUp, weightsOf } from "../testing/fixtures.ts";
import type { StreamBatch } from "./stream.ts";

beforeEach(() => void setUp());

const { x, target } = data;
const samples = 50;

function regressor(options: CompileModelOptions = {}): Sequential {
  const model = new Sequential([new Dense(4, { activation: "relu", inputShape: [6] }), new Dense(1)]);
  fill(model);
  model.compile({ loss: "mse", optimizer: new SGD({ learningRate: 0.05, momentum: 0.9 }), metrics: ["mae"], ...options });
  return model;
}

const rows = (tensorOf: Tensor, start: number, end: number): Tensor =>
  ops.slice(tensorOf, [start, 0], [end - start, tensorOf.shape[1]!]) as Tensor;

/** The data in batches of `size`. */
function* batches(size: number): Generator<StreamBatch> {
  for (let start = 0; start < samples; start += size) {
    const end = Math.min(samples, start + size);
    yield [rows(x() as Tensor, start, end), rows(target() as Tensor, start, end)];
  }
}

async function* slowly(size: number): AsyncGenerator<StreamBatch> {
  for (const batch of batches(size)) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    yield batch;
  }
}

const quiet: FitOptions = { epochs: 3, verbose: 0 };

async function expected(size: number, more: FitOptions = {}): Promise<{ history: object; weights: unknown }> {
  const model = regressor();
  const { history } = await model.fit(x(), target(), { ...quiet, batchSize: size, shuffle: false, ...more });
  return { history, weights: await weightsOf(model) };
}

describe("fit on a stream equals fit on the arrays it is made of", () => {
  test.each([
    ["an array-like iterable", (size: number) => ({ [Symbol.iterator]: () => batches(size) })],
    ["an async iterable", (size: number) => ({ [Symbol.asyncIterator]: () => slowly(size) })],
    ["a generator function", (size: number) => () => batches(size)],
    ["an async generator function", (size: number) => () => slowly(size)],
  ])("%s, the last batch smaller", async (_, stream) => {
    const size = samples - 1;
    const model = regressor();
    const { history } = await model.fit(stream(size), null, quiet);
    expect({ history, weights: await weightsOf(model) }).toEqual(await expected(size));
  });

  test("validation on a stream, and evaluate", async () => {
    const model = regressor();
    const { history } = await model.fit(() => batches(2), null, { ...quiet, validationData: () => batches(3) });
    const whole = await expected(2, { validationData: [x(), target()], validationBatchSize: 3 });
    expect(history).toEqual(whole.history);
    const scores = await model.evaluate(() => batches(2), null, { verbose: 0 });
    const known = await model.evaluate(x(), target(), { verbose: 0, batchSize: 2 });
    expect(scores).toEqual(known);
  });

  test("class weights weigh the batches", async () => {
    const labels = (): Tensor => tensor(Array.from({ length: samples }, (_, i) => [i % 2]));
    const stream = function* (): Generator<StreamBatch> {
      for (const [start, end] of [[0, 30], [30, 50]] as const) yield [rows(x() as Tensor, start, end), rows(labels(), start, end)]; // prettier-ignore
    };
    const classWeight = { 0: 1, 1: 3 };
    const [streamed, whole, unweighted] = [regressor(), regressor(), regressor()];
    await streamed.fit(stream, null, { verbose: 0, classWeight });
    await whole.fit(x(), labels(), { verbose: 0, classWeight, batchSize: 30, shuffle: false });
    await unweighted.fit(stream, null, { verbose: 0 });
    expect(await weightsOf(streamed)).toEqual(await weightsOf(whole));
    expect(await weightsOf(unweighted)).not.toEqual(await weightsOf(streamed));
  });
});

describe("steps of a stream", () => {
  test("an endless generator is taken as many batches an epoch as asked, and goes on", async () => {
    let taken = 0;
    function* endless(): Generator<StreamBatch> {
      for (;;) {
        taken++;
        yield [x(), target()];
      }
    }
    await regressor().fit(endless(), null, { verbose: 0, epochs: 3, stepsPerEpoch: 4 });
    expect(taken).toBe(12);
  });

  test("a stream that ends too early ends the training and says so", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    const { history } = await regressor().fit(batches(samples), null, { verbose: 0, epochs: 5, stepsPerEpoch: 2 });
    expect(history["loss"]).toHaveLength(1);
    expect(warn).toHaveBeenCalledWith(expect.stringMatching(/ended after 1 of 2 batches/));
    warn.mockRestore();
  });

  test("a generator that cannot be gone through again is an error at the second epoch, without an endless loop", async () => {
    await expect(regressor().fit(batches(2), null, { verbose: 0, epochs: 2 })).rejects.toThrow(
      /the stream gave no batch: give an iterable/,
    );
  });

  test("generators are closed when training ends before them", async () => {
    let closed = 0;
    const stream = function* (): Generator<StreamBatch> {
      try {
        for (;;) yield [x(), target()];
      } finally {
        closed++;
      }
    };
    await regressor().fit(stream, null, { verbose: 0, stepsPerEpoch: 2 });
    expect(closed).toBe(1);
    class Stop extends Callback {
      override onTrainBatchEnd(batch: number): void {
        if (batch === 1) this.model.stopTraining = true;
      }
    }
    await regressor().fit(stream, null, { verbose: 0, callbacks: [new Stop()] });
    expect(closed).toBe(2);
  });

  test("an error within the stream is the error of fit", async () => {
    const stream = function* (): Generator<StreamBatch> {
      yield [x(), target()];
      throw new Error("the file ends");
    };
    await expect(regressor().fit(stream, null, { verbose: 0 })).rejects.toThrow("the file ends");
  });
});

test("predict takes inputs alone and pairs, and joins what comes out", async () => {
  const model = regressor();
  const whole = await (await model.predict(x(), { verbose: 0 })).array();
  const inputs = function* (): Generator<StreamBatch> {
    for (const [part] of batches(3) as Generator<[Tensor]>) yield part;
  };
  expect(await (await model.predict(inputs, { verbose: 0 })).array()).toEqual(whole);
  expect(await (await model.predict(() => slowly(2), { verbose: 0 })).array()).toEqual(whole);
  expect((await model.predict(inputs, { verbose: 0, steps: 1 })).shape).toEqual([3, 1]);
});

test("predict with training on keeps dropout on, on streams too", async () => {
  const model = new Sequential([new Dropout(0.5, { inputShape: [6] })]);
  const one = function* (): Generator<StreamBatch> {
    yield ops.ones([4, 6]);
  };
  expect(await (await model.predict(one, { verbose: 0 })).sum().item()).toBe(24);
  const values = (await (await model.predict(one, { verbose: 0, training: true })).data()) as Float32Array;
  expect(new Set(values)).toEqual(new Set([0, 2]));
});

describe("what cannot be is refused", () => {
  test.each<[string, () => Promise<unknown>, RegExp]>([
    [
      "targets beside a stream",
      () => regressor().fit(() => batches(2), target(), { verbose: 0 }),
      /\[fit\] y cannot be given beside a stream/,
    ],
    ["a batch size", () => regressor().fit(() => batches(2), null, { batchSize: 2 }), /\[fit\] batchSize cannot be given beside/],
    ["a split", () => regressor().fit(() => batches(2), null, { validationSplit: 0.5 }), /\[fit\] validationSplit cannot be given beside/],
    ["a batch that is none", () => regressor().fit([[1]].values() as never, null, { verbose: 0 }), /\[fit\] x/],
    ["four parts", () => regressor().fit([[1, 2, 3, 4]].values() as never, null, { verbose: 0 }), /batch 0 is a list of 4/],
    [
      "a function that gives no iterable",
      () => regressor().fit((() => ({})) as never, null, { verbose: 0 }),
      /must return an iterable of batches/,
    ],
    ["no batches", () => regressor().predict([].values() as never, { verbose: 0 }), /\[predict\] the stream gave no batch/],
  ])("%s", async (_, run, message) => {
    await expect(run()).rejects.toThrow(message);
  });
});

describe("stepsPerExecution", () => {
  class Count extends Callback {
    readonly begun: number[] = [];
    readonly ended: number[] = [];
    override onTrainBatchBegin(batch: number): void {
      this.begun.push(batch);
    }
    override onTrainBatchEnd(batch: number): void {
      this.ended.push(batch);
    }
  }

  test("callbacks hear of batches once a call, and the numbers are the same", async () => {
    const [one, three] = [new Count(), new Count()];
    const options = { ...quiet, epochs: 1, batchSize: 1, shuffle: false } as const;
    const a = regressor();
    await a.fit(x(), target(), { ...options, callbacks: [one] });
    const b = regressor({ stepsPerExecution: 3 });
    await b.fit(x(), target(), { ...options, callbacks: [three] });
    expect(await weightsOf(b)).toEqual(await weightsOf(a));
    expect(one.begun).toHaveLength(samples);
    expect(three.begun).toEqual(Array.from({ length: Math.ceil(samples / 3) }, (_, i) => 3 * i));
    expect(three.ended.at(-1)).toBe(samples - 1);
  });

  test("must be a positive integer", () => {
    expect(() => regressor({ stepsPerExecution: 0 })).toThrow(/\[compile\] stepsPerExecution must be "auto" or a positive integer/);
  });
});
