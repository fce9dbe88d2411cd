import { readFileSync } from "node:fs";
import { type AnyTensor, type DType, flattenTree, isTensor, ops, type Tensor, tensor } from "@neurite/core";
import { expect } from "vitest";

/** An array as the fixture holds it: complex numbers are two. */
export interface Encoded {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: readonly (number | boolean | string)[];
}

/** A call of an op, and what NumPy and SciPy (or Keras) give. */
export interface NumpyCase {
  readonly op: string;
  readonly args: readonly unknown[];
  readonly expected: readonly Encoded[];
  readonly tolerance: number;
}

/** All of the fixture. */
export const { cases } = JSON.parse(readFileSync(new URL("../fixtures/numpy.json", import.meta.url), "utf8")) as {
  readonly cases: readonly NumpyCase[];
};

/** The arguments of a call with `replace` of each array. */
export function withArrays(args: readonly unknown[], replace: (x: Encoded) => unknown): unknown[] {
  const visit = (x: unknown): unknown => {
    if (Array.isArray(x)) return x.map(visit);
    if (x === "inf") return Infinity;
    if (typeof x !== "object" || x === null) return x;
    if ("options" in x) return Object.fromEntries(Object.entries(x.options as object).map(([name, value]) => [name, visit(value)]));
    return replace(x as Encoded);
  };
  return args.map(visit);
}

/** The array as a tensor, with each number made `change` of it. */
export function tensorOf({ dtype, shape, data }: Encoded, change: (x: number) => number = (x) => x): Tensor {
  // Written as text, they are more than numbers hold.
  if (dtype === "int64" && typeof data[0] === "string") {
    return tensor(BigInt64Array.from(data as readonly string[], BigInt), { dtype, shape: [...shape] });
  }
  const all = data.map((x) => change(Number(x)));
  if (dtype !== "complex64") return tensor(all, { dtype, shape: [...shape] });
  const parts = [0, 1].map((part) => tensor(all.filter((_, i) => i % 2 === part)).reshape(shape));
  return ops.viewAsComplex(ops.stack(parts, { axis: -1 }));
}

/** Makes the call, and holds shapes, dtypes and values of its results to what was expected. */
export async function checkCase({ op, args, expected, tolerance }: NumpyCase): Promise<void> {
  const fn = op.split(".").reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], ops);
  const given = withArrays(args, (x) => tensorOf(x));
  const result = flattenTree((fn as (...args: unknown[]) => unknown)(...given)).filter(isTensor) as AnyTensor[];
  for (const [i, want] of expected.entries()) {
    const got = result[i] as AnyTensor;
    expect(got.shape).toEqual(want.shape);
    expect(got.dtype).toBe(want.dtype);
    const values = await numbers(got);
    want.data.map(Number).forEach((value, j) => {
      const found = values[j] as number;
      if (Object.is(found, value) || found === value) return;
      const message = `element ${j}: ${found} where ${value} is expected`;
      expect(Math.abs(found - value) <= tolerance * Math.max(Math.abs(value), 1e-2), message).toBe(true);
    });
  }
}

/** Elements as numbers: true is 1, complex numbers are two. */
export async function numbers(x: AnyTensor): Promise<number[]> {
  return flattenTree(await x.array()).map(Number);
}
