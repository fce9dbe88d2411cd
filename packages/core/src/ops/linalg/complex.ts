/**
 * Complex matrices as real ones: with each element a + bi as the square [[a, -b], [b, a]], products, inverses, Cholesky factors and
 * least squares of the real matrix are those of the complex one. Singular values come twice.
 */
import { GradientError } from "../../errors.ts";
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import { composite, pullback } from "../composite.ts";

/** Batch, rows and columns. */
function sizesOf(x: Value): { readonly batch: readonly number[]; readonly rows: number; readonly columns: number } {
  const [rows, columns] = x.shape.slice(-2) as [number, number];
  return { batch: x.shape.slice(0, -2), rows, columns };
}

/** One place of the axis at `axis`, which is dropped. */
function at(x: Value, axis: number, index: number): Value {
  const start = x.shape.map((_, i) => (i === axis ? index : 0));
  const limit = x.shape.map((dim, i) => (i === axis ? index + 1 : dim));
  return build.reshape(
    build.slice(x, start, limit),
    x.shape.filter((_, i) => i !== axis),
  );
}

/** Parts under each other: complex [..., m, n] → float32 [..., 2m, n]. */
export function stacked(x: Value): Value {
  const { batch, rows, columns } = sizesOf(x);
  const parts = [build.real(x), build.imag(x)].map((part) => build.reshape(part, [...batch, rows, 1, columns]));
  return build.reshape(build.concat(parts, batch.length + 1), [...batch, 2 * rows, columns]);
}

/** What {@link stacked} was made of. */
export function unstacked(x: Value): Value {
  const { batch, rows, columns } = sizesOf(x);
  const pairs = build.reshape(x, [...batch, rows / 2, 2, columns]);
  return build.complex(at(pairs, batch.length + 1, 0), at(pairs, batch.length + 1, 1));
}

/** Squares in the place of elements: complex [..., m, n] → float32 [..., 2m, 2n]. */
export function squared(x: Value): Value {
  const { batch, rows, columns } = sizesOf(x);
  const ones = stacked(x);
  const times = stacked(build.complex(build.neg(build.imag(x)), build.real(x)));
  const pairs = [ones, times].map((part) => build.reshape(part, [...batch, 2 * rows, columns, 1]));
  return build.reshape(build.concat(pairs, batch.length + 2), [...batch, 2 * rows, 2 * columns]);
}

/** What {@link squared} was made of. */
export function unsquared(x: Value): Value {
  const { batch, rows, columns } = sizesOf(x);
  return unstacked(at(build.reshape(x, [...batch, rows, columns / 2, 2]), batch.length + 2, 0));
}

/** How sums of singular values of `x`, times `weights`, change with it: u·weights·vᴴ. Vectors of equal values have no derivatives. */
const slopeOfSingularValues = composite(
  "slope_of_singular_values",
  (x, weights) => {
    const [u, , vt] = build.svd(squared(x as Value)) as [Value, Value, Value];
    const { shape } = weights as Value;
    const twice = build.broadcast(build.reshape(weights as Value, [...shape, 1]), [...shape, 2]);
    return unsquared(build.dot(build.mul(u, build.reshape(twice, [...shape.slice(0, -1), 1, 2 * (shape.at(-1) as number)])), vt));
  },
  () => {
    throw new GradientError("[svd] singular values of complex matrices have first derivatives alone");
  },
);

const singular = composite(
  "complex_singular_values",
  (x) => {
    const twice = build.svd(squared(x as Value))[1] as Value;
    const last = twice.shape.length - 1;
    return at(build.reshape(twice, [...twice.shape.slice(0, -1), (twice.shape[last] as number) / 2, 2]), last + 1, 0);
  },
  pullback((ct, x) => slopeOfSingularValues(x, ct)),
);

/** Singular values of complex matrices, descending; the real matrix has each of them twice. */
export const singularValues = (x: Value): Value => singular(x);

/** The matrix with rows and columns exchanged, conjugated where it is complex. */
export function adjoint(x: Value): Value {
  return build.conj(build.matrixTranspose(x));
}
