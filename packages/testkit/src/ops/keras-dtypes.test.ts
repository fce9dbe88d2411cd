import { readFileSync } from "node:fs";
import { type AnyTensor, type DType, grad, isDType, ops, setDefaultDevice, type Tensor, tensor } from "@neurite/core";
import { reference } from "@neurite/backend-reference";
import { beforeAll, describe, expect, test } from "vitest";
import { checkCase, type NumpyCase } from "./testing/numpy-cases.ts";

/** Names of dtypes as Keras gives them; null where it refuses. */
type Row = readonly (string | null)[];

const fixture = JSON.parse(readFileSync(new URL("fixtures/keras-dtypes.json", import.meta.url), "utf8")) as {
  readonly dtypes: readonly DType[];
  readonly operands: readonly string[];
  readonly one: Readonly<Record<string, Row>>;
  readonly two: Readonly<Record<string, Readonly<Record<string, Row>>>>;
  readonly matrices: Readonly<Record<string, Row>>;
  readonly cases: readonly NumpyCase[];
};

const camelCase = (name: string): string => name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
const operand = (name: string, shape: readonly number[] = [2]): AnyTensor | number => {
  if (name === "whole number") return 1;
  return name === "fraction" ? 0.5 : ops.ones(shape, { dtype: name as DType });
};

/** The dtype that the op gives, of its first result. */
function dtypeOf(name: string, ...args: readonly unknown[]): DType {
  const op = (ops as unknown as Record<string, (...args: readonly unknown[]) => AnyTensor | readonly AnyTensor[]>)[camelCase(name)];
  const result = (op as (...args: readonly unknown[]) => AnyTensor | readonly AnyTensor[])(...args);
  return (Array.isArray(result) ? (result[0] as AnyTensor) : (result as AnyTensor)).dtype;
}

/** Where no dtype is Keras's: there is no int16 here, and no complex128. */
const isHere = (dtype: string | null | undefined): dtype is DType => isDType(dtype);

/** Functions of real numbers alone, that Keras takes complex ones for, and variances, which are real here as in NumPy. */
const realOnly: ReadonlySet<string> = new Set(
  ["cbrt", "deg2rad", "hypot", "i0", "nanmean", "rad2deg", "var"].map((name) => `${name} complex64`),
);

describe("dtypes of results are Keras's", () => {
  beforeAll(() => setDefaultDevice(reference()));

  test.each(Object.entries(fixture.one))("%s", (name, row) => {
    const expected = fixture.dtypes.map((dtype, i) => [dtype, row[i]] as const);
    const checked = expected.filter(([dtype, result]) => isHere(result) && !realOnly.has(`${name} ${dtype}`));
    expect(checked.map(([dtype]) => [dtype, dtypeOf(name, operand(dtype))])).toEqual(checked);
  });

  test.each(Object.entries(fixture.two))("%s of two", (name, rows) => {
    const checked = Object.entries(rows).flatMap(([a, row]) =>
      fixture.operands.flatMap((b, i) =>
        isHere(row[i]) && !realOnly.has(`${name} ${a}`) && !realOnly.has(`${name} ${b}`) ? [[a, b, row[i]]] : [],
      ),
    ) as (readonly [string, string, DType])[];
    expect(checked.length).toBeGreaterThan(4);
    const given = (a: string, b: string): readonly unknown[] => {
      const pair = [operand(a), operand(b)];
      if (name === "where") return [tensor([true, false]), ...pair];
      if (name === "tensordot") return [...pair, { axes: 1 }];
      return name === "concatenate" || name === "stack" ? [pair] : pair;
    };
    expect(checked.map(([a, b]) => [a, b, dtypeOf(name, ...given(a, b))])).toEqual(checked);
  });

  test("choices of select promote as those of where", () => {
    const checked = Object.entries(fixture.two["where"]!).flatMap(([a, row]) =>
      fixture.operands.flatMap((b, i) => (isHere(row[i]) ? [[a, b, row[i]]] : [])),
    ) as (readonly [string, string, DType])[];
    const found = checked.map(([a, b]) => [a, b, ops.select([tensor([true, false])], [operand(a)], { default: operand(b) }).dtype]);
    expect(found).toEqual(checked);
  });

  test.each(Object.entries(fixture.matrices))("%s of matrices", (name, row) => {
    const checked = fixture.dtypes.flatMap((dtype, i) => (isHere(row[i]) ? [[dtype, row[i]]] : []));
    const subscripts = name === "einsum" ? ["ij,jk"] : [];
    const found = checked.map(([dtype]) => {
      const matrix = operand(dtype as string, [2, 2]);
      return [dtype, dtypeOf(name, ...subscripts, matrix, matrix)];
    });
    expect(found).toEqual(checked);
  });
});

describe("values are Keras's", () => {
  beforeAll(() => setDefaultDevice(reference()));

  test.each(fixture.cases.map((given, i) => [`${i}: ${given.op}`, given] as const))("%s", (_, given) => checkCase(given));
});

test("places on the edge of a picture are on Keras's side of it, by rounding", async () => {
  setDefaultDevice(reference());
  const row = tensor([[1, 2, 3, 4, 5, 6]]);
  const scaled = ops.image.scaleAndTranslate(row, [1, 7], tensor([0.75]), tensor([-1]), [1], "linear", { antialias: false });
  const expected = [2.5, 3.8333334922790527, 5.1666669845581055, 0, 0, 0, 0];
  ((await scaled.array()) as number[][])[0]!.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 5));
});

test("a picture looked up at its own pixels has no slope by where they are", async () => {
  setDefaultDevice(reference());
  const row = tensor([[1, 2, 4, 8]]);
  const moved = (shift: Tensor): Tensor =>
    ops.image
      .scaleAndTranslate(row, [1, 4], tensor([1]), shift, [1], "linear", { antialias: false })
      .mul([1, 3, 5, 7])
      .sum();
  expect(await grad(moved)(tensor([0])).array()).toEqual([0]);
});

test("exact gelu of float64 has its precision where it is small", async () => {
  setDefaultDevice(reference());
  // -6 · Φ(-6)
  const value = (await ops.gelu(tensor([-6], { dtype: "float64" }), { approximate: false }).array()) as number[];
  expect(value[0]! / -5.919525870226189e-9).toBeCloseTo(1, 12);
});

test("sums of products of truth values are true where one is", async () => {
  setDefaultDevice(reference());
  const x = tensor([
    [true, false],
    [false, false],
  ]);
  const y = tensor([
    [true, true],
    [true, false],
  ]);
  for (const product of [ops.matmul(x, y), ops.dot(x, y), ops.einsum("ij,jk", x, y), ops.tensordot(x, y, { axes: 1 })]) {
    expect(await product.array()).toEqual([
      [true, true],
      [false, false],
    ]);
  }
  expect(await ops.inner(x, y).array()).toEqual([
    [true, true],
    [false, false],
  ]);
  expect(await ops.vdot(x, y).array()).toBe(true);
});

test("products of matrices of int8 do not wrap", async () => {
  setDefaultDevice(reference());
  const x = ops.full([1, 4], 100, { dtype: "int8" });
  expect(await ops.matmul(x, x.transpose()).array()).toEqual([[40_000]]);
  expect(await ops.einsum("ij,kj->ik", x, x).array()).toEqual([[40_000]]);
});
