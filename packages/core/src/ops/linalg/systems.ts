/** Linear equations of values, complex ones by real ones of twice the size. */
import { isComplex } from "../../dtypes/dtype.ts";
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import { squared, stacked, unstacked } from "./complex.ts";

/** x with a·x = b by LU factors. */
export function solveSystem(a: Value, b: Value): Value {
  if (isComplex(a.dtype)) return unstacked(solveSystem(squared(a), stacked(b)));
  const [packed, , permutation] = build.lu(a) as [Value, Value, Value];
  // Rows of b in the order of the factors: a product with 0 and 1 keeps batches simple.
  const n = a.shape[a.shape.length - 1] as number;
  const order = build.cast(build.eq(build.reshape(permutation, [...permutation.shape, 1]), build.iota([n], 0)), b.dtype);
  const lower = build.triangularSolve(packed, build.dot(order, b), { lower: true, transpose: false, unitDiagonal: true });
  return build.triangularSolve(packed, lower, { lower: false, transpose: false, unitDiagonal: false });
}

/** x with a·x = b for a triangular a, of which only that triangle is read. */
export function solveTriangle(a: Value, b: Value, lower: boolean): Value {
  if (!isComplex(a.dtype)) return build.triangularSolve(a, b, { lower, transpose: false, unitDiagonal: false });
  // With ones on the diagonal the squares on that of the real matrix have a 0 above it.
  const onDiagonal = build.eye(a.shape[a.shape.length - 1] as number, "bool");
  const diagonal = build.sum(build.select(onDiagonal, a, 0), [a.shape.length - 1]);
  const scale = build.reshape(diagonal, [...diagonal.shape, 1]);
  const options = { lower, transpose: false, unitDiagonal: true };
  return unstacked(build.triangularSolve(squared(build.div(a, scale)), stacked(build.div(b, scale)), options));
}
