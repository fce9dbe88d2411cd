import { build, type DType } from "@neurite/core";
import { describe, expect, test } from "vitest";
import { evaluate, evaluateAll, f32, f64, i32, numbers, sample } from "../../test/evaluate.ts";

const { dot } = build;

/** Row-major product by the definition. */
function naive(m: number, k: number, n: number, a: readonly number[], b: readonly number[]): number[] {
  return Array.from({ length: m * n }, (_, at) => {
    let total = 0;
    for (let i = 0; i < k; i++) total += a[Math.floor(at / n) * k + i] * b[i * n + (at % n)];
    return total;
  });
}

describe("dot", () => {
  // Narrow and wide results, odd sizes, more than one panel each way, and nothing at all.
  test.each([
    [1, 1, 1],
    [3, 5, 1],
    [5, 7, 3],
    [4, 9, 8],
    [3, 67, 11],
    [2, 130, 600],
    [33, 1, 9],
    [0, 3, 2],
    [2, 3, 0],
    [2, 0, 9],
  ])("[%i, %i] · [.., %i] is the sum over the inner axis", (m, k, n) => {
    const [a, b] = [numbers(m * k, 3), numbers(k * n, 4)];
    const found = evaluate([f64([m, k], a), f64([k, n], b)], dot);
    naive(m, k, n, a, b).forEach((value, i) => expect(found[i]).toBeCloseTo(value, 12));
    expect(found).toHaveLength(m * n);
  });

  test("each matrix of a batch", () => {
    const [a, b] = [numbers(2 * 2 * 3 * 4), numbers(2 * 2 * 4 * 10, 7)];
    const found = evaluate([f64([2, 2, 3, 4], a), f64([2, 2, 4, 10], b)], dot);
    const expected = [0, 1, 2, 3].flatMap((i) => naive(3, 4, 10, a.slice(i * 12, i * 12 + 12), b.slice(i * 40, i * 40 + 40)));
    found.forEach((value, i) => expect(value).toBeCloseTo(expected[i], 12));
  });

  test("float32 results are sums in double precision, rounded once", () => {
    expect(evaluate([f32([1, 3], [1e8, 1, -1e8]), f32([3, 1], [1, 1, 1])], dot)).toEqual([1]);
  });

  test("integers wrap to their dtype", () => {
    const product = (dtype: DType, a: number[], b: number[]): number[] =>
      evaluate([sample(dtype, [1, 2], a), sample(dtype, [2, 1], b)], dot);
    expect(product("int32", [2 ** 31 - 1, 7], [3, 2])).toEqual([Number(BigInt.asIntN(32, (2n ** 31n - 1n) * 3n + 14n))]);
    expect(product("uint32", [2 ** 32 - 1, 1], [2 ** 32 - 1, 1])).toEqual([2]);
    expect(product("int8", [127, 127], [127, 127])).toEqual([Number(BigInt.asIntN(8, 2n * 127n * 127n))]);
    const wide = evaluateAll([sample("int64", [1, 2], [2n ** 40n, -1n]), sample("int64", [2, 2], [2n ** 30n, 1n, 5n, -2n])], dot);
    expect(wide[0]).toEqual([BigInt.asIntN(64, 2n ** 70n - 5n), 2n ** 40n + 2n]);
  });

  test("complex64 is not conjugated", () => {
    const a = sample("complex64", [1, 2], [1, 2, 0, -1]);
    const b = sample("complex64", [2, 1], [3, 1, 2, 2]);
    // (1+2i)(3+i) + (-i)(2+2i) = 1+7i + 2-2i
    expect(evaluate([a, b], dot)).toEqual([3, 5]);
  });

  test("NaN and infinity are not skipped, not even against zero", () => {
    expect(evaluate([f32([1, 2], [0, 1]), f32([2, 2], [NaN, Infinity, 1, 1])], dot)).toEqual([NaN, NaN]);
    expect(evaluate([i32([1, 1], [0]), i32([1, 1], [5])], dot)).toEqual([0]);
  });
});
