import { DTypeError } from "@neurite/core";
import { afterEach, expect, test } from "vitest";
import { Dense, DTypePolicy, getDTypePolicy, QuantizedDTypePolicy, setDTypePolicy } from "../index.ts";

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

test("what is no policy is refused, and the policy stays", () => {
  for (const wrong of ["float31", "toString", 0, null, undefined, [], { computeDtype: "float32" }]) {
    expect(() => setDTypePolicy(wrong as never)).toThrow(DTypeError);
  }
  expect(getDTypePolicy().name).toBe("float32");
});
