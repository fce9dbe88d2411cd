import { DTypeError } from "@neurite/core";
import { afterEach, expect, test } from "vitest";
import { Dense, DTypePolicy, getDTypePolicy, QuantizedDTypePolicy, setDTypePolicy } from "../index.ts";
import { policyFromJSON } from "./dtype-policy-map.ts";

afterEach(() => setDTypePolicy("float32"));

test("the policy set is that of layers made afterwards", () => {
  const before = new Dense(2);
  setDTypePolicy("mixed_bfloat16");
  const after = new Dense(2);
  expect([before.computeDtype, after.computeDtype, after.variableDtype]).toEqual(["float32", "bfloat16", "float32"]);
  setDTypePolicy(new DTypePolicy("float64"));
  expect(new Dense(2).variableDtype).toBe("float64");
});

test("a quantized policy without a source computes as the policy set does", () => {
  setDTypePolicy("mixed_bfloat16");
  const policy = new QuantizedDTypePolicy("int8");
  expect([policy.computeDtype, policy.getConfig()]).toEqual(["bfloat16", { mode: "int8", source_name: "mixed_bfloat16" }]);
});

test("a policy is got by name, as such, or by nothing", () => {
  const given = new DTypePolicy("float16");
  expect(getDTypePolicy(given)).toBe(given);
  expect([getDTypePolicy("mixed_float16").computeDtype, getDTypePolicy("int4/32_from_float32").name]).toEqual([
    "float16",
    "int4/32_from_float32",
  ]);
  setDTypePolicy(given);
  expect(getDTypePolicy(null)).toBe(given);
  expect(() => getDTypePolicy("half" as never)).toThrow(DTypeError);
  const old = { module: "keras", class_name: "FloatDTypePolicy", config: { name: "bfloat16" }, registered_name: null };
  expect(new Dense(2, { dtype: policyFromJSON(old) as DTypePolicy }).computeDtype).toBe("bfloat16");
});

test("what is no policy is refused, and the policy stays", () => {
  for (const wrong of ["float31", "toString", 0, null, undefined, [], { computeDtype: "float32" }]) {
    expect(() => setDTypePolicy(wrong as never)).toThrow(DTypeError);
  }
  expect(getDTypePolicy().name).toBe("float32");
});
