/** Builders of triangles and diagonals, linear algebra and Fourier transforms. */
import type { DType } from "../../dtypes/dtype.ts";
import { bind, bindOne } from "../../graph/bind.ts";
import type { Value } from "../../graph/value.ts";
import type { NoParams, PrimitiveParams } from "../params.ts";
import { add, eq, le, select, cast } from "./elementwise.ts";
import { zerosLike, iota, reshape } from "./arrays.ts";

const none: NoParams = {};

/**
 * bool [rows, columns]: true where column - row ≤ `diagonal` (0: the main diagonal and below).
 *
 * @throws ShapeError for sizes that are no integers of at least 0.
 *
 * @example
 * new Tensor(build.lowerMask(2, 2)); // [[true, false], [true, true]]
 */
export function lowerMask(rows: number, columns: number, diagonal = 0): Value {
  return le(iota([rows, columns], 1), add(iota([rows, columns], 0), diagonal));
}

/**
 * The lower triangle of the last two axes, zeros elsewhere.
 *
 * @throws ShapeError when `x` has fewer than two axes.
 *
 * @example
 * new Tensor(build.tril(tensor([[1, 2], [3, 4]]).value)); // [[1, 0], [3, 4]]
 */
export function tril(x: Value, diagonal = 0): Value {
  const [rows, columns] = x.shape.slice(-2);
  return select(lowerMask(rows, columns, diagonal), x, 0);
}

/**
 * The upper triangle of the last two axes, zeros elsewhere.
 *
 * @throws ShapeError when `x` has fewer than two axes.
 *
 * @example
 * new Tensor(build.triu(tensor([[1, 2], [3, 4]]).value)); // [[1, 2], [0, 4]]
 */
export function triu(x: Value, diagonal = 0): Value {
  const [rows, columns] = x.shape.slice(-2);
  return select(lowerMask(rows, columns, diagonal - 1), zerosLike(x), x);
}

/**
 * The identity matrix [n, n].
 *
 * @throws ShapeError when `n` is no integer of at least 0.
 *
 * @example
 * new Tensor(build.eye(2, "float32")); // [[1, 0], [0, 1]]
 */
export function eye(n: number, dtype: DType): Value {
  return cast(eq(iota([n, n], 0), iota([n, n], 1)), dtype);
}

/**
 * [..., n] → [..., n, n] with x on the diagonal.
 *
 * @throws ShapeError for a scalar.
 *
 * @example
 * new Tensor(build.diagonalMatrix(tensor([1, 2]).value)); // [[1, 0], [0, 2]]
 */
export function diagonalMatrix(x: Value): Value {
  const n = x.shape[x.shape.length - 1];
  return select(eq(iota([n, n], 0), iota([n, n], 1)), reshape(x, [...x.shape, 1]), 0);
}

/**
 * The lower Cholesky factor of matrices [..., n, n].
 *
 * @example
 * new Tensor(build.cholesky(tensor([[4, 2], [2, 5]]).value)); // [[2, 0], [1, 2]]
 */
export function cholesky(a: Value): Value {
  return bindOne("cholesky", [a], none);
}

/**
 * Solves triangular systems of `a` [..., n, n] for `b` [..., n, k].
 *
 * @example
 * const [a, b] = [tensor([[2, 0], [1, 4]]).value, tensor([[2], [9]]).value];
 * new Tensor(build.triangularSolve(a, b, { lower: true, transpose: false, unitDiagonal: false })); // [[1], [2]]
 */
export function triangularSolve(a: Value, b: Value, params: PrimitiveParams["triangular_solve"]): Value {
  return bindOne("triangular_solve", [a, b], params);
}

/**
 * The LU decomposition of matrices [..., m, n] with partial pivoting: (packed L\U, pivots, permutation).
 *
 * @example
 * build.lu(tensor([[1, 2], [4, 2]]).value).map((x) => new Tensor(x)); // [[[4, 2], [0.25, 1.5]], [1, 1], [1, 0]]
 */
export function lu(a: Value): readonly Value[] {
  return bind("lu", [a], none);
}

/**
 * The QR decomposition of matrices [..., m, n]: (q, r), reduced or with full square q.
 *
 * @example
 * build.qr(ops.ones([3, 2]).value).map((x) => x.shape); // [[3, 2], [2, 2]]
 */
export function qr(a: Value, fullMatrices = false): readonly Value[] {
  return bind("qr", [a], { full: fullMatrices });
}

/**
 * The singular value decomposition of matrices [..., m, n]: (u, s, vᵀ), s descending.
 *
 * @example
 * build.svd(ops.ones([3, 2]).value).map((x) => x.shape); // [[3, 2], [2], [2, 2]]
 */
export function svd(a: Value, fullMatrices = false): readonly Value[] {
  return bind("svd", [a], { full: fullMatrices });
}

/**
 * The eigenvalues, ascending, and eigenvectors (as columns) of symmetric matrices [..., n, n].
 *
 * @example
 * new Tensor(build.eigh(tensor([[2, 0], [0, 3]]).value)[0]); // [2, 3]
 */
export function eigh(a: Value): readonly Value[] {
  return bind("eigh", [a], none);
}

/**
 * The eigenvalues and eigenvectors (as columns) of square matrices [..., n, n], complex64.
 *
 * @example
 * build.eig(ops.ones([2, 2]).value).map((x) => x.dtype); // ["complex64", "complex64"]
 */
export function eig(a: Value): readonly Value[] {
  return bind("eig", [a], none);
}

/**
 * The discrete Fourier transform along `axis`, of complex values; the inverse divides by its length.
 *
 * @throws DTypeError unless `x` is complex64; ShapeError for an axis out of range.
 *
 * @example
 * const x = build.cast(tensor([1, 0, 0, 0]).value, "complex64");
 * new Tensor(build.real(build.fft(x, 0))); // [1, 1, 1, 1]
 */
export function fft(x: Value, axis: number, inverse = false): Value {
  return bindOne("fft", [x], { axis, inverse });
}
