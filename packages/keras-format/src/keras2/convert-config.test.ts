import { deserializeKerasObject, type Registry, type SerializedObject, tensor, type Tensor } from "@neurite/core";
import type { Model } from "@neurite/models";
import { beforeEach, describe, expect, test } from "vitest";
import { setUp } from "../testing/fixtures.ts";
import { keras3Config } from "./convert-config.ts";

let registry: Registry;

beforeEach(() => {
  registry = setUp();
});

const make = (json: object): Model => deserializeKerasObject(keras3Config(json as SerializedObject), registry) as Model;
const input = {
  class_name: "InputLayer",
  config: { batch_input_shape: [null, 4], dtype: "float32", name: "x" },
  name: "x",
  inbound_nodes: [],
};

/** A functional model of TensorFlow functions, as tf.keras writes them: name, function, node. */
function graph(output: string, ...ops: readonly (readonly [name: string, called: string, node: unknown])[]): object {
  const layers = ops.map(([name, called, node]) => ({
    class_name: called === "__operators__.getitem" ? "SlicingOpLambda" : "TFOpLambda",
    config: { name, trainable: true, dtype: "float32", function: called },
    name,
    inbound_nodes: [node],
  }));
  const config = { name: "m", layers: [input, ...layers], input_layers: [["x", 0, 0]], output_layers: [[output, 0, 0]] };
  return { class_name: "Functional", config };
}

async function run(json: object, x: number[][] = [[1, 2, 3, 4]]): Promise<unknown> {
  return (make(json)(tensor(x)) as Tensor).array();
}

describe("TensorFlow functions in graphs", () => {
  test.each([
    ["a number in place of the second tensor", [["mul", "math.multiply", ["x", 0, 0, { y: 2, name: null }]]], [[2, 4, 6, 8]]],
    [
      "a number in place of the first",
      [["sub", "math.subtract", ["_CONSTANT_VALUE", -1, 10, { y: ["x", 0, 0], name: null }]]],
      [[9, 8, 7, 6]],
    ],
    [
      "two tensors",
      [
        ["sq", "math.square", ["x", 0, 0, {}]],
        ["add", "__operators__.add", ["x", 0, 0, { y: ["sq", 0, 0] }]],
      ],
      [[2, 6, 12, 20]],
    ],
    ["options", [["mean", "math.reduce_mean", ["x", 0, 0, { axis: 1, keepdims: true }]]], [[2.5]]],
    [
      "a list of tensors",
      [
        [
          "cat",
          "concat",
          [
            ["x", 0, 0, { axis: -1 }],
            ["x", 0, 0, { axis: -1 }],
          ],
        ],
      ],
      [[1, 2, 3, 4, 1, 2, 3, 4]],
    ],
    [
      "options that Keras calls otherwise",
      [["r", "reshape", ["x", 0, 0, { shape: [-1, 2] }]]],
      [
        [1, 2],
        [3, 4],
      ],
    ],
    ["activations", [["relu", "nn.relu", ["x", 0, 0, { name: null }]]], [[1, 2, 3, 4]]],
    [
      "slices",
      [
        [
          "get",
          "__operators__.getitem",
          [
            "x",
            0,
            0,
            {
              slice_spec: [
                { start: null, stop: null, step: null },
                { start: 1, stop: 3, step: null },
              ],
            },
          ],
        ],
      ],
      [[2, 3]],
    ],
    ["slices after an ellipsis", [["get", "__operators__.getitem", ["x", 0, 0, { slice_spec: [{ class_name: "__ellipsis__" }, 0] }]]], [1]],
  ] as const)("%s", async (_, ops, expected) => {
    const last = (ops as readonly (readonly [string, string, unknown])[]).at(-1) as readonly [string, string, unknown];
    expect(await run(graph(last[0], ...(ops as readonly (readonly [string, string, unknown])[])))).toEqual(expected);
  });

  test("what has no counterpart is named", () => {
    expect(() => make(graph("f", ["f", "raw_ops.Fft", ["x", 0, 0, {}]]))).toThrow(
      'operation "f": the TensorFlow function tf.raw_ops.Fft has no counterpart',
    );
    expect(() => make(graph("f", ["f", "linalg.matmul", ["x", 0, 0, { b: ["x", 0, 0], transpose_b: true }]]))).toThrow(
      "tf.linalg.matmul with transpose_b = true has no counterpart",
    );
  });
});

describe("layers", () => {
  const sequential = (...layers: readonly object[]): object => ({ class_name: "Sequential", config: { name: "s", layers } });

  test("a first layer with the shape of the input makes an input", () => {
    const dense = {
      class_name: "Dense",
      config: { name: "d", batch_input_shape: [null, 4], units: 2, dtype: "float32", activation: "linear" },
    };
    const model = make(sequential(dense));
    expect(model.built).toBe(true);
    expect(model.inputs[0]?.shape).toEqual([null, 4]);
    // The oldest files hold a mere list of layers.
    expect(make({ class_name: "Sequential", config: [dense] }).built).toBe(true);
  });

  test("keys that changed their names, and those without meaning", async () => {
    const leaky = {
      class_name: "LeakyReLU",
      config: { name: "l", alpha: 0.5, dtype: { class_name: "Policy", config: { name: "float32" } } },
    };
    expect(await (make(sequential(input, leaky))(tensor([[-2, 1, 0, -4]])) as Tensor).array()).toEqual([[-1, 1, 0, -2]]);
    const norm = {
      class_name: "BatchNormalization",
      config: { name: "b", axis: [1], momentum: 0.9, fused: true, virtual_batch_size: null },
    };
    expect(make(sequential(input, norm)).layers[0]?.getConfig()["axis"]).toBe(1);
  });

  test("hard_sigmoid keeps the formula of Keras 2", async () => {
    const hard = { class_name: "Activation", config: { name: "h", activation: "hard_sigmoid" } };
    const [row] = (await (make(sequential(input, hard))(tensor([[-3, -1, 1, 3]])) as Tensor).array()) as number[][];
    [0, 0.3, 0.7, 1].forEach((value, i) => expect(row?.[i]).toBeCloseTo(value, 6));
  });

  test("an initializer that is called like a layer is an initializer", () => {
    const dense = {
      class_name: "Dense",
      config: { name: "d", units: 4, kernel_initializer: { class_name: "Identity", config: { gain: 2 } } },
    };
    expect(make(sequential(input, dense)).layers[0]?.getConfig()["kernel_initializer"]).toMatchObject({ class_name: "Identity" });
  });

  test("what Keras 3 cannot do is refused", () => {
    const dense = { class_name: "Dense", config: { name: "d", units: 4, time_major: true } };
    expect(() => make(sequential(input, dense))).toThrow("Dense with time_major = true is a feature of Keras 2");
  });
});
