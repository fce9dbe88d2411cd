/** Factorizations of matrices, the last two axes; leading axes are a batch. Computed in float32 (float64 where given). */
import { ShapeError, ValueError } from "../../errors.ts";
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import { formatAval } from "../../shapes/format.ts";
import type { TensorLike } from "../../tensor/create.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { describe, realFloatInput } from "../support/input.ts";
import { op, type Op } from "../support/op.ts";

/** A matrix (or a batch of them) in a dtype that factorizations take. */
export function matrixInput(name: string, x: TensorLike, what = "x", square = false): Value {
  const given = realFloatInput(name, x, what);
  const { shape } = given;
  if (shape.length < 2) throw new ShapeError(`[${name}] ${what} must be a matrix or a batch of matrices: received ${formatAval(given)}`);
  if (square && shape[shape.length - 1] !== shape[shape.length - 2]) {
    throw new ShapeError(`[${name}] ${what} must be square: received ${formatAval(given)}`);
  }
  return build.cast(given, given.dtype === "float64" ? "float64" : "float32");
}

const tensors = (values: readonly Value[]): Tensor[] => values.map((value) => new Tensor(value));

/**
 * The factor L of a symmetric positive definite matrix L·Lᵀ; with `upper: true` its transpose. NaN where it is not definite.
 *
 * `x` is [..., n, n], the factor too; float32, or float64 for float64.
 *
 * @throws ShapeError unless `x` holds square matrices; DTypeError for complex numbers.
 *
 * @example
 * ops.linalg.cholesky(tensor([[4, 2], [2, 5]])); // [[2, 0], [1, 2]]
 */
export const cholesky: Op<[x: TensorLike, options?: { readonly upper?: boolean }]> = op(
  "cholesky",
  ["x"],
  (x: TensorLike, options: { readonly upper?: boolean } = {}) => {
    const lower = build.cholesky(matrixInput("cholesky", x, "x", true));
    return new Tensor(options.upper === true ? build.matrixTranspose(lower) : lower);
  },
);

/**
 * The inverse of a symmetric positive definite matrix of which the Cholesky factor is given.
 *
 * `x` is [..., n, n], the inverse too.
 *
 * @param options `upper`: whether the factor is upper triangular; default false.
 *
 * @throws ShapeError unless `x` holds square matrices; DTypeError for complex numbers.
 *
 * @example
 * ops.linalg.choleskyInverse(tensor([[2, 0], [1, 2]])); // [[0.3125, -0.125], [-0.125, 0.25]]
 */
export const choleskyInverse: Op<[x: TensorLike, options?: { readonly upper?: boolean }]> = op(
  "cholesky_inverse",
  ["x"],
  (x: TensorLike, options: { readonly upper?: boolean } = {}) => {
    const factor = matrixInput("cholesky_inverse", x, "x", true);
    const lower = options.upper === true ? build.matrixTranspose(factor) : factor;
    const identity = build.broadcast(build.eye(lower.shape[lower.shape.length - 1] as number, lower.dtype), lower.shape);
    const inverse = build.triangularSolve(lower, identity, { lower: true, transpose: false, unitDiagonal: false });
    return new Tensor(build.dot(build.matrixTranspose(inverse), inverse));
  },
);

/**
 * Orthogonal Q and upper triangular R with Q·R = x: [q, r]; "reduced" (default) or "complete".
 *
 * @throws ShapeError when `x` has fewer than two axes; ValueError for another mode; DTypeError for complex numbers.
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
    return tensors(build.qr(matrixInput("qr", x), mode === "complete")) as [Tensor, Tensor];
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
 * The singular value decomposition u·diag(s)·vᵀ = x, s descending: [u, s, vᵀ], or s alone.
 *
 * @throws ShapeError when `x` has fewer than two axes; DTypeError for complex numbers.
 *
 * @example
 * ops.linalg.svd(tensor([[3, 0], [0, 2]]))[1]; // [3, 2]
 */
export const svd: SvdOp = op("svd", ["x"], (x: TensorLike, options: SvdOptions = {}) => {
  const value = matrixInput("svd", x);
  if (options.computeUv === false) return new Tensor(build.svd(value)[1] as Value);
  return tensors(build.svd(value, options.fullMatrices !== false));
}) as unknown as SvdOp;

/** The symmetric matrix of which `x` holds the lower triangle: what stands above is not read, and gets no gradient. */
function fromLower(x: Value): Value {
  return build.add(build.tril(x), build.matrixTranspose(build.tril(x, -1)));
}

/**
 * Eigenvalues (ascending) and eigenvectors (as columns) of a symmetric matrix, of which only the lower triangle is read: [w, v].
 *
 * @throws ShapeError unless `x` holds square matrices [..., n, n]; DTypeError for complex numbers.
 *
 * @example
 * ops.linalg.eigh(tensor([[2, 0], [0, 3]]))[0]; // [2, 3]
 */
export const eigh: Op<[x: TensorLike], [Tensor, Tensor]> = op(
  "eigh",
  ["x"],
  (x: TensorLike): [Tensor, Tensor] => tensors(build.eigh(fromLower(matrixInput("eigh", x, "x", true)))) as [Tensor, Tensor],
);

/**
 * Eigenvalues and eigenvectors (as columns) of square matrices [..., n, n]: [w [..., n], v [..., n, n]], complex64. The eigenvalues are
 * in no certain order. The vectors have length 1.
 *
 * @throws ShapeError unless `x` holds square matrices; DTypeError for complex numbers.
 *
 * @example
 * // A quarter turn has the eigenvalues i and -i.
 * const [w] = ops.linalg.eig(tensor([[0, -1], [1, 0]]));
 * ops.real(w); // [0, 0]
 * ops.abs(ops.imag(w)); // [1, 1]
 */
export const eig: Op<[x: TensorLike], [Tensor, Tensor]> = op(
  "eig",
  ["x"],
  (x: TensorLike): [Tensor, Tensor] => tensors(build.eig(matrixInput("eig", x, "x", true))) as [Tensor, Tensor],
);

/**
 * L and U in one matrix (the ones on L's diagonal left out) and where each row went, as LAPACK's getrf gives them: [..., m, n] → [lu
 * [..., m, n], pivots int32 [..., min(m, n)]].
 *
 * @throws ShapeError when `x` has fewer than two axes; DTypeError for complex numbers.
 *
 * @example
 * const [lu, pivots] = ops.linalg.luFactor(tensor([[1, 2], [4, 2]]));
 * lu; // [[4, 2], [0.25, 1.5]]
 * pivots; // [1, 1]
 */
export const luFactor: Op<[x: TensorLike], [Tensor, Tensor]> = op("lu_factor", ["x"], (x: TensorLike): [Tensor, Tensor] => {
  const [packed, pivots] = build.lu(matrixInput("lu_factor", x)) as [Value, Value];
  return [new Tensor(packed), new Tensor(pivots)];
});
