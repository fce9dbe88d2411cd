import { reference } from "@neurite/backend-reference";
import { createRegistry, DTypeError, ops, serializeKerasObject, setDefaultDevice } from "@neurite/core";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import {
  Conv1D, Dense, DTypePolicyMap, type DTypePolicyLike, Embedding, getDTypePolicy, GPTQDTypePolicy, Int4DTypePolicy, layersPlugin,
  QuantizedDTypePolicy, QuantizedFloat8DTypePolicy, setDTypePolicy,
} from "../index.ts"; // prettier-ignore
import { kerasPolicies, wrongPolicies } from "../testing/keras-policies.ts";

const registry = createRegistry([layersPlugin]);
beforeAll(() => setDefaultDevice(reference()));
afterEach(() => setDTypePolicy("float32"));

describe("names of policies mean what they mean to Keras", () => {
  it.each(wrongPolicies)("$name is refused", (policy) => {
    const name = policy.name as DTypePolicyLike;
    expect(() => setDTypePolicy(name)).toThrow(DTypeError);
    expect(() => new Dense(2, { dtype: name })).toThrow(/^\[\w*(DTypePolicy|Dense)\] /);
    expect(getDTypePolicy().name).toBe("float32");
  });

  it.each(kerasPolicies)("$name", (expected) => {
    const name = expected.name as DTypePolicyLike;
    const layer = new Dense(2, { dtype: name });
    const { computeDtype, variableDtype, quantizationMode } = layer.dtypePolicy;
    expect({ name: layer.dtypePolicy.name, computeDtype, variableDtype, quantizationMode, serialized: serializeKerasObject(layer.dtypePolicy) }).toEqual(expected); // prettier-ignore
    const config = layer.getConfig();
    expect(config["dtype"]).toEqual(expected.serialized);
    const copy = Dense.fromConfig<Dense>(config, registry);
    expect(copy.dtypePolicy).toBeInstanceOf(layer.dtypePolicy.constructor);
    expect(copy.getConfig()).toEqual(config);
    setDTypePolicy(name);
    expect(new Conv1D(2, 3).dtypePolicy.name).toBe(name);
  });
});

it("the numbers of a mode are there to be read", () => {
  expect(new Int4DTypePolicy("int4/64").blockSize).toBe(64);
  expect([new Int4DTypePolicy("int4/-1").blockSize, new QuantizedDTypePolicy("int4").blockSize]).toEqual([null, null]);
  expect(new GPTQDTypePolicy("gptq/3/16")).toMatchObject({ weightBits: 3, groupSize: 16, sourceName: "float32" });
  const float8 = QuantizedFloat8DTypePolicy.fromConfig({ mode: "float8", source_name: "float32", amax_history_length: 12 });
  expect(float8.getConfig()).toEqual({ mode: "float8", source_name: "float32", amax_history_length: 12 });
  expect(() => new QuantizedFloat8DTypePolicy("float8", null, 1.5)).toThrow(/amaxHistoryLength must be an integer: got 1.5/);
  expect(() => new Int4DTypePolicy("int4")).toThrow(/\[Int4DTypePolicy\] the mode must be "int4\/<block size>"/);
  expect(() => new QuantizedDTypePolicy("int4/128")).toThrow(/\[QuantizedDTypePolicy\] the mode must be int8, int4/);
  const map = new DTypePolicyMap("int8_from_float32", { a: "awq/4/128_from_float32" });
  expect([map.name, map.quantizationMode, map.get("a").quantizationMode]).toEqual(["map_int8_from_float32", "int8", "awq"]);
});

describe("a mode that no layer computes in", () => {
  const dtype = "gptq/4/128_from_float32" as const;
  it.each([
    ["Embedding", () => new Embedding(3, 2, { dtype })([1]), /\[Embedding\] weights in gptq are not supported/],
  ] as const)("is refused by %s when it is built", (_name, run, message) => {
    expect(run).toThrow(DTypeError);
    expect(run).toThrow(message);
  }); // prettier-ignore

  it("is the policy it was made from to layers that keep their weights whole", () => {
    const layer = new Conv1D(2, 3, { dtype: "float8_from_mixed_bfloat16" });
    expect((layer(ops.ones([1, 4, 2])) as { dtype: string }).dtype).toBe("bfloat16");
    expect(layer.kernel.dtype).toBe("float32");
  });
});

it("a policy of 4 bits with one scale a unit is that of a block of -1", () => {
  const [plain, whole] = ["int4_from_float32", "int4/-1_from_float32"].map((dtype) => {
    const layer = new Dense(3, { dtype: dtype as DTypePolicyLike });
    layer.build([null, 4]);
    return layer.storedWeights.map(({ dtype: stored, shape }) => [stored, ...shape]);
  });
  expect(plain).toEqual([["int8", 4, 2], ["float32", 3], ["float32", 3]]); // prettier-ignore
  expect(whole).toEqual(plain);
});
