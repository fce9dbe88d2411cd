import { createRegistry, ops, resetAutoNames, type Tensor, tensor } from "@neurite/core";
import { Concatenate, Dense, Dropout, Flatten, Input, Layer, layersPlugin } from "@neurite/layers";
import { beforeEach, describe, expect, test } from "vitest";
import { type Model, Sequential } from "./index.ts";
import { data, fill, setUp, weightsOf } from "./testing/fixtures.ts";

beforeEach(() => {
  setUp();
  resetAutoNames();
});

const { x, target } = data;
const names = (model: Model): string[] => model.layers.map(({ name }) => name);

describe("where the input comes from", () => {
  test("nothing says: weights are made at the first call, and from then on the shape holds", async () => {
    const model = new Sequential([new Dense(3), new Dense(1)]);
    expect([model.built, model.weights, model.inputs, model.graph]).toEqual([false, [], [], null]);
    expect(model(x()).shape).toEqual([50, 1]);
    expect(model.built).toBe(true);
    expect(model.weights.map(({ shape }) => shape)).toEqual([[6, 3], [3], [3, 1], [1]]);
    expect(model.inputs[0].shape).toEqual([null, 6]);
    expect(() => model(ops.ones([2, 5]))).toThrow(/input of shape \[2,5\] does not fit input "input_layer" of shape \[\?,6\]/);
  });

  test.each([
    ["Input", () => new Sequential([Input({ shape: [6] }), new Dense(3)])],
    ["inputShape of the first layer", () => new Sequential([new Dense(3, { inputShape: [6] })])],
    ["a model as the first layer", () => new Sequential([new Sequential([Input({ shape: [6] }), new Dense(4)]), new Dense(3)])],
    [
      "build",
      () => {
        const model = new Sequential([new Dense(3)]);
        model.build([null, 6]);
        return model;
      },
    ],
    [
      "layers added one by one",
      () => {
        const model = new Sequential();
        model.add(Input({ shape: [6] }));
        model.add(new Dense(3));
        return model;
      },
    ],
  ])("%s", (_name, make) => {
    const model = make();
    expect(model.built).toBe(true);
    expect(model.inputs.map(({ shape }) => shape)).toEqual([[null, 6]]);
    expect(model.outputs.map(({ shape }) => shape)).toEqual([[null, 3]]);
    expect(model(x()).shape).toEqual([50, 3]);
  });

  test.each(["fit", "evaluate", "predict", "predictOnBatch", "trainOnBatch", "testOnBatch"] as const)(
    "%s of a model without one",
    async (job) => {
      const model = new Sequential([new Flatten(), new Dense(1)]);
      model.compile({ loss: "mse" });
      const inputs = ops.ones([8, 2, 3]);
      if (job === "predict") await model.predict(inputs, { verbose: 0 });
      else if (job === "predictOnBatch") model.predictOnBatch(inputs);
      else if (job === "fit" || job === "evaluate") await model[job](inputs, ops.ones([8, 1]), { verbose: 0 });
      else await model[job](inputs, ops.ones([8, 1]));
      expect(model.weights.map(({ shape }) => shape)).toEqual([[6, 1], [1]]);
    },
  );
});

describe("add and pop", () => {
  test("change the model, and what it predicts", async () => {
    const model = new Sequential([Input({ shape: [6] }), new Dense(4, { name: "first" })]);
    expect((await model.predict(x(), { verbose: 0 })).shape).toEqual([50, 4]);
    model.add(new Dense(2, { name: "second" }));
    expect(names(model)).toEqual(["first", "second"]);
    expect((await model.predict(x(), { verbose: 0 })).shape).toEqual([50, 2]);
    expect(model.predictOnBatch(x()).shape).toEqual([50, 2]);
    const second = model.pop();
    expect(second.name).toBe("second");
    expect((await model.predict(x(), { verbose: 0 })).shape).toEqual([50, 4]);
    expect(model.weights).toHaveLength(2);
    model.pop();
    expect(() => model.pop()).toThrow(/\[pop\] model "sequential" has no layers/);
    expect(() => model(x())).toThrow(/\[call\] model "sequential" has no layers/);
  });

  test("apply the layer that is added and no other", () => {
    const calls = new Map<string, number>();
    class Counted extends Dense {
      override call(inputs: unknown): Tensor {
        calls.set(this.name, (calls.get(this.name) ?? 0) + 1);
        return super.call(inputs as Tensor);
      }
    }
    const model = new Sequential([Input({ shape: [6] })]);
    for (const name of ["a", "b", "c"]) model.add(new Counted(2, { name }));
    expect([...calls]).toEqual([["a", 1], ["b", 1], ["c", 1]]); // prettier-ignore
    expect(model.layers.map(({ name }) => name)).toEqual(["a", "b", "c"]);
    expect(() => model.add(new Dense(2, { name: "b" }))).toThrow(/layer 3 of "sequential": there is a layer named "b" already/);
  });

  test("keep the weights of the layers that stay", async () => {
    const model = new Sequential([Input({ shape: [6] }), new Dense(4)]);
    fill(model);
    const before = await weightsOf(model);
    model.add(new Dense(2));
    model.pop();
    expect(await weightsOf(model)).toEqual(before);
  });

  test("after compile ask for a new compile where there are new weights", async () => {
    const model = new Sequential([Input({ shape: [6] }), new Dense(1)]);
    model.compile({ loss: "mse", optimizer: "adam" });
    await model.fit(x(), target(), { verbose: 0 });
    model.add(new Dense(1));
    await expect(model.fit(x(), target(), { verbose: 0 })).rejects.toThrow(/is none of those it was built with/);
    model.compile({ loss: "mse", optimizer: "adam" });
    const { history } = await model.fit(x(), target(), { verbose: 0 });
    expect(history["loss"]).toHaveLength(1);
  });
});

describe("what is refused", () => {
  test.each([
    ["a number", () => new Sequential([5 as never]), /\[Sequential\] layer 0 of "sequential" is no layer: got 5/],
    ["null", () => new Sequential([new Dense(1), null as never]), /layer 1 of "sequential" is no layer: got null/],
    ["a class", () => new Sequential([Dense as never]), /is no layer: got the function Dense/],
    ["no list", () => new Sequential(new Dense(1) as never), /takes a list of layers/],
    [
      "two layers of one name",
      () => new Sequential([new Dense(1, { name: "a" }), new Dense(1, { name: "a" })]),
      /there is a layer named "a" already/,
    ],
    [
      "an input that is not first",
      () => new Sequential([new Dense(1), Input({ shape: [6] }) as never]),
      /layer 1 of "sequential" is an input: it must come first/,
    ],
    ["two inputs", () => new Sequential([Input({ shape: [6] }), Input({ shape: [6] })]), /is an input: it must come first/],
    ["an option nobody knows", () => new Sequential([], { nme: "x" } as never), /"nme"/],
  ])("%s", (_name, make, message) => {
    expect(make).toThrow(message);
  });

  test("layers that do not fit together, named", () => {
    const make = (): Sequential => new Sequential([Input({ shape: [6] }), new Dense(3), new Concatenate({ name: "cat" })]);
    expect(make).toThrow(/layer "cat"/);
  });
});

test("layers are called in training mode by training, in inference mode by all else", async () => {
  const model = new Sequential([Input({ shape: [6] }), new Dropout(0.5)]);
  const kept = (y: Tensor): Promise<unknown> => ops.mean(ops.cast(ops.notEqual(y, 0), "float32")).item();
  expect(await kept(model(ops.ones([20, 6])))).toBe(1);
  expect(await kept(model(ops.ones([20, 6]), { training: true }))).toBeLessThan(1);
  const outer = new Sequential([Input({ shape: [6] }), model]);
  expect(await kept(outer(ops.ones([20, 6]), { training: true }))).toBeLessThan(1);
});

test("a last axis of one is added or taken away, and inputs are cast, as the input wants it", async () => {
  const model = new Sequential([Input({ shape: [1] }), new Dense(1, { kernelInitializer: "ones" })]);
  expect(await model(tensor([1, 2, 3])).array()).toEqual([[1], [2], [3]]);
  expect(await model(tensor(new Int32Array([4, 5]), { shape: [2, 1] })).array()).toEqual([[4], [5]]);
  const flat = new Sequential([Input({ shape: [2] }), new Dense(1, { kernelInitializer: "ones" })]);
  expect(await flat(tensor([[[1], [2]]])).array()).toEqual([[3]]);
  expect(() => flat(tensor([1, 2, 3]))).toThrow(/input of shape \[3\] does not fit/);
});

test("a chain of layers that take several tensors has no graph, and works", () => {
  class Sum extends Layer {
    override call([a, b]: readonly Tensor[]): Tensor {
      return ops.add(a, b);
    }
  }
  const model = new Sequential([new Sum(), new Dense(2)]);
  expect(model([x(), x()]).shape).toEqual([50, 2]);
  expect([model.graph, model.built, model.weights.length]).toEqual([null, true, 2]);
});

test("one that is frozen from the start, or by its config, has frozen layers", () => {
  const frozen = new Sequential([Input({ shape: [2] }), new Dense(2)], { trainable: false });
  expect([frozen.trainable, frozen.trainableWeights.length, frozen.layers[0]?.trainable]).toEqual([false, 0, false]);
  expect(Sequential.fromConfig<Sequential>(frozen.getConfig(), createRegistry([layersPlugin])).trainableWeights).toEqual([]);
});
