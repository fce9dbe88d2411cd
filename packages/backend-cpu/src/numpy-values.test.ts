/** Values of NumPy, which `oracles/numpy-values.py` wrote down. */
import { readFileSync } from "node:fs";
import { type DType, type UnaryName, type Value, build as b } from "@neurite/core";
import { describe, expect, test } from "vitest";
import { type Sample, graphOf, mismatch, runGraph } from "./testing/compare.ts";
import { eachBackend } from "./testing/plans.ts";

interface NumpyCase {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly x: readonly (number | string)[];
  readonly result: readonly (number | string)[];
  readonly resultDtype: DType;
}

const { cases } = JSON.parse(readFileSync(new URL("testing/fixtures/numpy-values.json", import.meta.url), "utf8")) as {
  cases: readonly NumpyCase[];
};

const special: Readonly<Record<string, number>> = { inf: Infinity, "-inf": -Infinity, nan: Number.NaN };
const numbers = (dtype: DType, list: readonly (number | string)[]): (number | bigint)[] =>
  list.map((each) => (dtype === "int64" ? BigInt(each) : typeof each === "string" ? special[each] : each));

/** Eigenvalues of general matrices have no order of their own. */
function sorted(values: readonly (number | bigint)[]): number[] {
  const pairs = Array.from({ length: values.length / 2 }, (_, i) => [Number(values[2 * i]), Number(values[2 * i + 1])] as const);
  const rounded = (x: number): number => Math.round(x * 1e4) / 1e4;
  pairs.sort(([a, p], [c, q]) => rounded(a) - rounded(c) || p - q);
  return pairs.flat();
}

const builds: Readonly<Record<string, (x: Value) => Value>> = {
  square: (x) => b.mul(x, x),
  cumsum: (x) => b.cumulative("sum", x, 0),
  "to float32": (x) => b.cast(x, "float32"),
  "to float64": (x) => b.cast(x, "float64"),
  "to int32": (x) => b.cast(x, "int32"),
  eigvalsh: (x) => b.eigh(x)[0],
  svdvals: (x) => b.svd(x)[1],
  cholesky: (x) => b.cholesky(x),
  "qr r": (x) => b.qr(x)[1],
  eigvals: (x) => b.eig(x)[0],
  fft: (x) => b.fft(x, 1),
  ifft: (x) => b.fft(x, 1, true),
  argsort: (x) => b.argsort(x, 0),
};

/** Factorizations are as exact as the matrix is large; elementary functions as their results are. */
function toleranceOf({ name, dtype, shape }: NumpyCase): { places: number; floor: number } {
  if (name.includes("fft")) return { places: 4, floor: Math.sqrt(shape[1]) };
  if (name in builds && dtype !== "int64") return { places: 64, floor: 2 * Math.sqrt(shape[0]) };
  return { places: 4, floor: 0 };
}

describe.each(eachBackend().map((backend) => [backend.description, backend] as const))("%s", (_, backend) => {
  test.each(cases.map((each) => [`${each.name} of ${each.dtype}[${each.shape.join()}]`, each] as const))("%s", (_name, each) => {
    const x: Sample = { dtype: each.dtype, shape: each.shape, elements: numbers(each.dtype, each.x) };
    const build = builds[each.name] ?? ((value: Value) => b.unary(each.name as UnaryName, value));
    const [found] = runGraph(
      backend,
      graphOf([x], (value) => [build(value)]),
      [x],
    );
    const { places, floor } = toleranceOf(each);
    const order = (values: readonly (number | bigint)[]) => (each.name === "eigvals" ? sorted(values) : values);
    expect(mismatch(each.resultDtype, order(found), order(numbers(each.resultDtype, each.result)), places, floor)).toBeNull();
  });
});
