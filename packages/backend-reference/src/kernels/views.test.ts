import { build } from "@neurite/core";
import { expect, test } from "vitest";
import { evaluate, evaluateAll, f32, i32, numbers, sample } from "../../test/evaluate.ts";

const { broadcast, concat, flip, iota, pad, reshape, slice, transpose } = build;
const matrix = i32([2, 3], [1, 2, 3, 4, 5, 6]);

test("reshape keeps the order, also of scalars and empty arrays", () => {
  expect(evaluate([matrix], (x) => transpose(reshape(x, [3, 2]), [1, 0]))).toEqual([1, 3, 5, 2, 4, 6]);
  expect(evaluate([i32([1, 1], [7])], (x) => reshape(x, []))).toEqual([7]);
  expect(evaluate([f32([0, 3], [])], (x) => reshape(x, [5, 0]))).toEqual([]);
});

test.each([[[0, 2, 1]], [[1, 0, 2]], [[2, 0, 1]], [[2, 1, 0]], [[1, 2, 0]]])(
  "transpose: output axis i is input axis %j[i]",
  (permutation) => {
    const shape = [3, 40, 35];
    const strides = [40 * 35, 35, 1];
    const data = numbers(3 * 40 * 35).map(Math.fround);
    const [outer, middle, inner] = permutation;
    const expected: number[] = [];
    for (let i = 0; i < shape[outer]; i++) {
      for (let j = 0; j < shape[middle]; j++) {
        for (let k = 0; k < shape[inner]; k++) expected.push(data[i * strides[outer] + j * strides[middle] + k * strides[inner]]);
      }
    }
    expect(evaluate([f32(shape, data)], (x) => transpose(x, permutation))).toEqual(expected);
  },
);

test("broadcast repeats along new axes and axes of size 1", () => {
  expect(evaluate([i32([2, 1], [1, 2])], (x) => broadcast(x, [2, 2, 3]))).toEqual([1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2]);
  expect(evaluate([i32([], [5])], (x) => broadcast(x, [3]))).toEqual([5, 5, 5]);
  expect(evaluate([i32([], [5])], (x) => broadcast(x, [0, 3]))).toEqual([]);
});

test("slice takes every stride-th element from start to before limit", () => {
  expect(evaluate([matrix], (x) => slice(x, [0, 1], [2, 3]))).toEqual([2, 3, 5, 6]);
  expect(evaluate([i32([7], [0, 1, 2, 3, 4, 5, 6])], (x) => slice(x, [1], [7], [3]))).toEqual([1, 4]);
  expect(evaluate([matrix], (x) => slice(x, [1, 2], [1, 3]))).toEqual([]);
});

test("flip reverses the axes given", () => {
  expect(evaluate([matrix], (x) => flip(x, [1]))).toEqual([3, 2, 1, 6, 5, 4]);
  expect(evaluate([matrix], (x) => flip(x, [0, 1]))).toEqual([6, 5, 4, 3, 2, 1]);
});

test("pad: interior, low and high, negative ones crop, and all of it at once", () => {
  const x = i32([3], [1, 2, 3]);
  expect(evaluate([x], (v) => pad(v, [1], [2], [0], 9))).toEqual([9, 1, 2, 3, 9, 9]);
  expect(evaluate([x], (v) => pad(v, [0], [0], [2], 9))).toEqual([1, 9, 9, 2, 9, 9, 3]);
  expect(evaluate([x], (v) => pad(v, [-1], [0], [1], 9))).toEqual([9, 2, 9, 3]);
  expect(evaluate([x], (v) => pad(v, [-2], [-1], [1], 9))).toEqual([2, 9]);
  expect(evaluate([x], (v) => pad(v, [-3], [0]))).toEqual([]);
  expect(evaluate([x], (v) => pad(v, [-3], [2], [0], 9))).toEqual([9, 9]);
  expect(evaluate([matrix], (v) => pad(v, [1, -1], [0, 1], [0, 0], 0))).toEqual([0, 0, 0, 2, 3, 0, 5, 6, 0]);
  expect(evaluate([f32([0], [])], (v) => pad(v, [1], [1], [3], 7))).toEqual([7, 7]);
});

test("concat joins along an axis, empty operands included", () => {
  const column = i32([2, 1], [7, 8]);
  expect(evaluate([matrix, column, i32([2, 0], [])], (a, b, c) => concat([a, b, c, a], 1))).toEqual([
    1, 2, 3, 7, 1, 2, 3, 4, 5, 6, 8, 4, 5, 6,
  ]);
  expect(evaluate([matrix], (a) => concat([a, a], 0))).toEqual([1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6]);
});

test("elements of two lanes move as a whole", () => {
  const z = sample("complex64", [2, 2], [1, -1, 2, -2, 3, -3, 4, -4]);
  expect(evaluate([z], (x) => transpose(x, [1, 0]))).toEqual([1, -1, 3, -3, 2, -2, 4, -4]);
  expect(evaluate([z], (x) => flip(x, [1]))).toEqual([2, -2, 1, -1, 4, -4, 3, -3]);
  expect(evaluate([z], (x) => slice(x, [0, 1], [2, 2]))).toEqual([2, -2, 4, -4]);
  const wide = sample("int64", [2], [-1n, 2n ** 40n]);
  expect(evaluateAll([wide, sample("int64", [], [-9n])], (x, value) => pad(x, [1], [0], [1], value))[0]).toEqual([
    -9n,
    -1n,
    -9n,
    2n ** 40n,
  ]);
  expect(evaluateAll([wide], (x) => concat([flip(x, [0]), x], 0))[0]).toEqual([2n ** 40n, -1n, -1n, 2n ** 40n]);
  expect(evaluateAll([wide], (x) => broadcast(reshape(x, [2, 1]), [2, 2]))[0]).toEqual([-1n, -1n, 2n ** 40n, 2n ** 40n]);
});

test("iota counts along its axis in any dtype", () => {
  expect(evaluate([], () => iota([2, 3], 0))).toEqual([0, 0, 0, 1, 1, 1]);
  expect(evaluate([], () => iota([2, 3], 1, "float16"))).toEqual([0, 1, 2, 0, 1, 2]);
  expect(evaluateAll([], () => iota([3], 0, "int64"))[0]).toEqual([0n, 1n, 2n]);
  expect(evaluate([], () => iota([300], 0, "uint8")).slice(254, 258)).toEqual([254, 255, 0, 1]);
});

test("constants of every kind", () => {
  const built = evaluateAll([], () => [
    build.constant(0.1, "float32"),
    build.constant(-5n, "int64"),
    build.constant(true, "bool"),
    build.constant(2.5, "complex64"),
    build.constant(4294967295, "uint32"),
  ]);
  expect(built).toEqual([[Math.fround(0.1)], [-5n], [1], [2.5, 0], [4294967295]]);
});
