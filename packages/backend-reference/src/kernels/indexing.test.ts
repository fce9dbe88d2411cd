import { build, type ScatterOp } from "@neurite/core";
import { expect, test } from "vitest";
import { evaluate, evaluateAll, f32, i32, sample } from "../../test/evaluate.ts";

const { gather, scatter } = build;
const matrix = i32([3, 2], [1, 2, 3, 4, 5, 6]);

test("gather puts the indices' shape in the axis' place", () => {
  expect(evaluate([matrix, i32([2, 2], [2, 0, 1, 1])], (x, i) => gather(x, i, 0))).toEqual([5, 6, 1, 2, 3, 4, 3, 4]);
  expect(evaluate([matrix, i32([3], [1, 0, 1])], (x, i) => gather(x, i, 1))).toEqual([2, 1, 2, 4, 3, 4, 6, 5, 6]);
  expect(evaluate([matrix, i32([], [1])], (x, i) => gather(x, i, 0))).toEqual([3, 4]);
  expect(evaluate([matrix, i32([0], [])], (x, i) => gather(x, i, 0))).toEqual([]);
  const wide = sample("int64", [2], [-1n, 2n ** 40n]);
  expect(evaluateAll([wide, i32([3], [1, 1, 0])], (x, i) => gather(x, i, 0))[0]).toEqual([2n ** 40n, 2n ** 40n, -1n]);
});

test.each([-1, 3])("index %i of an axis of 3 ends the run and says so", (index) => {
  expect(() => evaluate([matrix, i32([2], [0, index])], (x, i) => gather(x, i, 0))).toThrow(
    `[gather] index is out of range: ${index} is not in 0..2, the range of axis 0 of int32[3,2]`,
  );
  expect(() => evaluate([matrix, i32([1], [index]), i32([1, 2], [0, 0])], (x, i, u) => scatter("add", x, i, u, 0))).toThrow(
    "[scatter] index is out of range",
  );
});

test.each<[ScatterOp, number[]]>([
  ["set", [9, 9, 7, 8, 5, 6]],
  ["add", [1 + 10 + 9, 2 + 20 + 9, 3 + 7, 4 + 8, 5, 6]],
  ["mul", [90, 2 * 20 * 9, 21, 32, 5, 6]],
  ["max", [10, 20, 7, 8, 5, 6]],
  ["min", [1, 2, 3, 4, 5, 6]],
])("scatter %s combines updates in the order of the indices", (op, expected) => {
  const found = evaluate([matrix, i32([3], [0, 1, 0]), i32([3, 2], [10, 20, 7, 8, 9, 9])], (x, i, u) => scatter(op, x, i, u, 0));
  expect(found).toEqual(expected);
});

test("scatter along an inner axis, with indices of any rank, into nothing, and of wide elements", () => {
  expect(evaluate([matrix, i32([1, 1], [1]), i32([3, 1, 1], [7, 8, 9])], (x, i, u) => scatter("set", x, i, u, 1))).toEqual([
    1, 7, 3, 8, 5, 9,
  ]);
  expect(evaluate([matrix, i32([], [2]), i32([2], [1, 1])], (x, i, u) => scatter("add", x, i, u, 0))).toEqual([1, 2, 3, 4, 6, 7]);
  expect(evaluate([f32([0, 2], []), i32([0], []), f32([0, 2], [])], (x, i, u) => scatter("add", x, i, u, 0))).toEqual([]);
  const z = evaluate([sample("complex64", [2], [1, 1, 2, 2]), i32([2], [1, 1]), sample("complex64", [2], [0, 1, 0, 2])], (x, i, u) =>
    scatter("mul", x, i, u, 0),
  );
  expect(z).toEqual([1, 1, -4, -4]);
  const wide = evaluateAll([sample("int64", [1], [2n ** 63n - 1n]), i32([1], [0]), sample("int64", [1], [1n])], (x, i, u) =>
    scatter("add", x, i, u, 0),
  );
  expect(wide[0]).toEqual([-(2n ** 63n)]);
});

test("NaN is the maximum of what is scattered", () => {
  expect(evaluate([f32([2], [1, 2]), i32([2], [0, 0]), f32([2], [NaN, 5])], (x, i, u) => scatter("max", x, i, u, 0))).toEqual([NaN, 2]);
});
