import { reference } from "@neurite/backend-reference";
import {
  createRegistry,
  deserializeKerasObject,
  GradientTape,
  ops,
  resetAutoNames,
  serializeKerasObject,
  setDefaultDevice,
  type Tensor,
  tensor,
} from "@neurite/core";
import { beforeAll, describe, expect, it } from "vitest";
import * as everything from "./index.ts";
import {
  getLoss,
  type Loss,
  Loss as LossBase,
  LossFunctionWrapper,
  lossesPlugin,
  meanSquaredError,
  MeanSquaredError,
  sparseCategoricalCrossentropy,
  SparseCategoricalCrossentropy,
} from "./index.ts";
import { kerasConfigs } from "./testing/keras-configs.ts";
import { kerasLosses } from "./testing/keras-values.ts";

beforeAll(() => setDefaultDevice(reference()));

type Nested = number | readonly Nested[];
const flat = (x: unknown): number[] => (Array.isArray(x) ? x.flatMap(flat) : [Number(x)]);
const make = (name: string, options: object): Loss =>
  new (everything as unknown as Record<string, new (options: object) => Loss>)[name]!(options);

async function expectClose(actual: Tensor, expected: unknown, digits = 5): Promise<void> {
  const got = flat(await actual.array());
  const want = flat(expected);
  expect(got.length).toBe(want.length);
  got.forEach((value, i) =>
    expect(Math.abs(value - want[i]!) / Math.max(1, Math.abs(want[i]!)), `${value} for ${want[i]!}`).toBeLessThan(10 ** -digits),
  );
}

describe("every loss gives Keras's values", () => {
  for (const [i, fixture] of kerasLosses.entries()) {
    const { class: name, options, yTrue, yPred } = fixture;
    it(`${name} ${JSON.stringify(options)} (${i})`, async () => {
      const predictions = tensor(yPred as Nested as number[]);
      await expectClose(make(name, options)(yTrue as never, predictions), fixture.loss);
      await expectClose(make(name, { ...options, reduction: null })(yTrue as never, predictions), fixture.unreduced);
      const tape = new GradientTape();
      tape.watch(predictions);
      const loss = tape.run(() => make(name, options)(yTrue as never, predictions));
      const gradient = tape.gradient(loss, predictions, { unconnectedGradients: "zero" }) as Tensor;
      await expectClose(gradient, fixture.gradient, 4);
      if (!("sampleWeight" in fixture)) return;
      const { sampleWeight } = fixture;
      await expectClose(make(name, options)(yTrue as never, predictions, { sampleWeight }), fixture.weighted);
      await expectClose(
        make(name, { ...options, reduction: "mean_with_sample_weight" })(yTrue as never, predictions, { sampleWeight }),
        fixture.weightedMean,
      );
      await expectClose(make(name, { ...options, reduction: "sum" })(yTrue as never, predictions, { sampleWeight }), fixture.sum);
    });
  }
});

describe("configs are Keras's", () => {
  for (const { class: name, options, serialized } of kerasConfigs) {
    it(`${name} ${JSON.stringify(options)}`, () => {
      const loss = make(name, options);
      expect(serializeKerasObject(loss)).toEqual(serialized);
      const again = deserializeKerasObject(serialized, createRegistry([lossesPlugin])) as Loss;
      expect(serializeKerasObject(again)).toEqual(serialized);
    });
  }
});

describe("getLoss", () => {
  it("knows Keras's identifiers, classes, functions and losses", async () => {
    for (const name of ["mse", "MSE", "mean_squared_error", "MeanSquaredError"]) expect(getLoss(name).name).toBe("mean_squared_error");
    const wrapped = getLoss(meanSquaredError);
    expect(wrapped).toBeInstanceOf(LossFunctionWrapper);
    expect(await wrapped([[0], [1]], [[0.5], [1]]).item()).toBeCloseTo(0.125, 6);
    const own = new MeanSquaredError();
    expect(getLoss(own)).toBe(own);
  });

  it("names the nearest identifiers for an unknown one", () => {
    expect(() => getLoss("mean_square_error")).toThrow(/unknown name "mean_square_error" among losses: did you mean "mean_squared_error"/);
  });
});

describe("labels that are no classes", () => {
  const probabilities = [[0.2, 0.8]];
  for (const [what, label] of [
    ["too large", 2],
    ["negative", -1],
    ["NaN", NaN],
    ["fractional", 0.5],
  ] as const) {
    it(`end a run with an error that names the range when ${what}`, async () => {
      const loss = sparseCategoricalCrossentropy([label], probabilities);
      await expect(loss.array()).rejects.toThrow(/labels must be integers from 0 to 1/);
    });
  }

  it("of the shape of one-hot labels are refused at once", () => {
    expect(() => new SparseCategoricalCrossentropy()([[0, 1]], probabilities)).toThrow(
      /One-hot labels need categorical_crossentropy.*in loss "sparse_categorical_crossentropy"/s,
    );
  });
});

describe("options", () => {
  it("that are unknown or wrong are refused with the class and the option", () => {
    expect(() => new MeanSquaredError({ reductoin: "sum" } as never)).toThrow(
      /\[MeanSquaredError\] unknown option "reductoin": did you mean "reduction"/,
    );
    expect(() => new MeanSquaredError({ reduction: "average" as never })).toThrow(
      /\[MeanSquaredError\] reduction must be .*: got "average"/,
    );
  });
});

it("a loss of one's own gives the loss of each sample and is reduced and named", async () => {
  class Squares extends LossBase {
    call(yTrue: Tensor, yPred: Tensor): Tensor {
      return ops.mean(ops.square(ops.subtract(yPred, yTrue)), { axis: -1 });
    }
  }
  resetAutoNames();
  const loss = new Squares();
  expect(loss.name).toBe("squares");
  expect(await loss([[0], [2]], [[1], [4]]).item()).toBeCloseTo(2.5, 6);
  expect(await loss([[0], [2]], [[1], [4]], { mask: [true, false] }).item()).toBeCloseTo(1, 6);
});

it("labels in a vector go with predictions in a column, in losses of two classes too", async () => {
  const [labels, predictions] = [tensor([1, 0]), tensor([[0.5], [0.25]])]; // prettier-ignore
  // 1 - 0.5 and 1 + 0.25, and their squares.
  expect(await new everything.Hinge()(labels, predictions).item()).toBeCloseTo((0.5 + 1.25) / 2, 6);
  expect(await new everything.SquaredHinge()(labels, predictions).item()).toBeCloseTo((0.25 + 1.5625) / 2, 6);
  // 1 · log(1 / 0.5), but for the epsilon that the 0 becomes.
  expect(await new everything.KLDivergence({ reduction: "sum" })(labels, predictions).item()).toBeCloseTo(Math.LN2, 4);
});
