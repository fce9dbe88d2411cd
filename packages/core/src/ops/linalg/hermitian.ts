/** Eigenvalues and eigenvectors of Hermitian matrices, by those of the real matrix of twice the size. */
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import { compositeOf } from "../composite.ts";
import { adjoint, squared, unstacked } from "./complex.ts";
import { forColumns, lying, picked, upright } from "./eliminate.ts";

/** The Hermitian matrix of which `x` holds the lower triangle: nothing else is read, and gets no gradient. */
export function hermitianOf(x: Value): Value {
  const below = build.tril(x, -1);
  const diagonal = build.select(build.eye(x.shape.at(-1) as number, "bool"), build.cast(build.real(x), x.dtype), 0);
  return build.add(diagonal, build.add(below, adjoint(below)));
}

/**
 * An orthonormal basis out of `vectors` [..., n, 2n], the columns of which have length 1 and span the space twice, and the `values` [..., 2n] of
 * those taken. Each time the vector is taken of which most is left: vectors of other values are orthogonal, so each value is taken half as
 * often as it is there.
 */
export function basisOf(vectors: Value, values: Value): readonly [Value, Value] {
  const [n, twice] = vectors.shape.slice(-2) as [number, number];
  const batch = vectors.shape.slice(0, -2);
  const [, , taken, found] = forColumns(n, [vectors, values], ([left, all]) => {
    const rest = left as Value;
    const sizes = build.sum(build.real(build.mul(rest, build.conj(rest))), [batch.length]);
    const isChosen = build.eq(upright(build.argreduce("max", sizes, batch.length)), build.iota([twice], 0));
    const length = build.sqrt(picked(sizes, isChosen));
    const vector = build.div(picked(rest, build.reshape(isChosen, [...batch, 1, twice])), build.cast(upright(length), rest.dtype));
    const column = upright(vector);
    const remaining = build.sub(rest, build.dot(column, build.dot(adjoint(column), rest)));
    return [remaining, all as Value, vector, picked(all as Value, isChosen)];
  }) as [Value, Value, Value, Value];
  const axes = batch.map((_, axis) => axis + 1);
  return [build.transpose(taken, [...axes, batch.length + 1, 0]), build.transpose(found, [...axes, 0])];
}

/** Values and vectors in the order of the values: [values [..., n], vectors [..., n, n]]. */
export function inOrder(vectors: Value, values: Value, descending: boolean): readonly [Value, Value] {
  const last = values.shape.length - 1;
  const n = values.shape[last] as number;
  const order = build.argsort(values, last, descending);
  const places = build.eq(lying(order), build.reshape(build.iota([n], 0), [n, 1]));
  return [build.sum(build.select(places, upright(values), 0), [last]), build.dot(vectors, build.cast(places, vectors.dtype))];
}

/** [w [..., n] float32, ascending, v [..., n, n], as columns] of Hermitian matrices. */
const eigen = compositeOf(
  "hermitian_eigen",
  ([given]) => {
    const x = given as Value;
    const n = x.shape.at(-1) as number;
    const [values, vectors] = build.eigh(squared(x)) as [Value, Value];
    if (n === 0) return [values, x];
    return inOrder(...basisOf(unstacked(vectors), values), false);
  },
  ({ outputs, cotangents }) => {
    const [w, v] = outputs as readonly [Value, Value];
    const [toValues, toVectors] = cotangents;
    const distance = build.sub(lying(w), upright(w));
    const isSame = build.eq(distance, 0);
    const parts: Value[] = [];
    if (toValues) parts.push(build.select(build.eye(w.shape.at(-1) as number, "bool"), build.cast(lying(toValues), v.dtype), 0));
    if (toVectors) {
      const inverse = build.select(isSame, 0, build.div(1, build.select(isSame, 1, distance)));
      parts.push(build.mul(build.cast(inverse, v.dtype), build.dot(adjoint(v), toVectors)));
    }
    const slope = build.dot(
      build.dot(
        v,
        parts.reduce((a, b) => build.add(a, b)),
      ),
      adjoint(v),
    );
    return [build.mul(build.add(slope, adjoint(slope)), 0.5)];
  },
);

/** {@link eigen}. */
export const hermitianEigen = (x: Value): readonly Value[] => eigen([x], {});
