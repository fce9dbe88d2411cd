import { reference } from "@neurite/backend-reference";
import { BatchLearningRateScheduler, Callback, exponentialDecay, findLearningRate, LearningRateScheduler, OneCycleScheduler, piecewiseConstant, powerDecay, SwapEMAWeights } from "@neurite/callbacks"; // prettier-ignore
import { createRegistry, type Logs, setDefaultDevice, setSeed, tensor, type Variable } from "@neurite/core";
import { Dense, layersPlugin } from "@neurite/layers";
import { type OptimizerOptions, optimizersPlugin, SGD } from "@neurite/optimizers";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Sequential } from "../index.ts";

beforeAll(() => setDefaultDevice(reference()));
beforeEach(() => setSeed(1));

const registry = createRegistry([layersPlugin, optimizersPlugin]);
const x = Float32Array.from({ length: 80 }, (_, i) => Math.sin(i));
const y = Float32Array.from({ length: 40 }, (_, i) => 3 * Math.sin(2 * i) - Math.sin(2 * i + 1));
const inputs = () => tensor(Array.from({ length: 40 }, (_, i) => [x[2 * i]!, x[2 * i + 1]!]));

function makeModel(options: OptimizerOptions & { momentum?: number } = {}): Sequential {
  const model = new Sequential([new Dense(1, { inputShape: [2], kernelInitializer: "ones" })], { registry });
  model.compile({ loss: "mse", optimizer: new SGD({ learningRate: 0.1, ...options }) });
  return model;
}

/** Notes the rate each batch is trained with. */
class Rates extends Callback {
  readonly seen: number[] = [];
  override async onTrainBatchBegin(): Promise<void> {
    this.seen.push(await (this.model.optimizer as SGD).learningRate.item());
  }
}

async function ratesOf(callback: Callback, epochs: number): Promise<number[]> {
  const rates = new Rates();
  await makeModel().fit(inputs(), y, { epochs, batchSize: 10, verbose: 0, callbacks: [callback, rates] });
  return rates.seen;
}

const each = (rates: number[]): unknown => rates.map((rate) => expect.closeTo(rate, 7) as unknown);

describe("rates of epochs", () => {
  it("fall tenfold over s epochs, by powers, or piecewise", async () => {
    expect([0, 10, 20].map(exponentialDecay(0.01, 20))).toEqual(each([0.01, 0.01 / Math.sqrt(10), 0.001]));
    expect([0, 5, 15].map(powerDecay(0.1, 5))).toEqual(each([0.1, 0.05, 0.025]));
    expect([0, 5].map(powerDecay(0.1, 5, 2))).toEqual(each([0.1, 0.025]));
    expect([0, 4, 5, 14, 15, 99].map(piecewiseConstant([5, 15], [0.01, 0.005, 0.001]))).toEqual([0.01, 0.01, 0.005, 0.005, 0.001, 0.001]);
    expect(await ratesOf(new LearningRateScheduler(piecewiseConstant([1], [0.5, 0.25])), 2)).toEqual([...new Array<number>(4).fill(0.5), ...new Array<number>(4).fill(0.25)]); // prettier-ignore
  });

  it("say what is wrong with them", () => {
    expect(() => piecewiseConstant([1], [1])).toThrow(/1 boundaries need 2 values/);
    expect(() => piecewiseConstant([2, 1], [1, 2, 3])).toThrow(/must rise/);
    expect(() => exponentialDecay(0.1, 0)).toThrow(/s must be a positive number/);
  });
});

describe("rates of batches", () => {
  it("follow a function of the step and the rate", async () => {
    expect(await ratesOf(new BatchLearningRateScheduler((_, rate) => rate * 0.5), 2)).toEqual(
      each([1, 2, 3, 4, 5, 6, 7, 8].map((step) => 0.1 * 0.5 ** step)),
    );
    await expect(ratesOf(new BatchLearningRateScheduler(() => NaN), 1)).rejects.toThrow(/must give a number: got NaN/);
  });

  it("rise and fall in one cycle", async () => {
    // 9 steps after the cycle's 2 · 4, as the book counts: (10 - 2) / 2 = 4.
    const rates = await ratesOf(new OneCycleScheduler(10, 1), 3);
    const cycle = [0.1, 0.325, 0.55, 0.775, 1, 0.775, 0.55, 0.325, 0.1, 0.05005, 0.0001, 0.0001];
    expect(rates).toEqual(cycle.map((rate) => expect.closeTo(rate, 5) as unknown));
    expect(() => new OneCycleScheduler(2, 1)).toThrow(/iterations must be an integer of at least 3/);
  });
});

describe("findLearningRate", () => {
  it("gives rising rates with the loss of each batch, and puts weights and optimizer back", async () => {
    const model = makeModel({ momentum: 0.9 });
    const before = await model.layers[0]!.weights[0]!.array();
    const { rates, losses, bestRate } = await findLearningRate(model, inputs(), y, { batchSize: 4, minRate: 1e-4, maxRate: 100 });
    expect(rates[0]).toBe(1e-4);
    expect(rates.length).toBe(losses.length);
    expect(rates.length).toBeLessThanOrEqual(10);
    rates.slice(1).forEach((rate, i) => expect(rate / rates[i]!).toBeCloseTo(1e6 ** (1 / 9), 6));
    expect(bestRate).toBeLessThan(rates.at(-1)!);
    expect(await model.layers[0]!.weights[0]!.array()).toEqual(before);
    const optimizer = model.optimizer as SGD;
    expect(await Promise.all(optimizer.variables.map((variable) => variable.array()))).toEqual([0, Math.fround(0.1), [[0], [0]], [0]]);
    // The first loss is that of the first batch alone, at the weights before.
    const { losses: whole } = await findLearningRate(model, inputs(), y, { batchSize: 40, minRate: 1e-9, maxRate: 1 });
    const logs = (await model.evaluate(inputs(), y, { verbose: 0 })) as Logs;
    expect(whole[0]).toBeCloseTo(logs["loss"]!, 5);
  });

  it("refuses rates that do not rise, and models without weights", async () => {
    await expect(findLearningRate(makeModel(), inputs(), y, { minRate: 1, maxRate: 1 })).rejects.toThrow(/must be positive and rise/);
    const unbuilt = new Sequential([new Dense(1)], { registry });
    unbuilt.compile({ loss: "mse", optimizer: "sgd" });
    await expect(findLearningRate(unbuilt, inputs(), y)).rejects.toThrow(/has no weights yet/);
  });
});

describe("SwapEMAWeights", () => {
  const read = async (variables: readonly Variable[]): Promise<unknown> => Promise.all(variables.map((variable) => variable.array()));

  it("validates with the averages and trains on with the weights", async () => {
    const plain = makeModel({ useEma: true, emaMomentum: 0.5 });
    const swapped = makeModel({ useEma: true, emaMomentum: 0.5 });
    const validation = {
      validationData: [inputs(), y] as [ReturnType<typeof inputs>, Float32Array],
      verbose: 0,
      epochs: 3,
      shuffle: false,
    } as const;
    const seen: unknown[] = [];
    class Look extends Callback {
      override async onTestBegin(): Promise<void> {
        const optimizer = swapped.optimizer as SGD;
        seen.push(await read(swapped.trainableVariables), await read([...optimizer.movingAverages.values()]));
      }
    }
    const without = await plain.fit(inputs(), y, validation);
    const withSwap = await swapped.fit(inputs(), y, { ...validation, callbacks: [new SwapEMAWeights(), new Look()] });
    expect(withSwap.history["loss"]).toEqual(without.history["loss"]);
    expect(withSwap.history["val_loss"]).not.toEqual(without.history["val_loss"]);
    expect(await read(swapped.trainableVariables)).toEqual(await read(plain.trainableVariables));
    // At the first validation the model holds the average, and the average's place holds the weights.
    expect(seen[0]).not.toEqual(seen[1]);
  });

  it("keeps the averages over the end of an epoch where asked", async () => {
    const model = makeModel({ useEma: true, emaMomentum: 0.5 });
    const kept: unknown[] = [];
    class Keep extends Callback {
      override async onEpochEnd(): Promise<void> {
        kept.push(await read(model.trainableVariables));
      }
    }
    await model.fit(inputs(), y, { epochs: 2, verbose: 0, callbacks: [new SwapEMAWeights({ swapOnEpoch: true }), new Keep()] });
    expect(await read(model.trainableVariables)).toEqual(kept[1]);
  });

  it("needs averages", async () => {
    await expect(makeModel().fit(inputs(), y, { verbose: 0, callbacks: [new SwapEMAWeights()] })).rejects.toThrow(/useEma: true/);
  });
});
