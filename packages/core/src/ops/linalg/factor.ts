/**
 * Factorizations of matrices, the last two axes; leading axes are a batch. Computed in float32 (float64 or complex64 where given), and
 * half precision again where that was given.
 */
import { isComplex, isFloating } from "../../dtypes/dtype.ts";
import { ShapeError, ValueError } from "../../errors.ts";
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import { formatAval } from "../../shapes/format.ts";
import { isTensorBase } from "../../tensor/base.ts";
import type { TensorLike } from "../../tensor/create.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { describe, floatInput } from "../support/input.ts";
import { op, type Op } from "../support/op.ts";
import { adjoint, singularValues, squared, unsquared } from "./complex.ts";
import { complexSvd } from "./complex-svd.ts";
import { luByColumns, qrByColumns } from "./eliminate.ts";
import { hermitianEigen, hermitianOf } from "./hermitian.ts";
import { complexEigen } from "./complex-eigen.ts";
import { solveTriangle } from "./systems.ts";

/** A matrix (or a batch of them) in a dtype that factorizations take: float32, float64 or complex64. */
export function numberMatrix(name: string, x: TensorLike, what = "x", square = false): Value {
  const given = floatInput(name, x, what);
  const { shape } = given;
  if (shape.length < 2) throw new ShapeError(`[${name}] ${what} must be a matrix or a batch of matrices: received ${formatAval(given)}`);
  if (square && shape[shape.length - 1] !== shape[shape.length - 2]) {
    throw new ShapeError(`[${name}] ${what} must be square: received ${formatAval(given)}`);
  }
  return isComplex(given.dtype) ? given : build.cast(given, given.dtype === "float64" ? "float64" : "float32");
}

/** The lower triangular L of L·Lᴴ = x, for complex matrices too. */
export function choleskyOf(x: Value): Value {
  return isComplex(x.dtype) ? unsquared(build.cholesky(squared(x))) : build.cholesky(x);
}

/** A result of what was given: half precision is computed in float32 and becomes half again. */
export function inDtypeOf(given: TensorLike, result: Value): Tensor {
  const dtype = isTensorBase(given) ? given.value.dtype : "float32";
  return new Tensor(result.dtype === "float32" && isFloating(dtype) ? build.cast(result, dtype) : result);
}

const tensors = (given: TensorLike, values: readonly Value[]): Tensor[] => values.map((value) => inDtypeOf(given, value));

/**
 * The factor L of a symmetric (Hermitian) positive definite matrix L·Lᴴ; with `upper: true` Lᴴ. NaN where it is not definite.
 *
 * `x` is [..., n, n], the factor too, in the dtype of `x`; integers give float32.
 *
 * @throws ShapeError unless `x` holds square matrices.
 *
 * @example
 * ops.linalg.cholesky(tensor([[4, 2], [2, 5]])); // [[2, 0], [1, 2]]
 */
export const cholesky: Op<[x: TensorLike, options?: { readonly upper?: boolean }]> = op(
  "cholesky",
  ["x"],
  (x: TensorLike, options: { readonly upper?: boolean } = {}) => {
    const lower = choleskyOf(numberMatrix("cholesky", x, "x", true));
    return inDtypeOf(x, options.upper === true ? adjoint(lower) : lower);
  },
);

/**
 * The inverse of a symmetric (Hermitian) positive definite matrix of which the Cholesky factor is given.
 *
 * `x` is [..., n, n], the inverse too.
 *
 * @param options `upper`: whether the factor is upper triangular; default false.
 *
 * @throws ShapeError unless `x` holds square matrices.
 *
 * @example
 * ops.linalg.choleskyInverse(tensor([[2, 0], [1, 2]])); // [[0.3125, -0.125], [-0.125, 0.25]]
 */
export const choleskyInverse: Op<[x: TensorLike, options?: { readonly upper?: boolean }]> = op(
  "cholesky_inverse",
  ["x"],
  (x: TensorLike, options: { readonly upper?: boolean } = {}) => {
    const factor = numberMatrix("cholesky_inverse", x, "x", true);
    const lower = options.upper === true ? adjoint(factor) : factor;
    const identity = build.broadcast(build.eye(lower.shape[lower.shape.length - 1] as number, lower.dtype), lower.shape);
    const inverse = solveTriangle(lower, identity, true);
    return inDtypeOf(x, build.dot(adjoint(inverse), inverse));
  },
);

/**
 * Orthogonal (unitary) Q and upper triangular R with Q·R = x: [q, r]; "reduced" (default) or "complete".
 *
 * @throws ShapeError when `x` has fewer than two axes; ValueError for another mode.
 *
 * @example
 * ops.linalg.qr(ops.ones([3, 2]))[0].shape; // [3, 2]
 */
export const qr: Op<[x: TensorLike, options?: { readonly mode?: "reduced" | "complete" }], [Tensor, Tensor]> = op(
  "qr",
  ["x"],
  (x: TensorLike, options: { readonly mode?: "reduced" | "complete" } = {}): [Tensor, Tensor] => {
    const { mode = "reduced" } = options;
    if (mode !== "reduced" && mode !== "complete")
      throw new ValueError(`[qr] mode must be "reduced" or "complete": received ${describe(mode)}`);
    const value = numberMatrix("qr", x);
    if (!isComplex(value.dtype)) return tensors(x, build.qr(value, mode === "complete")) as [Tensor, Tensor];
    const [q, r] = qrByColumns(value);
    if (mode === "complete") return tensors(x, [q, r]) as [Tensor, Tensor];
    const [m, n] = value.shape.slice(-2) as [number, number];
    const all = value.shape.map(() => 0);
    const batch = value.shape.slice(0, -2);
    return tensors(x, [build.slice(q, all, [...batch, m, Math.min(m, n)]), build.slice(r, all, [...batch, Math.min(m, n), n])]) as [Tensor, Tensor]; // prettier-ignore
  },
);

/** Options of {@link svd}. */
export interface SvdOptions {
  /** Whether u and vᵀ are square. Default true. */
  readonly fullMatrices?: boolean;
  /** Whether to give u and vᵀ at all. Default true. */
  readonly computeUv?: boolean;
}

/** The type of {@link svd}. */
export interface SvdOp extends Op<[x: TensorLike, options?: SvdOptions], [Tensor, Tensor, Tensor]> {
  (x: TensorLike, options: SvdOptions & { readonly computeUv: false }): Tensor;
}

/**
 * The singular value decomposition u·diag(s)·vᵀ = x (vᴴ for complex numbers), s descending: [u, s, vᵀ], or s alone.
 *
 * @throws ShapeError when `x` has fewer than two axes.
 *
 * @example
 * ops.linalg.svd(tensor([[3, 0], [0, 2]]))[1]; // [3, 2]
 */
export const svd: SvdOp = op("svd", ["x"], (x: TensorLike, options: SvdOptions = {}) => {
  const value = numberMatrix("svd", x);
  if (options.computeUv === false) return inDtypeOf(x, isComplex(value.dtype) ? singularValues(value) : (build.svd(value)[1] as Value));
  if (isComplex(value.dtype)) return tensors(x, complexSvd(value, options.fullMatrices !== false));
  return tensors(x, build.svd(value, options.fullMatrices !== false));
}) as unknown as SvdOp;

/** The symmetric matrix of which `x` holds the lower triangle: what stands above is not read, and gets no gradient. */
function fromLower(x: Value): Value {
  return build.add(build.tril(x), build.matrixTranspose(build.tril(x, -1)));
}

/**
 * Eigenvalues (ascending) and eigenvectors (as columns) of a symmetric (Hermitian) matrix, of which only the lower triangle is read: [w, v].
 * The eigenvalues are real.
 *
 * @throws ShapeError unless `x` holds square matrices [..., n, n].
 *
 * @example
 * ops.linalg.eigh(tensor([[2, 0], [0, 3]]))[0]; // [2, 3]
 */
export const eigh: Op<[x: TensorLike], [Tensor, Tensor]> = op("eigh", ["x"], (x: TensorLike): [Tensor, Tensor] => {
  const value = numberMatrix("eigh", x, "x", true);
  return tensors(x, isComplex(value.dtype) ? hermitianEigen(hermitianOf(value)) : build.eigh(fromLower(value))) as [Tensor, Tensor];
});

/**
 * Eigenvalues and eigenvectors (as columns) of square matrices [..., n, n]: [w [..., n], v [..., n, n]], complex64. The eigenvalues are
 * in no certain order. The vectors have length 1.
 *
 * @throws ShapeError unless `x` holds square matrices.
 *
 * @example
 * // A quarter turn has the eigenvalues i and -i.
 * const [w] = ops.linalg.eig(tensor([[0, -1], [1, 0]]));
 * ops.real(w); // [0, 0]
 * ops.abs(ops.imag(w)); // [1, 1]
 */
export const eig: Op<[x: TensorLike], [Tensor, Tensor]> = op("eig", ["x"], (x: TensorLike): [Tensor, Tensor] => {
  const value = numberMatrix("eig", x, "x", true);
  return tensors(x, isComplex(value.dtype) ? complexEigen(value) : build.eig(value)) as [Tensor, Tensor];
});

/**
 * L and U in one matrix (the ones on L's diagonal left out) and where each row went, as LAPACK's getrf gives them: [..., m, n] → [lu
 * [..., m, n], pivots int32 [..., min(m, n)]].
 *
 * @throws ShapeError when `x` has fewer than two axes.
 *
 * @example
 * const [lu, pivots] = ops.linalg.luFactor(tensor([[1, 2], [4, 2]]));
 * lu; // [[4, 2], [0.25, 1.5]]
 * pivots; // [1, 1]
 */
export const luFactor: Op<[x: TensorLike], [Tensor, Tensor]> = op("lu_factor", ["x"], (x: TensorLike): [Tensor, Tensor] => {
  const value = numberMatrix("lu_factor", x);
  const [packed, pivots] = (isComplex(value.dtype) ? luByColumns(value) : build.lu(value)) as [Value, Value];
  return tensors(x, [packed, pivots]) as [Tensor, Tensor];
});
