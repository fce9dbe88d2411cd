import { reference } from "@neurite/backend-reference";
import { createRegistry, DTypeError, deserializeKerasObject, ops, serializeKerasObject, setDefaultDevice, ValueError } from "@neurite/core";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import {
  Bidirectional, DTypePolicy, DTypePolicyMap, Input, isLayer, type Layer, layersPlugin, LSTM, MultiHeadAttention, QuantizedDTypePolicy, setDTypePolicy, SpatialDropout1D,
} from "../index.ts"; // prettier-ignore

beforeAll(() => setDefaultDevice(reference()));
afterEach(() => setDTypePolicy("float32"));

const policy = (name: string): object => ({ module: "keras", class_name: "DTypePolicy", config: { name }, registered_name: null });
/** As Keras 3.15.1 writes `DTypePolicyMap("float32", {"mha/query": DTypePolicy("bfloat16"), "mha/key": DTypePolicy("float16")})`. */
const written = {
  module: "keras.dtype_policies",
  class_name: "DTypePolicyMap",
  config: { default_policy: "float32", policy_map: { "mha/query": policy("bfloat16"), "mha/key": policy("float16") } },
  registered_name: null,
};

/** Paths with the dtypes of computations and weights, of a layer and those inside it. */
const dtypes = (layer: Layer): unknown[] => [
  [layer.path, layer.computeDtype, layer.variableDtype],
  ...layer.sublayers.filter(isLayer).flatMap(dtypes),
];

describe("a map of policies", () => {
  it("gives the policy of a path, else that of the expression that matches all of it, else the default", () => {
    const policies = new DTypePolicyMap("float32", { "encoder/layer_0/dense": "bfloat16", decoder: "bfloat16" });
    policies.set("encoder/.*", new DTypePolicy("float16"));
    const names = ["encoder/layer_0/dense", "encoder/attention/query", "decoder/attention", "my_encoder/x"].map(
      (path) => policies.get(path).name,
    );
    expect(names).toEqual(["bfloat16", "float16", "float32", "float32"]);
    expect([policies.size, [...policies.keys()], policies.has("decoder"), policies.has("encoder/x")]).toEqual([
      3, ["encoder/layer_0/dense", "decoder", "encoder/.*"], true, false,
    ]); // prettier-ignore
    policies.set("encoder/attention/.*", "bfloat16");
    expect(() => policies.get("encoder/attention/query")).toThrow(/path "encoder\/attention\/query" must match one expression at most: it matches encoder\/\.\*, encoder\/attention/); // prettier-ignore
    expect([policies.delete("encoder/.*"), policies.delete("encoder/.*")]).toEqual([true, false]);
    expect(policies.get("encoder/attention/query").name).toBe("bfloat16");
  });

  it("is itself the policy of its default, which may be the global one", () => {
    const policies = new DTypePolicyMap("mixed_bfloat16");
    expect([policies.name, policies.computeDtype, policies.variableDtype]).toEqual(["map_mixed_bfloat16", "bfloat16", "float32"]);
    const open = new DTypePolicyMap();
    setDTypePolicy("float64");
    expect([open.name, open.computeDtype, open.get("a").name]).toEqual(["map_float64", "float64", "float64"]);
  });

  it("is written as Keras writes it, and read", () => {
    const policies = new DTypePolicyMap("float32", { "mha/query": "bfloat16", "mha/key": "float16" });
    expect(serializeKerasObject(policies)).toEqual(written);
    expect(serializeKerasObject(DTypePolicyMap.fromConfig(written.config))).toEqual(written);
    expect(DTypePolicyMap.fromConfig({ default_policy: policy("float16"), policy_map: {} }).computeDtype).toBe("float16");
    const quantized = new DTypePolicyMap(null, { a: new QuantizedDTypePolicy("int8") });
    expect(DTypePolicyMap.fromConfig(quantized.getConfig()).get("a")).toBeInstanceOf(QuantizedDTypePolicy);
  });

  it("of Keras without a default has no names: they are the global one", () => {
    setDTypePolicy("bfloat16");
    const read = DTypePolicyMap.fromConfig({ default_policy: null, policy_map: { a: { ...policy("x"), config: { name: null } } } });
    expect([read.get("a").name, read.get("b").name]).toEqual(["bfloat16", "bfloat16"]);
  });

  it.each([
    ["a map as the default", () => new DTypePolicyMap(new DTypePolicyMap()), DTypeError, /the default policy cannot be a map/],
    ["another default", () => new DTypePolicyMap("float31" as never), DTypeError, /unknown policy "float31"/],
    ["no object", () => new DTypePolicyMap(null, 3 as never), DTypeError, /the policies must be an object, by path: got 3/],
    ["a policy", () => new DTypePolicyMap(null, { a: "float31" as never }), DTypeError, /unknown policy "float31"/],
    ["a path twice", () => new DTypePolicyMap(null, { a: "float16" }).set("a", "float16"), ValueError, /"a" has a policy already/],
    ["an expression", () => new DTypePolicyMap().set("a(", "float16"), ValueError, /"a\(" is no regular expression/],
  ] as const)("%s is refused", (_what, run, error, message) => {
    expect(run).toThrow(error);
    expect(run).toThrow(message);
  });
});

describe("layers go by their paths", () => {
  it("as in Keras, those inside a layer too", () => {
    const policies = new DTypePolicyMap("float32", { "mha/query": "bfloat16", "mha/key": "float16" });
    const x = Input({ shape: [3, 6] });
    const layer = new MultiHeadAttention(2, 3, { name: "mha", dtype: policies });
    const y = layer(x, x);
    expect([y.dtype, ...dtypes(layer).slice(0, 4)]).toEqual([
      "float32",
      ["mha", "float32", "float32"],
      ["mha/query", "bfloat16", "bfloat16"],
      ["mha/key", "float16", "float16"],
      ["mha/value", "float32", "float32"],
    ]);
    const serialized = serializeKerasObject(layer) as { config: { dtype: unknown } };
    expect(serialized.config.dtype).toEqual(written);
    const again = deserializeKerasObject(serialized, createRegistry([layersPlugin])) as MultiHeadAttention;
    expect(dtypes(again)).toEqual(dtypes(layer));
  });

  it("cells of recurrent layers, in both directions", () => {
    const dtype = new DTypePolicyMap("float32", { ".*/backward_lstm/lstm_cell": "float64" });
    const layer = new Bidirectional(new LSTM(3, { dtype, name: "lstm" }), { dtype, name: "both" });
    layer(ops.ones([2, 4, 5]));
    expect(dtypes(layer)).toContainEqual(["both/forward_lstm/lstm_cell", "float32", "float32"]);
    expect(dtypes(layer)).toContainEqual(["both/backward_lstm/lstm_cell", "float64", "float64"]);
  });

  it("a layer that is not built has no path, and the default policy", () => {
    const layer = new LSTM(3, { dtype: new DTypePolicyMap("float16", { ".*": "float64" }) });
    expect([layer.path, layer.computeDtype]).toEqual([null, "float16"]);
  });

  it("layers whose configs hold a name of a policy hold that of their own", () => {
    const layer = new SpatialDropout1D(0.5, { dtype: new DTypePolicyMap("float16") as never });
    expect(layer.getConfig()["dtype"]).toBe("float16");
  });
});
