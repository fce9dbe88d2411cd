import { expect, test } from "vitest";
import { broadcastShapes } from "./broadcast.ts";
import { compatibleShapes, mergeShapes, shapeSize } from "./dims.ts";
import { formatAval } from "./format.ts";
import { resolveReshape } from "./reshape.ts";

test("broadcastShapes stretches ones and keeps unknown dimensions unknown only against 1 or unknown", () => {
  expect(broadcastShapes("op", [5, 1], [3], [1, 1, 1])).toEqual([1, 5, 3]);
  expect(broadcastShapes("op", [NaN, 1], [1, 4])).toEqual([NaN, 4]);
  expect(broadcastShapes("op", [NaN], [7])).toEqual([7]);
  expect(broadcastShapes("op", [0], [1])).toEqual([0]);
  expect(() => broadcastShapes("op", [0], [2])).toThrow("(0 ≠ 2 at axis -1)");
});

test("resolveReshape computes -1, matching one unknown dimension with another", () => {
  expect(resolveReshape([2, 3, 4], [-1, 4])).toEqual([6, 4]);
  expect(resolveReshape([NaN, 4, 6], [NaN, -1])).toEqual([NaN, 24]);
  expect(resolveReshape([NaN, 28, 28], [-1, 784])).toEqual([NaN, 784]);
  expect(resolveReshape([12], [NaN, 4])).toEqual([3, 4]);
  expect(resolveReshape([], [1, 1])).toEqual([1, 1]);
  expect(resolveReshape([0, 3], [-1, 3])).toEqual([0, 3]);
  expect(resolveReshape([NaN, 3], [NaN, 3])).toEqual([NaN, 3]);
  expect(() => resolveReshape([2, 3], [-1, -1])).toThrow("at most one dimension may be -1");
  expect(() => resolveReshape([2, 3], [4, -1])).toThrow("cannot reshape [2,3] (6 elements) to [4,-1]: 6 is not a multiple of 4");
  expect(() => resolveReshape([0], [-1, 0])).toThrow("ambiguous");
  expect(() => resolveReshape([2, 3], [-2, 3])).toThrow("non-negative");
  expect(() => resolveReshape([NaN, 4], [6])).toThrow("not a multiple of 4");
});

test("sizes, formats and merges", () => {
  expect(shapeSize([2, NaN])).toBeNaN();
  expect(shapeSize([0, NaN])).toBe(0);
  expect(shapeSize([])).toBe(1);
  expect(formatAval({ dtype: "float32", shape: [NaN, 3] })).toBe("float32[?,3]");
  expect(compatibleShapes([NaN, 3], [4, 3])).toBe(true);
  expect(compatibleShapes([3], [3, 1])).toBe(false);
  expect(mergeShapes([NaN, 3], [4, NaN])).toEqual([4, 3]);
});
