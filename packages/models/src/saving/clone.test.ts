import { createRegistry, getDefaultRegistry, type KerasIdentity, ops, opsPlugin, SerializationError, setDefaultRegistry, sparse, type SymbolicTensor, type Tensor, ValueError } from "@neurite/core"; // prettier-ignore
import { Activation, Dense, Dropout, Input, Layer } from "@neurite/layers";
import { beforeEach, describe, expect, test } from "vitest";
import { cloneModel, Model, modelToJSON, Sequential } from "../index.ts";
import { formula, setUp } from "../testing/fixtures.ts";

beforeEach(() => {
  setUp();
  const { plugins } = getDefaultRegistry();
  setDefaultRegistry(() => createRegistry([...plugins, opsPlugin]));
});

/** A layer used twice, an op, and a model inside. */
function functional(): Model {
  const x = Input({ shape: [4], name: "x" });
  const inner = new Sequential([Input({ shape: [4] }), new Dense(4, { name: "d1" })], { name: "inner" });
  const dense = new Dense(4, { activation: "tanh", name: "d" });
  const y = new Dense(2, { name: "out" })(inner(ops.multiply(dense(dense(x)), 2)) as SymbolicTensor);
  return new Model({ inputs: x, outputs: y, name: "m" });
}

const stack = (): Sequential => new Sequential([Input({ shape: [4], name: "first" }), new Dense(2, { name: "d" })], { name: "s" });
const names = (model: Model): string[] => model.layers.map(({ name }) => name);
const activation = (model: Model, ...path: string[]): string => {
  const layer = path.reduce<Layer>((inside, name) => (inside as Model).getLayer(name), model);
  return String((layer.getConfig() as { activation: unknown }).activation);
};
/** Makes dense layers rectify. */
const rectified = (layer: Layer): Layer =>
  layer instanceof Dense ? Dense.fromConfig({ ...layer.getConfig(), activation: "relu" }) : cloneModel(layer as Model);

describe.each([
  ["a functional model", functional],
  ["a stack", stack],
  ["a stack without an input", () => new Sequential([new Dense(2)])],
])("a clone of %s", (_, make) => {
  test("computes the same with the same weights, of which it shares none", async () => {
    const [model, x]: [Model, Tensor] = [make(), formula([2, 4], 0.7, 0.1)];
    const before = model(x);
    const copy = cloneModel(model);
    copy(x);
    expect(copy.weights.some((weight) => (model.weights as unknown[]).includes(weight))).toBe(false);
    copy.setWeights(await model.getWeights());
    expect(await copy(x).array()).toEqual(await before.array());
    expect(modelToJSON(copy)).toEqual(modelToJSON(model));
  });

  test("is compiled as the model is, and trains by itself", async () => {
    const [model, x, y]: [Model, Tensor, Tensor] = [make(), formula([2, 4], 0.7, 0.1), formula([2, 2], 0.3, 0)];
    expect(cloneModel(model).compiled).toBe(false);
    model(x);
    model.compile({ loss: "mse", optimizer: "sgd" });
    const copy = cloneModel(model);
    expect(copy.optimizer).not.toBe(model.optimizer);
    copy(x);
    copy.setWeights(await model.getWeights());
    expect(await copy.trainOnBatch(x, y)).toEqual(await model.trainOnBatch(x, y));
  });
});

describe("options, with the layers that Keras's clones have", () => {
  test("callFunction puts layers between", () => {
    const copy = cloneModel(functional(), {
      callFunction: (layer, ...args) => (layer instanceof Dense ? new Dropout(0.5)(layer(...(args as [SymbolicTensor]))) : layer(...args)),
    });
    expect(copy.name).toBe("m");
    expect(names(copy)).toEqual(["x", "d", "dropout", "dropout_1", "inner", "out", "dropout_2"]);
  });

  test("callFunction is given the options of a call", () => {
    const x = Input({ shape: [4] });
    const model = new Model({ inputs: x, outputs: new Dropout(0.5)(x, { training: true }) });
    const seen: unknown[] = [];
    cloneModel(model, { callFunction: (layer, ...args) => (seen.push(args[1]), layer(...args)) });
    expect(seen).toEqual([{ training: true }]);
  });

  test("cloneFunction makes the layers, of models inside where it is recursive", () => {
    const seen: string[] = [];
    const cloneFunction = (layer: Layer): Layer => (seen.push(layer.name), rectified(layer));
    const [flat, deep] = [false, true].map((recursive) => cloneModel(functional(), { cloneFunction, recursive })) as [Model, Model];
    expect([activation(flat, "d"), activation(flat, "inner", "d1"), activation(deep, "inner", "d1")]).toEqual(["relu", "linear", "relu"]);
    expect([names(flat), names(deep)]).toEqual([["x", "d", "inner", "out"], ["x", "d", "inner", "out"]]); // prettier-ignore
    // Each layer once, however often it is used.
    expect(seen).toEqual(["d", "inner", "out", "d", "d1", "out"]);
  });

  test("cloneFunction may keep layers, and their weights", async () => {
    const model = functional();
    const copy = cloneModel(model, { cloneFunction: (layer) => layer });
    expect(copy.weights).toEqual(model.weights);
    const x = formula([2, 4], 0.7, 0.1);
    expect(await copy(x).array()).toEqual(await model(x).array());
  });

  test("inputTensors are where it begins", () => {
    const z = Input({ shape: [4], name: "z" });
    expect(names(cloneModel(functional(), { inputTensors: z }))).toEqual(["z", "d", "inner", "out"]);
    const middle = cloneModel(functional(), { inputTensors: new Activation("relu")(z) });
    expect(names(middle)).toEqual([expect.stringContaining("CLONE"), "d", "inner", "out"]);
    const copy = cloneModel(stack(), { inputTensors: [z] });
    expect([copy.name, copy.inputs[0]?.node.operation.name, ...names(copy)]).toEqual(["s", "first", "d"]);
  });

  test("inputs keep what they are", () => {
    const x = Input({ shape: [4], name: "x", optional: true, sparse: true, dtype: "float64" });
    const config = (model: Model): unknown => model.layers[0]!.getConfig();
    const model = new Model({ inputs: { a: x }, outputs: [new Dense(2)(x)] });
    const copy = cloneModel(model);
    expect(config(copy)).toEqual(config(model));
    expect(Object.keys(copy.input as object)).toEqual(["a"]);
  });

  test("the registry is that of the model, or one given", () => {
    const own = createRegistry([...getDefaultRegistry().plugins, { name: "own", activations: { steep: (x: Tensor) => ops.multiply(x, 10) } }]); // prettier-ignore
    const x = Input({ shape: [2] });
    const parts = { inputs: x, outputs: new Dense(1, { activation: own.get("activations", "steep") as never })(x) };
    expect(() => cloneModel(new Model(parts))).toThrow(SerializationError);
    expect(cloneModel(new Model(parts), { registry: own }).layers).toHaveLength(2);
    const copy = cloneModel(new Model({ ...parts, registry: own }));
    expect(copy.registry).toBe(own);
  });
});

describe("other models", () => {
  class Twice extends Layer {
    override call(x: Tensor): Tensor {
      return ops.multiply(x, 2);
    }
  }
  class Own extends Model {
    static override readonly keras: KerasIdentity = { module: null, className: "Own", registeredName: "tests>Own" };
    readonly dense = new Dense(2);
    override call(x: Tensor): Tensor {
      return this.dense(x);
    }
  }

  test("layers that no registry knows are cloned by their class", async () => {
    const x = Input({ shape: [2] });
    const copy = cloneModel(new Model({ inputs: x, outputs: new Twice()(x) }));
    expect(await copy([[1, 2]]).array()).toEqual([[2, 4]]);
  });

  test("a model of a class of its own is made by it, built where the model is", () => {
    const model = new Own();
    expect(cloneModel(model)).toBeInstanceOf(Own);
    model(formula([2, 4], 0.7, 0.1));
    expect([cloneModel(model).built, cloneModel(new Own()).built]).toEqual([true, false]);
  });

  test.each([
    ["callFunction of a stack", () => cloneModel(stack(), { callFunction: (layer, x) => layer(x) }), /callFunction is for functional models/],
    ["several inputTensors of a stack", () => cloneModel(stack(), { inputTensors: [Input({ shape: [4] }), Input({ shape: [4] })] }), /must be one symbolic tensor/],
    ["inputTensors that are none", () => cloneModel(functional(), { inputTensors: [1] }), /inputTensors must be symbolic tensors/],
    ["another tree", () => cloneModel(functional(), { inputTensors: [Input({ shape: [4] })] }), /must be a tree like the inputs of the model, 0: got \[0\]/],
    ["a class of its own", () => cloneModel(new Own(), { cloneFunction: (layer) => layer }), /are for Sequential and functional models: got "own/],
    ["what is no layer", () => cloneModel(functional(), { cloneFunction: () => 3 as never }), /cloneFunction must give a layer for "d" \(Dense, units=4\): got number/],
    ["no options", () => cloneModel(stack(), null as never), /\[cloneModel\] options must be one object/],
  ] as const)("%s: refused", (_what, run, message) => {
    expect(run).toThrow(ValueError);
    expect(run).toThrow(message);
  }); // prettier-ignore
});

test("a model makes sparse tensors dense, whether its input expects them or not", async () => {
  for (const expected of [true, false, null]) {
    const x = Input({ shape: [2], sparse: expected });
    const model = new Model({ inputs: x, outputs: new Dense(1, { kernelInitializer: "ones" })(x) });
    const given = sparse.fromDense([[0, 2], [3, 4]]); // prettier-ignore
    expect(await (model as unknown as (x: unknown) => Tensor)(given).array()).toEqual([[2], [7]]); // prettier-ignore
  }
});
