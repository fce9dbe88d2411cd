import { ops, type Tensor, tensor } from "@neurite/core";
import { Dense, Dropout, Input, Layer } from "@neurite/layers";
import type { Probe } from "@neurite/testkit";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { Model, Sequential } from "../index.ts";
import { data, expectClose, fill, formula, setUp } from "../testing/fixtures.ts";

let device: Probe;
beforeEach(() => {
  device = setUp();
});

const { x } = data;

function regressor(): Sequential {
  const model = new Sequential([new Dense(4, { activation: "relu", inputShape: [6] }), new Dense(2)]);
  fill(model);
  return model;
}

const numbers = async (y: Tensor): Promise<number[]> => Array.from(await y.data<Float32Array>());

describe("predict", () => {
  test("needs no compile, and gives what calling the model gives, however it is cut into batches", async () => {
    const model = regressor();
    const expected = await numbers(model(x()));
    for (const batchSize of [1, 7, 25, 32, 50, 100]) {
      const predicted = await model.predict(x(), { batchSize, verbose: 0 });
      expect(predicted.shape).toEqual([50, 2]);
      expectClose(await numbers(predicted), expected, `batches of ${batchSize}`, 1e-7);
    }
    expectClose(await numbers(model.predictOnBatch(x())), expected, "in one batch", 1e-7);
  });

  test("looks at so many batches as steps says", async () => {
    const model = regressor();
    expect((await model.predict(x(), { batchSize: 8, steps: 2, verbose: 0 })).shape).toEqual([16, 2]);
    expect((await model.predict(x(), { batchSize: 8, steps: 100, verbose: 0 })).shape).toEqual([50, 2]);
    // Without a batch size, so many batches are made of the data.
    await model.predict(x(), { steps: 5, verbose: 0 });
    expect(device.compiled.at(-1)?.outputs[0].shape).toEqual([10, 2]);
  });

  test("keeps the dtypes of the outputs", async () => {
    class Kinds extends Layer {
      override call(inputs: Tensor): unknown {
        const whole = ops.cast(inputs, "int32");
        return { whole, positive: ops.greater(inputs, 0), half: ops.cast(inputs, "float16"), complex: ops.cast(inputs, "complex64") };
      }
    }
    const a = Input({ shape: [2] });
    const model = new Model({ inputs: a, outputs: new Kinds()(a) });
    const inputs = tensor(Float32Array.from({ length: 10 }, (_, i) => i - 5), { shape: [5, 2] }); // prettier-ignore
    const outputs = await model.predict<Record<string, Tensor>>(inputs, { batchSize: 2, verbose: 0 });
    const whole = model.predictOnBatch<Record<string, Tensor>>(inputs);
    for (const [name, dtype] of Object.entries({ whole: "int32", positive: "bool", half: "float16", complex: "complex64" })) {
      expect([outputs[name].dtype, outputs[name].shape]).toEqual([dtype, [5, 2]]);
      expect(await outputs[name].array()).toEqual(await whole[name].array());
    }
  });

  test("several jobs on one model at the same time do not meet", async () => {
    const model = regressor();
    const inputs = [0, 1, 2].map((i) => formula([30 + i, 6], 0.3, i));
    const expected = await Promise.all(inputs.map((each) => model(each).array()));
    const found = await Promise.all(inputs.map(async (each) => (await model.predict(each, { batchSize: 1, verbose: 0 })).array()));
    expect(found).toEqual(expected);
  });

  test("sees the weights as they are", async () => {
    const model = regressor();
    const before = await numbers(await model.predict(x(), { verbose: 0 }));
    model.setWeights(model.weights.map((weight) => ops.zeros(weight.shape)));
    expect(new Set(await numbers(await model.predict(x(), { verbose: 0 })))).toEqual(new Set([0]));
    fill(model);
    expect(await numbers(await model.predict(x(), { verbose: 0 }))).toEqual(before);
  });

  test("with training: true dropout stays on, in other places at each call", async () => {
    const model = new Sequential([Input({ shape: [6] }), new Dropout(0.5)]);
    const ones = ops.ones([100, 6]);
    const draws = await Promise.all([0, 1].map(async () => numbers(await model.predict(ones, { training: true, verbose: 0 }))));
    for (const draw of draws) {
      expect(new Set(draw)).toEqual(new Set([0, 2]));
      expect(Math.abs(draw.filter((value) => value === 0).length - 300)).toBeLessThan(80);
    }
    expect(draws[0]).not.toEqual(draws[1]);
    expect(new Set(await numbers(await model.predict(ones, { verbose: 0 })))).toEqual(new Set([1]));
  });

  test("does not wait for one batch before it queues the next", async () => {
    const model = regressor();
    await model.predict(x(), { batchSize: 1, verbose: 0 });
    const sync = vi.spyOn(device, "sync");
    await model.predict(x(), { batchSize: 1, verbose: 0 });
    expect(sync.mock.calls.length).toBeLessThan(50);
  });
});
