import { reference } from "@neurite/backend-reference";
import {
  compile,
  createRegistry,
  deserializeKerasObject,
  resetAutoNames,
  serializeKerasObject,
  setDefaultDevice,
  setMask,
  type Tensor,
  tensor,
  type Variable,
} from "@neurite/core";
import { meanSquaredError } from "@neurite/losses";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as everything from "./index.ts";
import { getMetric, Mean, MeanMetricWrapper, type Metric, metricsPlugin, resolveAccuracy } from "./index.ts";
import { kerasConfigs } from "./testing/keras-configs.ts";
import { kerasMetrics } from "./testing/keras-values.ts";

beforeAll(() => setDefaultDevice(reference()));
beforeEach(() => resetAutoNames());

const flat = (x: unknown): number[] => (Array.isArray(x) ? x.flatMap(flat) : [Number(x)]);
/** Options whose names are the positional arguments of the constructor. */
const required: Record<string, readonly string[]> = {
  IoU: ["numClasses", "targetClassIds"],
  OneHotIoU: ["numClasses", "targetClassIds"],
  MeanIoU: ["numClasses"],
  OneHotMeanIoU: ["numClasses"],
  PrecisionAtRecall: ["recall"],
  RecallAtPrecision: ["precision"],
  SensitivityAtSpecificity: ["specificity"],
  SpecificityAtSensitivity: ["sensitivity"],
};

function make(name: string, options: Readonly<Record<string, unknown>>): Metric {
  const positional = required[name] ?? [];
  const rest = Object.fromEntries(Object.entries(options).filter(([key]) => !positional.includes(key)));
  return new (everything as unknown as Record<string, new (...args: unknown[]) => Metric>)[name]!(
    ...positional.map((key) => options[key]),
    rest,
  );
}

async function expectClose(actual: Tensor, expected: unknown, what: string): Promise<void> {
  const want = flat(expected);
  const got = flat(await actual.array());
  expect(got.length).toBe(want.length);
  got.forEach((value, i) =>
    expect(Math.abs(value - want[i]!) / Math.max(1, Math.abs(want[i]!)), `${what}: ${value} for ${want[i]!}`).toBeLessThan(1e-5),
  );
}

describe("every metric gives Keras's values, batch after batch", () => {
  for (const [i, fixture] of kerasMetrics.entries()) {
    const { class: name, options, batches, results, variables } = fixture;
    it(`${name} ${JSON.stringify(options)} (${i})`, async () => {
      const metric = make(name, options);
      for (const [k, batch] of batches.entries()) {
        metric.updateState(...(batch as readonly unknown[]));
        await expectClose(metric.result(), results[k], `after batch ${k}`);
      }
      expect(metric.variables.map(({ name: path, shape }: Variable) => [path.split("/").at(-1), [...shape]])).toEqual(variables);
      metric.resetState();
      metric.updateState(...(batches[0] as readonly unknown[]));
      await expectClose(metric.result(), results[0], "after a reset");
      if (!("sampleWeight" in fixture)) return;
      metric.resetState();
      metric.updateState(...(batches[0] as readonly unknown[]), { sampleWeight: fixture.sampleWeight });
      await expectClose(metric.result(), fixture.weighted, "weighted");
    });

    it(`${name} ${JSON.stringify(options)} (${i}) in a compiled step`, async () => {
      const metric = make(name, options);
      const arrays = batches.map((batch) => (batch as readonly unknown[]).map((array) => tensor(array as number[])));
      metric.updateState(...(arrays[0] as unknown[]));
      metric.resetState();
      const step = compile((...batch: Tensor[]) => metric.updateState(...batch), { onRetrace: () => {} });
      for (const batch of arrays) step(...batch);
      await expectClose(metric.result(), results.at(-1), "at the end");
    });
  }
});

it("a mask of the predictions counts for means of functions, and not for RootMeanSquaredError, as in Keras", async () => {
  const predictions = (): Tensor => {
    const x = tensor([[3], [6]]);
    setMask(x, tensor([true, false]));
    return x;
  };
  const [mean, root] = [new everything.MeanSquaredError(), new everything.RootMeanSquaredError()];
  for (const metric of [mean, root]) metric.updateState([[2], [1]], predictions());
  expect(await mean.result().item()).toBe(1);
  expect(await root.result().item()).toBeCloseTo(Math.sqrt((1 + 25) / 2), 6);
});

it("metrics of one's own make state as layers make weights", async () => {
  class Ranges extends everything.Metric {
    readonly rows = this.addWeight({ name: "rows" });
    readonly spread = this.addWeight({ name: "spread", shape: [2], dtype: "float64" });
    override updateState(yTrue: Tensor): void {
      this.rows.assignAdd(yTrue.shape[0] as number);
      this.spread.assign([1, 2]);
    }
    override result(): Tensor {
      return this.rows.read() as Tensor;
    }
  }
  const metric = new Ranges({ name: "mine" });
  metric.updateState(tensor([[1], [2], [3]]));
  expect(metric.variables.map(({ name, shape, dtype }) => [name, shape, dtype])).toEqual([["mine/rows", [], "float32"], ["mine/spread", [2], "float64"]]); // prettier-ignore
  expect(await metric.result().item()).toBe(3);
  metric.resetState();
  expect(await metric.spread.array()).toEqual([0, 0]);
});

describe("configs are Keras's", () => {
  for (const { class: name, options, serialized } of kerasConfigs) {
    it(`${name} ${JSON.stringify(options)}`, () => {
      expect(serializeKerasObject(make(name, options))).toEqual(serialized);
      expect(serializeKerasObject(deserializeKerasObject(serialized, createRegistry([metricsPlugin])))).toEqual(serialized);
    });
  }
});

describe("getMetric", () => {
  it("names a metric by the identifier, and makes means of functions", async () => {
    expect(getMetric("mse").name).toBe("mse");
    expect(getMetric("mse")).toBeInstanceOf(everything.MeanSquaredError);
    const wrapped = getMetric(meanSquaredError);
    expect(wrapped).toBeInstanceOf(MeanMetricWrapper);
    expect(wrapped.name).toBe("mean_squared_error");
    wrapped.updateState([[0], [2]], [[1], [2]]);
    expect(await wrapped.result().item()).toBe(0.5);
    expect(() => getMetric("acuracy")).toThrow(/unknown name "acuracy" among metrics: did you mean/);
  });

  it("accuracy is the one that fits labels and outputs", () => {
    expect(resolveAccuracy([null, 1], [null, 1])).toBeInstanceOf(everything.BinaryAccuracy);
    expect(resolveAccuracy([null], [null, 10])).toBeInstanceOf(everything.SparseCategoricalAccuracy);
    expect(resolveAccuracy([null, 1], [null, 10])).toBeInstanceOf(everything.SparseCategoricalAccuracy);
    expect(resolveAccuracy([null, 10], [null, 10], "acc")).toBeInstanceOf(everything.CategoricalAccuracy);
    expect(resolveAccuracy([null, 10], [null, 10], "acc").name).toBe("acc");
  });
});

it("calling a metric updates it and gives the result", async () => {
  const mean = new Mean();
  expect(await mean([1, 3]).item()).toBe(2);
  expect(await mean([5]).item()).toBe(3);
});

it("before the first batch a metric is 0", async () => {
  for (const name of ["mean", "precision", "auc", "r2_score", "f1_score"])
    expect([name, await getMetric(name).result().item()]).toEqual([name, 0]);
});
