import { expect, test } from "vitest";
import { compare } from "./compare.ts";
import type { HostArray } from "./host-array.ts";

const floats = (...data: readonly number[]): HostArray => ({ dtype: "float32", shape: [data.length], data });
const tolerance = { rtol: 0.1, atol: 1 };

test("an element may be off by atol + rtol · |expected|, and no more", () => {
  expect(compare(floats(21.9, -21.9, 1), floats(19.01, -19.01, 0), tolerance)).toBeNull();
  expect(compare(floats(10, 23.2), floats(10, 20), tolerance)).toMatch(
    /^error 3.2 in 1 of 2 elements, most at \[1\]: 23.2 where 20 was expected/,
  );
});

test("the worst element is told, and how many are wrong", () => {
  expect(compare(floats(5, 0, 9, 0), floats(0, 0, 0, 0), tolerance)).toMatch(/^error 9 in 2 of 4 elements, most at \[2\]: 9 where 0/);
  const matrix = { dtype: "float32", shape: [2, 2], data: [0, 0, 7, 0] };
  expect(compare(matrix, { ...matrix, data: [0, 0, 0, 0] }, tolerance)).toContain("most at [1,0]");
});

test("NaN and infinities must be the same", () => {
  expect(compare(floats(NaN, Infinity, -Infinity), floats(NaN, Infinity, -Infinity), tolerance)).toBeNull();
  expect(compare(floats(Infinity), floats(-Infinity), tolerance)).toContain("Infinity where -Infinity was expected");
  expect(compare(floats(1e30), floats(Infinity), tolerance)).toContain("error Infinity");
  expect(compare(floats(NaN), floats(0), tolerance)).toContain("NaN where 0 was expected");
  expect(compare(floats(0), floats(NaN), tolerance)).toContain("0 where NaN was expected");
});

test("integers, booleans and texts are exact", () => {
  expect(compare({ ...floats(1), dtype: "int32" }, { ...floats(2), dtype: "int32" }, tolerance)).toContain("error 1: 1 where 2");
  const large: HostArray = { dtype: "int64", shape: [1], data: [9007199254740993n] };
  expect(compare(large, large, tolerance)).toBeNull();
  expect(compare({ ...large, data: [9007199254740992n] }, large, tolerance)).toContain("9007199254740992 where 9007199254740993");
  expect(compare({ dtype: "string", shape: [], data: ["a"] }, { dtype: "string", shape: [], data: ["b"] }, tolerance)).toContain(
    '"a" where "b"',
  );
});

test("shape and dtype must be the same, but a plain number fits any dtype", () => {
  expect(compare(floats(1, 2), floats(1), tolerance)).toBe("shape [2] where [1] was expected");
  expect(compare({ ...floats(1), dtype: "int32" }, floats(1), tolerance)).toBe("dtype int32 where float32 was expected");
  expect(compare({ ...floats(1), dtype: "int32" }, floats(1), tolerance, { anyDType: true })).toBeNull();
  expect(compare({ dtype: "number", shape: [], data: [3] }, { dtype: "int32", shape: [], data: [3] }, tolerance)).toBeNull();
});

test("a share of wrong elements may be allowed", () => {
  const expected = floats(...new Array<number>(100).fill(0));
  const actual = { ...expected, data: expected.data.map((_, i) => (i < 2 ? 9 : 0)) };
  expect(compare(actual, expected, tolerance, { share: 0.98 })).toBeNull();
  expect(compare(actual, expected, tolerance, { share: 0.99 })).toContain("in 2 of 100 elements");
});
