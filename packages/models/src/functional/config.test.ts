import { flattenTree, ops, resetAutoNames, SerializationError, type Tensor } from "@neurite/core";
import { Add, Average, BatchNormalization, Concatenate, Dense, Dropout, Input } from "@neurite/layers";
import { beforeEach, describe, expect, test } from "vitest";
import { Model, Sequential } from "../index.ts";
import { expectClose, formula, kerasFixture, setUp } from "../testing/fixtures.ts";

beforeEach(() => {
  setUp();
  resetAutoNames();
});

/** Computed by oracles/configs.py. */
interface KerasModel {
  readonly config: Record<string, unknown>;
  /** Names, in the order of model.layers. */
  readonly layers: readonly string[];
  /** Shapes, in the order of model.weights. */
  readonly weights: readonly (readonly number[])[];
  /** How many of the weights are trained. */
  readonly trainable: number;
  /** Shapes of samples by the names of the inputs, in their order; null where the model has no weights yet. */
  readonly inputs: Readonly<Record<string, readonly number[]>> | null;
  /** For three samples by formula, with weights by formula. */
  readonly outputs: readonly (readonly number[])[] | null;
}

function encoder(name: string): Model {
  const x = Input({ shape: [6], name: `${name}_in` });
  return new Model({ inputs: x, outputs: new Dense(3, { activation: "tanh", name: `${name}_dense` })(x), name });
}

function twoHeads(): Model {
  const [a, b] = [Input({ shape: [2], name: "wide" }), Input({ shape: [6], name: "deep" })];
  const hidden = new Dense(4, { activation: "relu", name: "hidden" })(b);
  const main = new Dense(1, { name: "main" })(new Concatenate({ name: "joined" })([a, hidden]));
  return new Model({ inputs: [a, b], outputs: [main, new Dense(3, { activation: "softmax", name: "aux" })(hidden)], name: "two_heads" });
}

const makers: Record<string, () => Model> = {
  flat: () =>
    new Sequential(
      [
        Input({ shape: [6], name: "in" }),
        new Dense(4, { activation: "elu", kernelInitializer: "he_normal", name: "a" }),
        new Dropout(0.5, { name: "drop" }),
        new Dense(2, { activation: "softmax", name: "b" }),
      ],
      { name: "flat" },
    ),
  unbuilt: () => new Sequential([new Dense(4, { name: "a" }), new Dense(2, { name: "b" })], { name: "unbuilt" }),
  nested() {
    const inner = new Sequential([Input({ shape: [3], name: "inner_in" }), new Dense(5, { activation: "relu", name: "inner_dense" })], {
      name: "inner",
    });
    return new Sequential([Input({ shape: [6], name: "in" }), encoder("encoder"), inner, new Dense(1, { name: "out" })], {
      name: "nested",
    });
  },
  two_heads: twoHeads,
  named() {
    const [a, b] = [Input({ shape: [2], name: "wide" }), Input({ shape: [6], name: "deep" })];
    const hidden = new Dense(4, { name: "hidden" })(b);
    const joined = new Concatenate({ name: "joined", axis: 1 })([hidden, a]);
    const outputs = { price: new Dense(1, { name: "main" })(joined), kind: new Dense(3, { name: "aux" })(hidden) };
    return new Model({ inputs: { wide: a, deep: b }, outputs, name: "named" });
  },
  shared_model() {
    const [left, right] = [Input({ shape: [6], name: "left" }), Input({ shape: [6], name: "right" })];
    const code = encoder("code");
    const [l, r] = [code(left), code(right)];
    const twist = new Dense(3, { activation: "sigmoid", name: "twist" });
    const x = twist(new Add({ name: "sum" })([twist(l), r]));
    return new Model({ inputs: [left, right], outputs: [new Dense(1, { name: "score" })(twist(x)), r], name: "shared_model" });
  },
  two_outputs() {
    const inner = twoHeads();
    const [a, b] = [Input({ shape: [2], name: "a" }), Input({ shape: [6], name: "b" })];
    const [main, aux] = inner([a, b]) as never as [never, never];
    return new Model({ inputs: [a, b], outputs: new Concatenate({ name: "both" })([aux, main]), name: "outer" });
  },
  frozen() {
    const x = Input({ shape: [6], name: "x" });
    const model = new Model({
      inputs: x,
      outputs: new BatchNormalization({ name: "norm" })(new Dense(3, { name: "first" })(x)),
      name: "frozen",
    });
    model.trainable = false;
    return model;
  },
  skips() {
    const x = Input({ shape: [6], name: "x" });
    const long = [0, 1, 2].reduce((h, i) => new Dense(6, { activation: "tanh", name: `long${i}` })(h), x);
    const short = new Dense(6, { name: "short" })(x);
    return new Model({ inputs: x, outputs: new Average({ name: "mean" })([short, long, x]), name: "skips" });
  },
  unused() {
    const [a, b, c] = ["a", "b", "c"].map((name) => Input({ shape: [6], name }));
    return new Model({ inputs: [a, b, c], outputs: new Dense(2, { name: "out" })(b), name: "unused" });
  },
  always_training() {
    const x = Input({ shape: [6], name: "x" });
    return new Model({ inputs: x, outputs: new BatchNormalization({ name: "norm" })(x, { training: true }), name: "always" });
  },
};

const expected = kerasFixture<Record<string, KerasModel>>("configs");

/** Keras also notes that no mask was given, which says nothing. */
function withoutMasks(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(withoutMasks);
  if (typeof json !== "object" || json === null) return json;
  const entries = Object.entries(json).filter(([key, value]) => !(key === "mask" && flattenTree(value).every((mask) => mask === null)));
  return Object.fromEntries(entries.map(([key, value]) => [key, withoutMasks(value)]));
}

async function outputsOf(model: Model, inputs: Readonly<Record<string, readonly number[]>>): Promise<number[][]> {
  model.setWeights(
    model.weights.map((weight, i) => {
      const value = ops.abs(ops.multiply(formula(weight.shape, 0.37 + 0.11 * i, i), 0.5));
      return weight.name.includes("variance") ? ops.add(value, 0.5) : value;
    }),
  );
  const named = Object.fromEntries(Object.entries(inputs).map(([name, shape], i) => [name, formula([3, ...shape], 0.7, 0.1 + i)]));
  const given = Object.keys(named).length === 1 ? Object.values(named)[0] : named;
  const outputs = flattenTree(model(given as never, { training: false })) as Tensor[];
  return Promise.all(outputs.map(async (output) => Array.from(await output.data<Float32Array>())));
}

describe("models are written, ordered and computed as by Keras", () => {
  test("there is a case for each of its models", () => expect(Object.keys(makers)).toEqual(Object.keys(expected)));

  describe.each(Object.keys(makers))("%s", (name) => {
    const keras = expected[name];

    const check = async (model: Model): Promise<void> => {
      expect(model.layers.map((layer) => layer.name)).toEqual(keras.layers);
      expect(model.weights.map(({ shape }) => [...shape])).toEqual(keras.weights);
      expect(model.trainableWeights).toHaveLength(keras.trainable);
      expect(withoutMasks(JSON.parse(JSON.stringify(model.getConfig())))).toEqual(withoutMasks(keras.config));
      if (keras.inputs === null) return;
      const outputs = await outputsOf(model, keras.inputs);
      keras.outputs?.forEach((values, i) => expectClose(outputs[i], values, `output ${i}`));
    };

    test("made here", () => check(makers[name]()));

    test("made of Keras's config", () => {
      const Class = "input_layers" in keras.config ? Model : Sequential;
      return check(Class.fromConfig(keras.config));
    });

    test("made of its own config", () => {
      const model = makers[name]();
      const Class = model instanceof Sequential ? Sequential : Model;
      return check(Class.fromConfig(model.getConfig()));
    });
  });
});

describe("configs that cannot be right", () => {
  const broken = (change: (config: Record<string, never>) => void): (() => unknown) => {
    const config = JSON.parse(JSON.stringify(expected["two_heads"].config)) as Record<string, never>;
    change(config);
    return () => Model.fromConfig(config);
  };
  type Nodes = { inbound_nodes: { args: unknown[] }[] }[];

  test.each([
    ["a layer that is not there", (c) => void (c["layers"] as unknown[]).splice(2, 1), /refers to a layer "hidden" that it does not hold/],
    [
      "an unknown class",
      (c) => void ((c["layers"][2] as Record<string, unknown>)["class_name"] = "Dnse"),
      /nothing is called "Dnse" among layers: did you mean "Dense"/,
    ],
    [
      "layers that wait for each other",
      (c) => void ((c["layers"] as Nodes)[2].inbound_nodes = (c["layers"] as Nodes)[5].inbound_nodes),
      /layers of the config wait for each other: hidden, joined, main, aux/,
    ],
    [
      "an output that nobody makes",
      (c) => void ((c["output_layers"] as unknown[])[0] = ["main", 3, 0]),
      /refers to output 0 of application 3 of layer "main", which does not exist/,
    ],
  ] as readonly [string, (config: Record<string, never>) => void, RegExp][])("%s", (_name, change, message) => {
    expect(broken(change)).toThrow(message);
    expect(broken(change)).toThrow(SerializationError);
  });
});

describe("what was compiled", () => {
  test("is written as Keras writes it, and read again", async () => {
    const model = makers["flat"]();
    expect(model.getCompileConfig()).toEqual({});
    model.compileFromConfig({});
    expect(model.compiled).toBe(false);
    model.compile({ loss: "mse", optimizer: "sgd", metrics: ["mae"], lossWeights: [2] });
    const config = JSON.parse(JSON.stringify(model.getCompileConfig())) as Record<string, unknown>;
    expect(config).toMatchObject({
      optimizer: { module: "keras.optimizers", class_name: "SGD", registered_name: null },
      loss: "mse",
      loss_weights: [2],
      metrics: ["mae"],
      weighted_metrics: null,
      run_eagerly: false,
      steps_per_execution: 1,
      jit_compile: false,
    });
    const again = makers["flat"]();
    again.compileFromConfig(config);
    expect(again.getCompileConfig()).toEqual(config);
    again.setWeights(await model.getWeights());
    const [x, y] = [formula([8, 6], 1, 1), formula([8, 2], 2, 1)];
    expect(await again.evaluate(x, y, { verbose: 0 })).toEqual(await model.evaluate(x, y, { verbose: 0 }));
    expect(again.optimizer.variables.map(({ name }) => name)).toEqual(["sgd/iteration", "sgd/learning_rate"]);
  });
});
