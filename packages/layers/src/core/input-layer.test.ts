import { serializeKerasObject, setDefaultDevice, SymbolicTensor, ValueError } from "@neurite/core";
import { reference } from "@neurite/backend-reference";
import { beforeAll, describe, expect, test } from "vitest";
import { Activation, Dense, Input, InputLayer } from "../index.ts";

beforeAll(() => setDefaultDevice(reference()));

describe("Input", () => {
  test("takes what Keras's takes", () => {
    const shape = (options: object): unknown => Input(options).shape;
    expect(shape({ shape: [3, null] })).toEqual([null, 3, null]);
    expect(shape({ shape: [3], batchSize: 2 })).toEqual([2, 3]);
    expect(shape({ batchShape: [null, 3] })).toEqual([null, 3]);
    expect(Input({ shape: [3], dtype: "int32", name: "ids" }).dtype).toBe("int32");
  });

  test("is written as Keras writes it", () => {
    const input = new InputLayer({ shape: [3], sparse: true, optional: true, name: "x" });
    const config = { batch_shape: [null, 3], dtype: "float32", sparse: true, ragged: false, name: "x", optional: true };
    expect(serializeKerasObject(input)).toEqual({ module: "keras.layers", class_name: "InputLayer", config, registered_name: null });
    expect(InputLayer.fromConfig(config).getConfig()).toEqual(config);
    expect(new InputLayer({ shape: [3], sparse: null, ragged: null }).getConfig()).toMatchObject({ sparse: false, ragged: false });
  });

  test("with a tensor is that tensor", () => {
    const x = new Activation("relu")(Input({ shape: [3], batchSize: 2 }));
    expect(Input({ tensor: x })).toBe(x);
    expect(Input({ tensor: x, shape: [3], batchSize: 2, dtype: "float32", batchShape: [2, 3], sparse: false, optional: false })).toBe(x);
  });

  test("of a layer may be a tensor that is there, which stays what it was", () => {
    const x = Input({ shape: [3], batchSize: 2, name: "x" });
    const y = new Activation("relu")(x);
    const layer = new InputLayer({ inputTensor: y, shape: [3], name: "middle" });
    expect(layer.output).toBe(y);
    expect(y.node.operation).toBeInstanceOf(Activation);
    expect(layer.getConfig()).toEqual({
      batch_shape: [2, 3],
      dtype: "float32",
      sparse: false,
      ragged: false,
      name: "middle",
      optional: false,
    });
    expect(new InputLayer({ inputTensor: x, batchShape: [2, 3], optional: true }).optional).toBe(true);
  });

  test("says whether it is sparse", () => {
    const x = Input({ shape: [3], sparse: true });
    expect([x.sparse, x.ragged, new Dense(2)(x).sparse]).toEqual([true, false, false]);
    expect(new InputLayer({ inputTensor: x }).sparse).toBe(true);
    expect(() => new SymbolicTensor({ dtype: "float32", shape: [3], sparse: true, ragged: true }, x.node, 0)).toThrow(
      /sparse or ragged: received both/,
    );
  });

  const tensor = Input({ shape: [3] });
  test.each([
    ["nothing", () => Input({}), /shape must be a list of sizes/],
    ["two shapes", () => Input({ shape: [3], batchShape: [2, 3] }), /shape and batchShape are both given/],
    ["two batch sizes", () => Input({ batchSize: 2, batchShape: [2, 3] }), /batchSize and batchShape are both given/],
    ["a ragged input", () => Input({ shape: [null], ragged: true }), /\[InputLayer\] ragged must be false, as inputs of models are dense .*: got true/],
    ["another sparse", () => Input({ shape: [3], sparse: 1 as never }), /sparse must be true, false or null: got 1/],
    ["no options", () => Input(null as never), /\[Input\] options must be one object, last: received null/],
    ["a shape alone", () => Input([3] as never), /\[Input\] options must be one object, last: received an array of 1/],
    ["a tensor that is none", () => Input({ tensor: 3 as never }), /\[Input\] tensor must be symbolic: got number/],
    ["another shape", () => Input({ tensor, shape: [4] }), /\[Input\] shape of the tensor given is \[3\]: got \[4\]/],
    ["another batch", () => Input({ tensor, batchSize: 4 }), /batchSize of the tensor given is null: got 4/],
    ["another dtype", () => Input({ tensor: new Dense(2)(tensor), dtype: "int32" }), /dtype of the tensor given is "float32": got "int32"/],
    ["another shape for a layer", () => new InputLayer({ inputTensor: tensor, shape: [4] }), /\[InputLayer\] shape of the tensor given is \[3\]: got \[4\]/],
    ["another sparse for a layer", () => new InputLayer({ inputTensor: tensor, sparse: true }), /sparse of the tensor given is false: got true/],
    ["a tensor for a layer that is none", () => new InputLayer({ inputTensor: [3] as never }), /\[InputLayer\] inputTensor must be symbolic: got object/],
    ["options that do not exist", () => Input({ tensor, size: 4 } as never), /\[Input\] size of the tensor given is undefined: got 4/],
  ] as const)("%s: refused", (_what, run, message) => {
    expect(run).toThrow(ValueError);
    expect(run).toThrow(message);
  }); // prettier-ignore
});
