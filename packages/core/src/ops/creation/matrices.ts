/** Matrices of ones and zeros, triangles, diagonals. */
import type { DType } from "../../dtypes/dtype.ts";
import { ShapeError, ValueError } from "../../errors.ts";
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import { formatAval } from "../../shapes/format.ts";
import type { TensorLike } from "../../tensor/create.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { flattened } from "../shape/reshape.ts";
import { accumulated } from "../reduction/sums.ts";
import { axisOf } from "../support/axes.ts";
import { dtypeOption, input, integerInput } from "../support/input.ts";
import { op, type Op } from "../support/op.ts";
import type { DTypeOption } from "./fill.ts";

/** Size and diagonal of {@link eye} and {@link tri}. */
export interface MatrixOptions extends DTypeOption {
  /** Number of columns. Default: that of rows. */
  readonly M?: number | null;
  /** Which diagonal: 0 (default) the main one, positive above it, negative below. */
  readonly k?: number;
}

/** bool [rows, columns]: true on the k-th diagonal. */
function diagonalMask(rows: number, columns: number, k: number): Value {
  return build.eq(build.iota([rows, columns], 1), build.add(build.iota([rows, columns], 0), k));
}

/**
 * Ones on the k-th diagonal, zeros elsewhere: [N, M].
 *
 * @throws ValueError when `N` or `M` is no integer of at least 0 or `k` no integer; DTypeError for an unknown dtype.
 *
 * @example
 * ops.eye(2); // [[1, 0], [0, 1]]
 */
export const eye: Op<[N: number, options?: MatrixOptions]> = op("eye", ["N"], (N: number, options: MatrixOptions = {}) => {
  const rows = integerInput("eye", N, "N", 0);
  const columns = integerInput("eye", options.M ?? N, "M", 0);
  const k = integerInput("eye", options.k ?? 0, "k");
  return new Tensor(build.cast(diagonalMask(rows, columns, k), dtypeOption("eye", options.dtype, "float32")));
});

/**
 * The identity matrix [n, n].
 *
 * @throws ValueError when `n` is no integer of at least 0; DTypeError for an unknown dtype.
 *
 * @example
 * ops.identity(2); // [[1, 0], [0, 1]]
 */
export const identity: Op<[n: number, options?: DTypeOption]> = op("identity", ["n"], (n: number, options: DTypeOption = {}) => {
  const size = integerInput("identity", n, "n", 0);
  return new Tensor(build.cast(diagonalMask(size, size, 0), dtypeOption("identity", options.dtype, "float32")));
});

/**
 * Ones on and below the k-th diagonal, zeros above: [N, M].
 *
 * @throws ValueError when `N` or `M` is no integer of at least 0 or `k` no integer; DTypeError for an unknown dtype.
 *
 * @example
 * ops.tri(3); // [[1, 0, 0], [1, 1, 0], [1, 1, 1]]
 */
export const tri: Op<[N: number, options?: MatrixOptions]> = op("tri", ["N"], (N: number, options: MatrixOptions = {}) => {
  const rows = integerInput("tri", N, "N", 0);
  const columns = integerInput("tri", options.M ?? N, "M", 0);
  const mask = build.lowerMask(rows, columns, integerInput("tri", options.k ?? 0, "k"));
  return new Tensor(build.cast(mask, dtypeOption("tri", options.dtype, "float32")));
});

/* @__NO_SIDE_EFFECTS__ */
function triangle(name: string, lower: boolean): Op<[x: TensorLike, options?: { readonly k?: number }]> {
  return op(name, ["x"], (x: TensorLike, options: { readonly k?: number } = {}) => {
    const value = input(name, x);
    if (value.shape.length < 2) throw new ShapeError(`[${name}] x must have at least two axes: received ${formatAval(value)}`);
    const [rows, columns] = value.shape.slice(-2) as [number, number];
    const k = integerInput(name, options.k ?? 0, "k");
    const zeros = build.zerosLike(value);
    const mask = build.lowerMask(rows, columns, lower ? k : k - 1);
    return new Tensor(lower ? build.select(mask, value, zeros) : build.select(mask, zeros, value));
  });
}

/**
 * The lower triangle of the matrices in `x` [..., rows, columns], up to the k-th diagonal (default 0); zeros above. The result has the
 * shape and dtype of `x`.
 *
 * @throws ShapeError when `x` has fewer than two axes; ValueError when `k` is no integer.
 *
 * @example
 * ops.tril(tensor([[1, 2], [3, 4]])); // [[1, 0], [3, 4]]
 */
export const tril: Op<[x: TensorLike, options?: { readonly k?: number }]> = triangle("tril", true);

/**
 * The upper triangle of the matrices in `x` [..., rows, columns], from the k-th diagonal (default 0) on; zeros below. The result has the
 * shape and dtype of `x`.
 *
 * @throws ShapeError when `x` has fewer than two axes; ValueError when `k` is no integer.
 *
 * @example
 * ops.triu(tensor([[1, 2], [3, 4]])); // [[1, 2], [0, 4]]
 */
export const triu: Op<[x: TensorLike, options?: { readonly k?: number }]> = triangle("triu", false);

/** The `offset`-th diagonal of two axes, as the last axis of the result. */
function diagonalOf(name: string, x: Value, offset: number, axis1: number, axis2: number): Value {
  const [a, b] = [axisOf(name, axis1, x, "axis1"), axisOf(name, axis2, x, "axis2")];
  if (a === b) throw new ValueError(`[${name}] axis1 and axis2 must differ: received ${axis1} and ${axis2}`);
  const [rows, columns] = [x.shape[a] as number, x.shape[b] as number];
  const others = x.shape.map((_, i) => i).filter((i) => i !== a && i !== b);
  const moved = build.transpose(x, [...others, a, b]);
  const kept = others.map((i) => x.shape[i] as number);
  const length = Math.max(0, offset >= 0 ? Math.min(rows, columns - offset) : Math.min(rows + offset, columns));
  if (length === 0) return build.full([...kept, 0], x.dtype === "bool" ? false : 0, x.dtype);
  // Elements of the flattened matrix that are columns + 1 apart.
  const flat = build.reshape(moved, [...kept, rows * columns]);
  const start = offset >= 0 ? offset : -offset * columns;
  const zeros = kept.map(() => 0);
  return build.slice(flat, [...zeros, start], [...kept, start + (length - 1) * (columns + 1) + 1], [...kept.map(() => 1), columns + 1]);
}

/** A matrix with the vector `x` on its k-th diagonal. */
function fromDiagonal(x: Value, k: number): Value {
  const n = x.shape[0] as number;
  const size = n + Math.abs(k);
  const row = build.pad(x, [Math.max(k, 0)], [Math.max(-k, 0)]);
  return build.select(diagonalMask(size, size, k), row, build.zerosLike(row));
}

/**
 * Of a vector [n] the matrix with it on the k-th diagonal, [n + |k|, n + |k|]; of a matrix its k-th diagonal.
 *
 * @param options `k`: default 0.
 *
 * @throws ShapeError when `x` is neither vector nor matrix; ValueError when `k` is no integer.
 *
 * @example
 * ops.diag(tensor([1, 2])); // [[1, 0], [0, 2]]
 */
export const diag: Op<[x: TensorLike, options?: { readonly k?: number }]> = op(
  "diag",
  ["x"],
  (x: TensorLike, options: { readonly k?: number } = {}) => {
    const value = input("diag", x);
    const k = integerInput("diag", options.k ?? 0, "k");
    if (value.shape.length === 1) return new Tensor(fromDiagonal(value, k));
    if (value.shape.length === 2) return new Tensor(diagonalOf("diag", value, k, 0, 1));
    throw new ShapeError(`[diag] x must be a vector or a matrix: received ${formatAval(value)}`);
  },
);

/**
 * The matrix with the flattened `x` on its k-th diagonal.
 *
 * `x` of n elements, in any shape, gives [n + |k|, n + |k|].
 *
 * @throws ValueError when `k` is no integer.
 *
 * @example
 * ops.diagflat(tensor([1, 2])); // [[1, 0], [0, 2]]
 */
export const diagflat: Op<[x: TensorLike, options?: { readonly k?: number }]> = op(
  "diagflat",
  ["x"],
  (x: TensorLike, options: { readonly k?: number } = {}) =>
    new Tensor(fromDiagonal(flattened(input("diagflat", x)), integerInput("diagflat", options.k ?? 0, "k"))),
);

/** Which diagonal of which axes. */
export interface DiagonalOptions {
  /** 0 (default) the main one, positive above it, negative below. */
  readonly offset?: number;
  /** The rows' axis. Default 0. */
  readonly axis1?: number;
  /** The columns' axis. Default 1. */
  readonly axis2?: number;
}

/**
 * The diagonal of two axes (the first two by default), as the last axis: [rows, columns, …] gives [..., length].
 *
 * @throws ShapeError when an axis is out of range, as for vectors; ValueError when both axes are the same or `offset` is no integer.
 *
 * @example
 * ops.diagonal(tensor([[1, 2], [3, 4]])); // [1, 4]
 */
export const diagonal: Op<[x: TensorLike, options?: DiagonalOptions]> = op(
  "diagonal",
  ["x"],
  (x: TensorLike, options: DiagonalOptions = {}) => {
    const { offset = 0, axis1 = 0, axis2 = 1 } = options;
    return new Tensor(diagonalOf("diagonal", input("diagonal", x), integerInput("diagonal", offset, "offset"), axis1, axis2));
  },
);

/**
 * The sum of the diagonal of two axes (the first two by default), which are dropped: [n, m] gives a scalar, [n, m, …] gives [...]. bool
 * and int8 are summed as int32, uint8 as uint32.
 *
 * @throws ShapeError when an axis is out of range; ValueError when both axes are the same or `offset` is no integer.
 *
 * @example
 * ops.trace(tensor([[1, 2], [3, 4]])); // 5
 */
export const trace: Op<[x: TensorLike, options?: DiagonalOptions]> = op("trace", ["x"], (x: TensorLike, options: DiagonalOptions = {}) => {
  const { offset = 0, axis1 = 0, axis2 = 1 } = options;
  const values = diagonalOf("trace", accumulated(input("trace", x)), integerInput("trace", offset, "offset"), axis1, axis2);
  return new Tensor(build.sum(values, [values.shape.length - 1]));
});

/** Options of {@link vander}. */
export interface VanderOptions {
  /** Number of columns. Default: the length of x. */
  readonly N?: number | null;
  /** Whether the powers rise from left to right. Default false. */
  readonly increasing?: boolean;
}

/**
 * The Vandermonde matrix [n, N] of a vector [n]: its powers as columns, falling from N - 1 to 0, or rising with `increasing`. `N` is n by
 * default.
 *
 * @throws ShapeError when `x` is no vector; ValueError when `N` is no integer of at least 0.
 *
 * @example
 * ops.vander(tensor([1, 2, 3])); // [[1, 1, 1], [4, 2, 1], [9, 3, 1]]
 */
export const vander: Op<[x: TensorLike, options?: VanderOptions]> = op("vander", ["x"], (x: TensorLike, options: VanderOptions = {}) => {
  const value = input("vander", x);
  if (value.shape.length !== 1) throw new ShapeError(`[vander] x must be a vector: received ${formatAval(value)}`);
  const n = value.shape[0] as number;
  const columns = integerInput("vander", options.N ?? n, "N", 0);
  const dtype: DType = value.dtype === "bool" ? "int32" : value.dtype;
  const base = build.broadcast(build.reshape(build.cast(value, dtype), [n, 1]), [n, columns]);
  const first = build.eq(build.iota([1, columns], 1), 0);
  const powers = build.cast(build.cumulative("prod", build.select(first, build.onesLike(base), base), 1), value.dtype);
  return new Tensor(options.increasing === true ? powers : build.flip(powers, [1]));
});
