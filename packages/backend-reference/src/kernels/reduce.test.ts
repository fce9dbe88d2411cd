import { build, type DType, type ReduceOp } from "@neurite/core";
import { describe, expect, test } from "vitest";
import { evaluate, evaluateAll, f32, f64, i32, numbers, sample } from "../../test/evaluate.ts";

const { argreduce, argsort, cumulative, reduce } = build;
const reduced = (op: ReduceOp, dtype: DType, shape: number[], elements: number[], axes: number[]): number[] =>
  evaluate([sample(dtype, shape, elements)], (x) => reduce(op, x, axes));

describe("reduce", () => {
  test("any set of axes, against nested loops", () => {
    const shape = [2, 3, 4, 5];
    const data = numbers(120);
    for (const axes of [[0], [1], [3], [0, 1], [2, 3], [0, 2], [1, 3], [0, 3], [0, 1, 2, 3], [3, 0]]) {
      const kept = [0, 1, 2, 3].filter((axis) => !axes.includes(axis));
      const size = kept.reduce((total, axis) => total * shape[axis], 1);
      const sums = new Array<number>(size).fill(0);
      const tops = new Array<number>(size).fill(-Infinity);
      data.forEach((value, flat) => {
        const index = [Math.floor(flat / 60), Math.floor(flat / 20) % 3, Math.floor(flat / 5) % 4, flat % 5];
        const at = kept.reduce((total, axis) => total * shape[axis] + index[axis], 0);
        sums[at] += value;
        tops[at] = Math.max(tops[at], value);
      });
      const [sum, max] = evaluateAll([f64(shape, data)], (x) => [reduce("sum", x, axes), reduce("max", x, axes)]) as number[][];
      sum.forEach((value, i) => expect(value).toBeCloseTo(sums[i], 12));
      expect(max).toEqual(tops);
    }
  });

  test("sums of float32 are taken in double precision and rounded once", () => {
    expect(reduced("sum", "float32", [4], [1e8, 1, 1, -1e8], [0])).toEqual([2]);
    expect(reduced("sum", "float16", [3000], new Array<number>(3000).fill(1), [0])).toEqual([3000]);
  });

  test("products, and NaN in maxima and minima", () => {
    expect(reduced("prod", "float32", [2, 2], [2, 3, 4, 0.5], [1])).toEqual([6, 2]);
    expect(reduced("prod", "float32", [2, 2], [2, 3, 4, 0.5], [0])).toEqual([8, 1.5]);
    expect(reduced("max", "float32", [2, 2], [1, NaN, -Infinity, -3], [1])).toEqual([NaN, -3]);
    expect(reduced("min", "float32", [2, 2], [1, NaN, -Infinity, -3], [0])).toEqual([-Infinity, NaN]);
  });

  test("of nothing: 0, 1, lowest, highest", () => {
    for (const [dtype, low, high] of [
      ["float32", -Infinity, Infinity],
      ["int32", -(2 ** 31), 2 ** 31 - 1],
      ["uint8", 0, 255],
    ] as const) {
      const [sum, prod, max, min] = (["sum", "prod", "max", "min"] as const).map((op) => reduced(op, dtype, [2, 0], [], [1]));
      expect([sum, prod, max, min]).toEqual([
        [0, 0],
        [1, 1],
        [low, low],
        [high, high],
      ]);
    }
    const wide = evaluateAll([sample("int64", [0], [])], (x) => [reduce("max", x, [0]), reduce("min", x, [0]), reduce("prod", x, [0])]);
    expect(wide).toEqual([[-(2n ** 63n)], [2n ** 63n - 1n], [1n]]);
    expect(reduced("sum", "float32", [0, 3], [], [1])).toEqual([]);
    expect(reduced("max", "bool", [0], [], [0])).toEqual([0]);
    expect(reduced("min", "bool", [0], [], [0])).toEqual([1]);
  });

  test("integers wrap, bool has any and all, int64 and complex64 are whole", () => {
    expect(reduced("sum", "int32", [3], [2 ** 31 - 1, 2 ** 31 - 1, 3], [0])).toEqual([1]);
    expect(reduced("prod", "uint32", [3], [65537, 65537, 65537], [0])).toEqual([Number(65537n ** 3n % 2n ** 32n)]);
    expect(reduced("sum", "int8", [2], [100, 100], [0])).toEqual([-56]);
    expect(reduced("max", "bool", [2, 2], [0, 1, 0, 0], [1])).toEqual([1, 0]);
    expect(reduced("min", "bool", [2, 2], [1, 1, 0, 1], [1])).toEqual([1, 0]);
    const wide = sample("int64", [2, 2], [2n ** 62n, 2n ** 62n, -5n, 3n]);
    expect(evaluateAll([wide], (x) => [reduce("sum", x, [1]), reduce("max", x, [0]), reduce("prod", x, [0, 1])])).toEqual([
      [-(2n ** 63n), -2n],
      [2n ** 62n, 2n ** 62n],
      [0n],
    ]);
    const z = sample("complex64", [2, 2], [1, 2, 3, -1, 0, 1, 2, 0]);
    expect(evaluateAll([z], (x) => [reduce("sum", x, [0]), reduce("prod", x, [1])])).toEqual([
      [1, 3, 5, -1],
      [5, 5, 0, 2],
    ]);
  });
});

test("argreduce: the first extreme, and the first NaN before it", () => {
  const x = f32([2, 4], [1, 3, 3, 0, 5, NaN, 7, NaN]);
  expect(evaluate([x], (v) => argreduce("max", v, 1))).toEqual([1, 1]);
  expect(evaluate([x], (v) => argreduce("min", v, 1))).toEqual([3, 1]);
  expect(evaluate([x], (v) => argreduce("max", v, 0))).toEqual([1, 1, 1, 1]);
  expect(evaluate([sample("int64", [3], [5n, 2n ** 40n, -1n])], (v) => argreduce("max", v, 0))).toEqual([1]);
  expect(evaluate([sample("bool", [3], [0, 1, 1])], (v) => argreduce("max", v, 0))).toEqual([1]);
});

describe("cumulative", () => {
  test("all ops, both directions, any axis", () => {
    const x = i32([2, 3], [1, 2, 3, 4, 0, -5]);
    expect(evaluate([x], (v) => cumulative("sum", v, 1))).toEqual([1, 3, 6, 4, 4, -1]);
    expect(evaluate([x], (v) => cumulative("sum", v, 1, true))).toEqual([6, 5, 3, -1, -5, -5]);
    expect(evaluate([x], (v) => cumulative("sum", v, 0))).toEqual([1, 2, 3, 5, 2, -2]);
    expect(evaluate([x], (v) => cumulative("prod", v, 1))).toEqual([1, 2, 6, 4, 0, -0].map((n) => n + 0));
    expect(evaluate([x], (v) => cumulative("max", v, 1))).toEqual([1, 2, 3, 4, 4, 4]);
    expect(evaluate([x], (v) => cumulative("min", v, 1, true))).toEqual([1, 2, 3, -5, -5, -5]);
  });

  test("NaN stays, integers wrap, two lanes go together", () => {
    expect(evaluate([f32([3], [1, NaN, 5])], (v) => cumulative("max", v, 0))).toEqual([1, NaN, NaN]);
    expect(evaluate([i32([2], [2 ** 31 - 1, 1])], (v) => cumulative("sum", v, 0))).toEqual([2 ** 31 - 1, -(2 ** 31)]);
    expect(evaluateAll([sample("int64", [3], [2n ** 40n, 1n, -3n])], (v) => cumulative("sum", v, 0))[0]).toEqual([
      2n ** 40n,
      2n ** 40n + 1n,
      2n ** 40n - 2n,
    ]);
    expect(evaluate([sample("complex64", [2], [0, 1, 0, 1])], (v) => cumulative("prod", v, 0))).toEqual([0, 1, -1, 0]);
    expect(evaluate([f32([0, 2], [])], (v) => cumulative("sum", v, 0))).toEqual([]);
  });
});

describe("argsort", () => {
  test("is stable and puts NaN last in both directions", () => {
    const x = f32([7], [3, NaN, 1, 3, -Infinity, NaN, 1]);
    expect(evaluate([x], (v) => argsort(v, 0))).toEqual([4, 2, 6, 0, 3, 1, 5]);
    expect(evaluate([x], (v) => argsort(v, 0, true))).toEqual([0, 3, 2, 6, 4, 1, 5]);
    expect(evaluate([f32([2], [0, -0])], (v) => argsort(v, 0))).toEqual([0, 1]);
  });

  test("along any axis, of integers beyond 2^53 too", () => {
    expect(evaluate([i32([2, 2], [5, 1, 3, 2])], (v) => argsort(v, 0))).toEqual([1, 0, 0, 1]);
    expect(evaluate([sample("int64", [3], [2n ** 53n + 1n, 2n ** 53n, -1n])], (v) => argsort(v, 0))).toEqual([2, 1, 0]);
    expect(evaluate([sample("int64", [3], [2n ** 53n + 1n, 2n ** 53n, -1n])], (v) => argsort(v, 0, true))).toEqual([0, 1, 2]);
  });
});
