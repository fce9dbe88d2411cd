/** Linear equations, inverses and ranks. Matrices are the last two axes. */
import { type DType, isComplex } from "../../dtypes/dtype.ts";
import { ShapeError } from "../../errors.ts";
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import { broadcastShapes } from "../../shapes/broadcast.ts";
import { sameDim } from "../../shapes/dims.ts";
import { formatAval } from "../../shapes/format.ts";
import type { TensorLike } from "../../tensor/create.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { floatInput, floatPair, numberInput } from "../support/input.ts";
import { op, type Op } from "../support/op.ts";
import { singularValues } from "./complex.ts";
import { inDtypeOf, numberMatrix } from "./factor.ts";
import { leastSquaresOf, pseudoInverse } from "./least-squares.ts";
import { solveSystem, solveTriangle } from "./systems.ts";

/** Right-hand sides as matrices with the coefficients' batch; `vector`: they were vectors. */
interface System {
  readonly a: Value;
  readonly b: Value;
  readonly vector: boolean;
  /** What both were, integers as float32. */
  readonly dtype: DType;
}

function systemOf(name: string, a: TensorLike, b: TensorLike): System {
  const [left, right] = floatPair(name, a, b);
  const dtype = left.dtype === "float64" || isComplex(left.dtype) ? left.dtype : "float32";
  const [coefficients, given] = [build.cast(left, dtype), build.cast(right, dtype)];
  const rank = coefficients.shape.length;
  const n = coefficients.shape[rank - 1] as number;
  if (rank < 2 || coefficients.shape[rank - 2] !== n)
    throw new ShapeError(`[${name}] a must be square: received ${formatAval(coefficients)}`);
  const vector = given.shape.length === rank - 1;
  const columns = vector ? build.reshape(given, [...given.shape, 1]) : given;
  if (columns.shape.length < 2 || !sameDim(columns.shape[columns.shape.length - 2] as number, n)) {
    throw new ShapeError(`[${name}] b must have ${n} rows: received ${formatAval(given)} for a ${formatAval(coefficients)}`);
  }
  const batch = broadcastShapes(name, coefficients.shape.slice(0, -2), columns.shape.slice(0, -2));
  return {
    a: build.broadcast(coefficients, [...batch, n, n]),
    b: build.broadcast(columns, [...batch, ...columns.shape.slice(-2)]),
    vector,
    dtype: left.dtype,
  };
}

function solution(x: Value, { vector, dtype }: Pick<System, "vector" | "dtype">): Tensor {
  return new Tensor(build.cast(vector ? build.reshape(x, x.shape.slice(0, -1)) : x, dtype));
}

/**
 * x with a·x = b: a [..., n, n], b [..., n, k] or [..., n]. Singular matrices give infinities or NaN.
 *
 * @throws ShapeError when `a` is not square or `b` has not as many rows.
 *
 * @example
 * ops.linalg.solve(tensor([[2, 0], [0, 4]]), tensor([2, 8])); // [1, 2]
 */
export const solve: Op<[a: TensorLike, b: TensorLike]> = op("solve", ["a", "b"], (a: TensorLike, b: TensorLike) => {
  const system = systemOf("solve", a, b);
  return solution(solveSystem(system.a, system.b), system);
});

/**
 * x with a·x = b for a triangular a, of which only that triangle is read. `lower`: default false.
 *
 * `a` is [..., n, n], `b` [..., n, k] or [..., n], and so is x.
 *
 * @throws ShapeError when `a` is not square or `b` has not as many rows.
 *
 * @example
 * ops.linalg.solveTriangular(tensor([[2, 0], [1, 4]]), tensor([2, 9]), { lower: true }); // [1, 2]
 */
export const solveTriangular: Op<[a: TensorLike, b: TensorLike, options?: { readonly lower?: boolean }]> = op(
  "solve_triangular",
  ["a", "b"],
  (a: TensorLike, b: TensorLike, options: { readonly lower?: boolean } = {}) => {
    const system = systemOf("solve_triangular", a, b);
    return solution(solveTriangle(system.a, system.b, options.lower === true), system);
  },
);

/**
 * The inverses of square matrices [..., n, n]. Singular ones give infinities or NaN.
 *
 * @throws ShapeError unless `x` holds square matrices.
 *
 * @example
 * ops.linalg.inv(tensor([[2, 0], [0, 4]])); // [[0.5, 0], [0, 0.25]]
 */
export const inv: Op<[x: TensorLike]> = op("inv", ["x"], (x: TensorLike) => {
  const value = numberMatrix("inv", x, "x", true);
  const identity = build.broadcast(build.eye(value.shape[value.shape.length - 1] as number, value.dtype), value.shape);
  return inDtypeOf(x, solveSystem(value, identity));
});

/**
 * The Moore-Penrose pseudo-inverse. `rcond`: singular values below rcond · largest count as 0; default by size and precision.
 *
 * [..., m, n] gives [..., n, m].
 *
 * @throws ShapeError when `x` has fewer than two axes.
 *
 * @example
 * ops.linalg.pinv(tensor([[2, 0], [0, 4]])); // [[0.5, 0], [0, 0.25]]
 */
export const pinv: Op<[x: TensorLike, options?: { readonly rcond?: number | null }]> = op(
  "pinv",
  ["x"],
  (x: TensorLike, options: { readonly rcond?: number | null } = {}) => inDtypeOf(x, pseudoInverse(numberMatrix("pinv", x), options.rcond)),
);

/** Both complex where one is; else in the dtype of the first. */
function alike(a: Value, b: Value): readonly [Value, Value] {
  const dtype = isComplex(b.dtype) ? b.dtype : a.dtype;
  return [build.cast(a, dtype), build.cast(b, dtype)];
}

/**
 * x of least size with least |a·x - b|²: a [m, n], b [m, k] or [m].
 *
 * @throws ShapeError when `a` is no matrix or the rows of `b` are not as many.
 *
 * @example
 * ops.linalg.lstsq(tensor([[1, 0], [1, 1], [1, 2]]), tensor([1, 3, 5])); // [1, 2]
 */
export const lstsq: Op<[a: TensorLike, b: TensorLike, options?: { readonly rcond?: number | null }]> = op(
  "lstsq",
  ["a", "b"],
  (a: TensorLike, b: TensorLike, options: { readonly rcond?: number | null } = {}) => {
    const [left, given] = alike(numberMatrix("lstsq", a, "a"), floatInput("lstsq", b, "b"));
    const vector = given.shape.length === left.shape.length - 1;
    const right = vector ? build.reshape(given, [...given.shape, 1]) : given;
    if (
      right.shape.length !== left.shape.length ||
      !sameDim(right.shape[right.shape.length - 2] as number, left.shape[left.shape.length - 2] as number)
    ) {
      throw new ShapeError(`[lstsq] a and b must have as many rows: received ${formatAval(left)} and ${formatAval(given)}`);
    }
    const dtype = left.dtype === "float32" ? inDtypeOf(a, left).dtype : left.dtype;
    return solution(leastSquaresOf(left, right, options.rcond), { vector, dtype });
  },
);

/**
 * The number of singular values above a tolerance, int32. `tol`: default largest · size · precision.
 *
 * [..., m, n] gives [...].
 *
 * @throws ShapeError when `x` has fewer than two axes.
 *
 * @example
 * ops.linalg.matrixRank(tensor([[1, 2], [2, 4]])); // 1
 */
export const matrixRank: Op<[x: TensorLike, options?: { readonly tol?: number | null }]> = op(
  "matrix_rank",
  ["x"],
  (x: TensorLike, options: { readonly tol?: number | null } = {}) => {
    const value = numberMatrix("matrix_rank", x);
    const s = isComplex(value.dtype) ? singularValues(value) : (build.svd(value)[1] as Value);
    const last = s.shape.length - 1;
    const [rows, columns] = value.shape.slice(-2) as [number, number];
    const largest = build.reshape(build.reduce("max", s, [last]), [...s.shape.slice(0, -1), 1]);
    const { tol } = options;
    const given = tol !== undefined && tol !== null;
    const limit = given
      ? build.constant(numberInput("matrix_rank", tol, "tol"), s.dtype)
      : build.mul(largest, Math.max(rows, columns) * (s.dtype === "float64" ? 2 ** -52 : 2 ** -23));
    return new Tensor(build.sum(build.cast(build.lt(limit, s), "int32"), [last]));
  },
);
