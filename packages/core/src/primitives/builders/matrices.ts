/** Builders of triangles and diagonals, linear algebra and Fourier transforms. */
import type { DType } from "../../dtypes/dtype.ts";
import { bind, bindOne } from "../../graph/bind.ts";
import type { Value } from "../../graph/value.ts";
import type { NoParams, PrimitiveParams } from "../params.ts";
import { add, eq, le, select, cast } from "./elementwise.ts";
import { zerosLike, iota, reshape } from "./arrays.ts";

const none: NoParams = {};

/** bool [rows, columns]: true where column - row ≤ `diagonal` (0: the main diagonal and below). */
export function lowerMask(rows: number, columns: number, diagonal = 0): Value {
  return le(iota([rows, columns], 1), add(iota([rows, columns], 0), diagonal));
}

/** The lower triangle of the last two axes, zeros elsewhere. */
export function tril(x: Value, diagonal = 0): Value {
  const [rows, columns] = x.shape.slice(-2);
  return select(lowerMask(rows, columns, diagonal), x, 0);
}

/** The upper triangle of the last two axes, zeros elsewhere. */
export function triu(x: Value, diagonal = 0): Value {
  const [rows, columns] = x.shape.slice(-2);
  return select(lowerMask(rows, columns, diagonal - 1), zerosLike(x), x);
}

/** The identity matrix [n, n]. */
export function eye(n: number, dtype: DType): Value {
  return cast(eq(iota([n, n], 0), iota([n, n], 1)), dtype);
}

/** [..., n] → [..., n, n] with x on the diagonal. */
export function diagonalMatrix(x: Value): Value {
  const n = x.shape[x.shape.length - 1];
  return select(eq(iota([n, n], 0), iota([n, n], 1)), reshape(x, [...x.shape, 1]), 0);
}

/** The lower Cholesky factor of matrices [..., n, n]. */
export function cholesky(a: Value): Value {
  return bindOne("cholesky", [a], none);
}

/** Solves triangular systems of `a` [..., n, n] for `b` [..., n, k]. */
export function triangularSolve(a: Value, b: Value, params: PrimitiveParams["triangular_solve"]): Value {
  return bindOne("triangular_solve", [a, b], params);
}

/** (packed L\U, pivots, permutation) */
export function lu(a: Value): readonly Value[] {
  return bind("lu", [a], none);
}

/** (q, r) */
export function qr(a: Value, fullMatrices = false): readonly Value[] {
  return bind("qr", [a], { full: fullMatrices });
}

/** (u, s, vᵀ) */
export function svd(a: Value, fullMatrices = false): readonly Value[] {
  return bind("svd", [a], { full: fullMatrices });
}

/** (eigenvalues, eigenvectors as columns) */
export function eigh(a: Value): readonly Value[] {
  return bind("eigh", [a], none);
}

/** (eigenvalues, eigenvectors as columns), complex64 */
export function eig(a: Value): readonly Value[] {
  return bind("eig", [a], none);
}

/** The discrete Fourier transform along `axis`, of complex values; the inverse divides by its length. */
export function fft(x: Value, axis: number, inverse = false): Value {
  return bindOne("fft", [x], { axis, inverse });
}
