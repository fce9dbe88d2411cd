/** Norms of vectors and matrices. */
import { isComplex } from "../../dtypes/dtype.ts";
import { ValueError } from "../../errors.ts";
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import type { TensorLike } from "../../tensor/create.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { reduceOver } from "../reduction/sums.ts";
import { type Axes, axesOf, keptShape } from "../support/axes.ts";
import { describe, floatInput, inFloat32 } from "../support/input.ts";
import { op, type Op } from "../support/op.ts";
import { singularValues as ofComplex } from "./complex.ts";

/** Which norm: p of vectors; "fro", "nuc", 1, -1, 2, -2, ±Infinity of matrices. */
export type NormOrder = number | "fro" | "nuc";

/** Options of {@link norm}. */
export interface NormOptions {
  /** Default null: the root of the sum of squares. */
  readonly ord?: NormOrder | null;
  /** One axis for vectors, two for matrices; default null, all. */
  readonly axis?: Axes;
  /** Keep the reduced axes with size 1. Default false. */
  readonly keepdims?: boolean;
}

/** sqrt of a sum of squares, with a gradient of 0 at 0. */
function euclidean(x: Value, axes: readonly number[]): Value {
  // Not by magnitudes, which have no slope at 0 and so would have no second derivative.
  const square = isComplex(x.dtype) ? build.real(build.mul(x, build.conj(x))) : build.mul(x, x);
  const squares = reduceOver("sum", square, axes, true);
  const isZero = build.eq(squares, 0);
  return build.select(isZero, 0, build.sqrt(build.select(isZero, 1, squares)));
}

function vectorNorm(x: Value, axis: number, order: number): Value {
  const size = build.abs(x);
  if (order === Infinity) return reduceOver("max", size, [axis], true);
  if (order === -Infinity) return reduceOver("min", size, [axis], true);
  if (order === 0) return reduceOver("sum", build.cast(build.not(build.eq(size, 0)), size.dtype), [axis], true);
  if (order === 1) return reduceOver("sum", size, [axis], true);
  if (order === 2) return euclidean(x, [axis]);
  const sum = reduceOver("sum", build.pow(size, order), [axis], true);
  return build.pow(sum, 1 / order);
}

/** Singular values of the matrices of two axes, those axes kept with size 1 and the values last: [..., 1, 1, k]. */
function singularValues(x: Value, axes: readonly number[]): Value {
  const others = x.shape.map((_, i) => i).filter((i) => !axes.includes(i));
  const matrices = build.transpose(x, [...others, ...axes]);
  const values = isComplex(x.dtype) ? ofComplex(matrices) : inFloat32(matrices, (wide) => build.svd(wide)[1] as Value);
  return build.reshape(values, [...keptShape(x.shape, axes), values.shape[values.shape.length - 1] as number]);
}

function matrixNorm(x: Value, axes: readonly [number, number], order: NormOrder): Value {
  const [rows, columns] = axes;
  const size = (): Value => build.abs(x);
  const overLast = (which: "sum" | "max" | "min"): Value => {
    const values = singularValues(x, axes);
    return build.reduce(which, values, [values.shape.length - 1]);
  };
  switch (order) {
    case "fro":
      return euclidean(x, axes);
    case "nuc":
      return overLast("sum");
    case 2:
      return overLast("max");
    case -2:
      return overLast("min");
    case 1:
    case -1:
      return reduceOver(order === 1 ? "max" : "min", reduceOver("sum", size(), [rows], true), [columns], true);
    case Infinity:
    case -Infinity:
      return reduceOver(order > 0 ? "max" : "min", reduceOver("sum", size(), [columns], true), [rows], true);
    default:
      throw new ValueError(`[norm] ord of matrices must be "fro", "nuc", ±1, ±2 or ±Infinity: received ${describe(order)}`);
  }
}

/**
 * The norm of a vector (one axis), of a matrix (two), or of all elements. Integers give float32.
 *
 * The axes are dropped, or have size 1 with `keepdims`: without `axis` the result is a scalar.
 *
 * @throws ValueError for an order that does not exist, or with more than two axes; ShapeError for an axis out of range.
 *
 * @example
 * ops.linalg.norm(tensor([3, 4])); // 5
 */
export const norm: Op<[x: TensorLike, options?: NormOptions]> = op("norm", ["x"], (x: TensorLike, options: NormOptions = {}) => {
  const value = floatInput("norm", x);
  const { ord = null, axis = null } = options;
  const axes = axesOf("norm", axis, value);
  const given = axis === null || typeof axis === "number" ? axes : axis.map((one) => (one < 0 ? one + value.shape.length : one));
  let result: Value;
  if (ord === null) result = euclidean(value, axes);
  else if (given.length === 1 && typeof ord === "number") result = vectorNorm(value, given[0] as number, ord);
  else if (given.length === 2) result = matrixNorm(value, given as unknown as [number, number], ord);
  else throw new ValueError(`[norm] ord ${describe(ord)} needs one axis (vectors) or two (matrices): received ${given.length}`);
  if (options.keepdims === true) return new Tensor(result);
  return new Tensor(
    build.reshape(
      result,
      value.shape.filter((_, i) => !axes.includes(i)),
    ),
  );
});
