import { compile, ops, tensor, Variable, withDevice } from "@neurite/core";
import { expect, test } from "vitest";
import { makeBackend } from "./testing/plans.ts";

/** 1e-30 · 1e-10 by itself, and as what a program leaves in a variable. */
function tiny(denormals?: "auto" | "flush" | "keep", threads = 1): [number, number] {
  return withDevice(makeBackend({ threads, ...(denormals === undefined ? {} : { denormals }) }), () => {
    const product = ops.multiply(tensor([1e-30]), tensor([1e-10])).itemSync() as number;
    const variable = new Variable(ops.full([200_000], 1e-30));
    const shrink = compile(() => {
      variable.assign(ops.multiply(variable, 1e-10));
    });
    shrink();
    return [product, ops.max(variable).itemSync() as number];
  });
}

const denormal = Math.fround(Math.fround(1e-30) * Math.fround(1e-10));
const flushed = process.arch === "x64" ? 0 : denormal;

test("programs that assign to variables give 0 for denormal results, others keep them", () => {
  expect(tiny()).toEqual([denormal, flushed]);
  expect(tiny("auto", 2)).toEqual([denormal, flushed]);
});

test("all keep them, or none does, where that is asked for", () => {
  for (const threads of [1, 2]) {
    expect(tiny("keep", threads)).toEqual([denormal, denormal]);
    expect(tiny("flush", threads)).toEqual([flushed, flushed]);
  }
});

test("the calling thread computes with denormal numbers as before", () => {
  tiny("flush", 2);
  expect(Number.MIN_VALUE * 1).toBe(5e-324);
  expect(2 ** -1022 / 4).toBeGreaterThan(0);
});

test("anything else is refused", () => {
  expect(() => makeBackend({ denormals: "fast" as never })).toThrow('[cpu] denormals must be "auto", "flush" or "keep": received "fast"');
});
