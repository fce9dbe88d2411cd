import { ops, resetAutoNames, type SymbolicTensor, type Tensor } from "@neurite/core";
import { Add, BatchNormalization, Concatenate, Dense, Dropout, Input, Layer } from "@neurite/layers";
import { beforeEach, describe, expect, test } from "vitest";
import { Model } from "../index.ts";
import { data, fill, formula, setUp, weightsOf } from "../testing/fixtures.ts";

beforeEach(() => {
  setUp();
  resetAutoNames();
});

const { x, wide, target } = data;
const names = (model: Model): string[] => model.layers.map(({ name }) => name);
const input = (name: string, features = 6): SymbolicTensor => Input({ shape: [features], name });

describe("inputs and outputs", () => {
  test("are called as the model was made: one, lists, objects, trees of them", async () => {
    const [a, b] = [input("a"), input("b", 2)];
    const [sum, both] = [new Dense(2)(a), new Concatenate()([a, b])];
    const one = new Model({ inputs: a, outputs: sum });
    expect(one(x()).shape).toEqual([50, 2]);
    expect(one([x()]).shape).toEqual([50, 2]);
    expect((one({ a: x() } as never) as never as Tensor).shape).toEqual([50, 2]);

    const list = new Model({ inputs: [a, b], outputs: [sum, both] });
    expect((list([x(), wide()]) as never as Tensor[]).map(({ shape }) => shape)).toEqual([[50, 2], [50, 8]]); // prettier-ignore
    expect((list({ b: wide(), a: x() } as never) as never as Tensor[])[1].shape).toEqual([50, 8]);

    const tree = new Model({ inputs: { deep: [a], rest: { b } }, outputs: { out: { both }, more: [sum] } });
    const outputs = tree({ rest: { b: wide() }, deep: [x()] } as never) as never as { out: { both: Tensor }; more: Tensor[] };
    expect([outputs.out.both.shape, outputs.more[0].shape]).toEqual([[50, 8], [50, 2]]); // prettier-ignore
    expect(Object.keys(outputs)).toEqual(["out", "more"]);
    expect(tree.inputs.map(({ node }) => node.operation.name)).toEqual(["a", "b"]);
    expect((await tree.predict<typeof outputs>({ rest: { b: wide() }, deep: [x()] }, { verbose: 0 })).out.both.shape).toEqual([50, 8]);
  });

  test.each([
    ["another number", (m: Model) => m([x()]), /\[call\] inputs must be a list of 2 arrays, one for each \("a", "b"\): got a list of 1/],
    ["one of two", (m: Model) => m(x()), /inputs must be a list of 2 arrays.*: got a tensor float32/],
    ["a wrong name", (m: Model) => m({ a: x(), c: wide() } as never), /inputs must hold an array for each of "a", "b": got "a", "c"/],
    ["a wrong shape", (m: Model) => m([wide(), x()]), /input of shape \[50,2\] does not fit input "a" of shape \[\?,6\]/],
    ["null", (m: Model) => m([x(), null as never]), /input "b" is missing: only inputs made with \{ optional: true \} may be null/],
  ])("%s is refused", (_name, call, message) => {
    const [a, b] = [input("a"), input("b", 2)];
    expect(() => call(new Model({ inputs: [a, b], outputs: new Concatenate()([a, b]) }))).toThrow(message);
  });

  test("an optional input may be null", () => {
    class Maybe extends Layer {
      override call([a, b]: readonly (Tensor | null)[]): Tensor {
        return b === null ? (a as Tensor) : ops.add(a as Tensor, b);
      }
    }
    const [a, b] = [input("a"), Input({ shape: [6], name: "b", optional: true })];
    const model = new Model({ inputs: [a, b], outputs: new Maybe()([a, b]) });
    expect(model([x(), null as never]).shape).toEqual([50, 6]);
  });
});

describe("graphs", () => {
  test("share layers, and whole models, with one set of weights", async () => {
    const [a, b] = [input("a"), input("b")];
    const shared = new Dense(3, { name: "shared" });
    const model = new Model({ inputs: [a, b], outputs: new Add()([shared(a), shared(b)]) });
    fill(model);
    expect(names(model)).toEqual(["a", "b", "shared", "add"]);
    expect(model.weights).toHaveLength(2);
    const [once, twice] = [shared(x()), model([x(), x()])];
    expect(await twice.array()).toEqual(await ops.multiply(once, 2).array());

    const outer = new Model({ inputs: a, outputs: new Dense(1)(model([a, a])) });
    expect(outer.weights.slice(0, 2)).toEqual(model.weights);
    expect(outer.layers[1]).toBe(model);
  });

  test("of a thousand layers are deep enough for anybody", () => {
    const first = input("x", 2);
    let h = first;
    for (let i = 0; i < 1000; i++) h = new Add({ name: `add${i}` })([h, first]);
    const model = new Model({ inputs: first, outputs: h });
    expect(model.layers).toHaveLength(1001);
  });

  test("may begin in the middle of another model: what made the tensor is no part of them", async () => {
    const a = input("a");
    const hidden = new Dense(4, { name: "hidden" })(a);
    const whole = new Model({ inputs: a, outputs: new Dense(2, { name: "out" })(hidden) });
    fill(whole);
    const tail = new Model({ inputs: hidden, outputs: whole.outputs[0] });
    expect(names(tail)).toEqual([expect.stringMatching(/CLONE$/), "out"]);
    expect(tail.weights).toHaveLength(2);
    const front = new Model({ inputs: a, outputs: hidden });
    expect(names(front)).toEqual(["a", "hidden"]);
    expect(await tail(front(x())).array()).toEqual(await whole(x()).array());
    expect(() => Model.fromConfig(tail.getConfig())).not.toThrow();
  });

  test("go by what they were given, also where that is one of several outputs", async () => {
    class Halves extends Layer {
      override call(inputs: Tensor): Tensor[] {
        return ops.split(inputs, 2, { axis: -1 }) as Tensor[];
      }
    }
    const [left, right] = new Halves({ name: "halves" })(input("a")) as never as SymbolicTensor[];
    const model = new Model({ inputs: [left, right], outputs: new Add({ name: "sum" })([left, right]) });
    expect(names(model)).toHaveLength(3);
    expect(model([formula([2, 3], 1, 0), formula([2, 3], 1, 1)]).shape).toEqual([2, 3]);
  });

  test("give ops their place between layers", async () => {
    const a = input("a");
    const model = new Model({ inputs: a, outputs: ops.multiply(ops.add(a as never, 1) as never, 2) });
    expect(names(model)).toEqual(["a"]);
    expect(await model(ops.ones([1, 6])).array()).toEqual([[4, 4, 4, 4, 4, 4]]);
  });

  test.each([
    [
      "an input that was not given",
      () => new Model({ inputs: input("a"), outputs: new Add()([input("b"), input("c")]) }),
      /the outputs depend on SymbolicTensor.*which is not among the inputs/,
    ],
    [
      "tensors",
      () => new Model({ inputs: ops.ones([2, 2]), outputs: ops.ones([2, 2]) }),
      /inputs must be symbolic tensors.*: got a tensor float32\[2,2\]/,
    ],
    ["no outputs", () => new Model({ inputs: input("a") }), /inputs and outputs are given together/],
    ["an empty list", () => new Model({ inputs: [], outputs: [] }), /inputs must not be empty/],
    [
      "two layers of one name",
      () => {
        const a = input("a");
        return new Model({ inputs: a, outputs: new Add()([new Dense(1, { name: "b" })(a), new Dense(1, { name: "b" })(a)]) });
      },
      /two layers are named "b"/,
    ],
  ])("refuse %s", (_name, make, message) => {
    expect(make).toThrow(message);
  });

  test("errors while layers are put together name the layer and shapes", () => {
    expect(() => new Add({ name: "sum" })([input("a", 6), input("b", 5)])).toThrow(/layer "sum" \(Add\)/);
  });
});

describe("training mode", () => {
  test("given at the call of a layer holds where the model is called without one", async () => {
    const a = input("a");
    const model = new Model({ inputs: a, outputs: new Dropout(0.5)(a, { training: true }) });
    const zeros = async (y: Tensor): Promise<number> => ops.sum(ops.cast(ops.equal(y, 0), "float32")).item();
    expect(await zeros(model(ops.ones([20, 6])))).toBeGreaterThan(0);
    // As in Keras, the mode of the call wins.
    expect(await zeros(model(ops.ones([20, 6]), { training: false }))).toBe(0);
  });
});

describe("weights", () => {
  const build = (): Model => {
    const a = input("a");
    return new Model({
      inputs: a,
      outputs: new Dense(1, { name: "out" })(new BatchNormalization({ name: "norm" })(new Dense(3, { name: "hidden" })(a))),
    });
  };

  test("getLayer finds by name and by place", () => {
    const model = build();
    expect(model.getLayer("norm")).toBe(model.layers[2]);
    expect(model.getLayer(1).name).toBe("hidden");
    expect(model.getLayer(-1).name).toBe("out");
    expect(() => model.getLayer("nrm")).toThrow(/\[getLayer\] no layer "nrm" in "functional": there are a, hidden, norm, out/);
    expect(() => model.getLayer(9)).toThrow(/no layer 9/);
  });

  test("are copied out and in", async () => {
    const [model, other] = [build(), build()];
    fill(model);
    const copies = await model.getWeights();
    other.setWeights(copies);
    expect(await other(x()).array()).toEqual(await model(x()).array());
    model.compile({ loss: "mse", optimizer: "sgd" });
    await model.fit(x(), target(), { verbose: 0 });
    // What was copied out does not change with training.
    expect(await Promise.all(copies.map((copy) => copy.array()))).toEqual(await weightsOf(other));
    expect(() => other.setWeights([])).toThrow(/has 8 weights: got 0/);
    expect(() => other.setWeights([...copies].reverse())).toThrow(/\[setWeights\] weight "hidden\/kernel" has shape \[6,3\]: got \[1\]/);
  });

  test("that are frozen are not trained, from the next compile on", async () => {
    const model = build();
    fill(model);
    model.compile({ loss: "mse", optimizer: "sgd" });
    model.getLayer("hidden").trainable = false;
    expect([model.trainableWeights.length, model.nonTrainableWeights.length]).toEqual([4, 4]);
    model.compile({ loss: "mse", optimizer: "sgd" });
    const before = await weightsOf(model);
    await model.fit(x(), target(), { verbose: 0 });
    const after = await weightsOf(model);
    expect(after.slice(0, 2)).toEqual(before.slice(0, 2));
    expect(after[2]).not.toEqual(before[2]);

    model.trainable = false;
    expect(model.trainableWeights).toHaveLength(0);
    model.trainable = true;
    expect(model.trainableWeights).toHaveLength(6);
    expect(model.layers.every(({ trainable }) => trainable)).toBe(true);
  });

  test("a model made with trainable: false is frozen, with its layers", () => {
    const a = input("a");
    const model = new Model({ inputs: a, outputs: new Dense(3)(a), trainable: false });
    expect([model.trainableWeights.length, model.layers[1].trainable]).toEqual([0, false]);
  });
});
