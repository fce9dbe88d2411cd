/** Largest and smallest elements, where they are, and truth of all or any. */
import { isFloating } from "../../dtypes/dtype.ts";
import { ShapeError } from "../../errors.ts";
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import type { TensorLike } from "../../tensor/create.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { formatAval } from "../../shapes/format.ts";
import { axesOf, axisOf, keptShape, sizeOf } from "../support/axes.ts";
import { boolInput, inFloat32, input, realFloatInput } from "../support/input.ts";
import { op, type Op } from "../support/op.ts";
import { refuseComplex } from "../elementwise/factories.ts";
import { reduceOver, type ReduceOptions, type Reduction } from "./sums.ts";

/** Options of {@link max} and {@link min}. */
export interface ExtremeOptions extends ReduceOptions {
  /** Takes part as one more element; needed where there may be none. */
  readonly initial?: TensorLike | null;
}

function extremeOf(name: string, which: "max" | "min", x: TensorLike, options: ExtremeOptions): Tensor {
  const value = input(name, x);
  refuseComplex(name, value.dtype);
  const axes = axesOf(name, options.axis, value);
  const { initial } = options;
  if ((initial === undefined || initial === null) && axes.some((axis) => value.shape[axis] === 0)) {
    throw new ShapeError(`[${name}] nothing has no ${which}: received ${formatAval(value)}; give { initial }`);
  }
  const result = reduceOver(which, value, axes, options.keepdims);
  if (initial === undefined || initial === null) return new Tensor(result);
  // Beside truth values it is a whole number, as in Keras.
  const given = build.cast(input(name, initial, "initial"), value.dtype === "bool" ? "int32" : value.dtype);
  const start = build.cast(given, value.dtype);
  if (value.dtype === "bool") return new Tensor(which === "max" ? build.or(result, start) : build.and(result, start));
  return new Tensor(build.binary(which, result, start));
}

/* @__NO_SIDE_EFFECTS__ */
function extremeReduction(name: string, which: "max" | "min"): Op<[x: TensorLike, options?: ExtremeOptions]> {
  return op(name, ["x"], (x: TensorLike, options: ExtremeOptions = {}) => extremeOf(name, which, x, options));
}

/**
 * The largest element; NaN if one is. Its gradient is shared equally by all elements that attain it.
 *
 * `x` has any shape; the axes reduced are dropped, or have size 1 with `keepdims`.
 *
 * @throws ShapeError for an empty axis without `initial`.
 *
 * @example
 * ops.max(tensor([[1, 2], [3, 4]]), { axis: 1 }); // [2, 4]
 */
export const max: Op<[x: TensorLike, options?: ExtremeOptions]> = extremeReduction("max", "max");

/**
 * The smallest element; NaN if one is.
 *
 * `x` has any shape; the axes reduced are dropped, or have size 1 with `keepdims`.
 *
 * @throws ShapeError for an empty axis without `initial`, or an axis out of range; DTypeError for complex numbers.
 *
 * @example
 * ops.min(tensor([[1, 2], [3, 4]]), { axis: 1 }); // [1, 3]
 */
export const min: Op<[x: TensorLike, options?: ExtremeOptions]> = extremeReduction("min", "min");

/**
 * {@link max}.
 *
 * `x` has any shape; the axes reduced are dropped, or have size 1 with `keepdims`.
 *
 * @throws ShapeError for an empty axis or one out of range; DTypeError for complex numbers.
 *
 * @example
 * ops.amax(tensor([[1, 2], [3, 4]]), { axis: 0 }); // [3, 4]
 */
export const amax: Reduction = extremeReduction("amax", "max");

/**
 * {@link min}.
 *
 * `x` has any shape; the axes reduced are dropped, or have size 1 with `keepdims`.
 *
 * @throws ShapeError for an empty axis or one out of range; DTypeError for complex numbers.
 *
 * @example
 * ops.amin(tensor([[1, 2], [3, 4]]), { axis: 0 }); // [1, 2]
 */
export const amin: Reduction = extremeReduction("amin", "min");

/**
 * Largest minus smallest element.
 *
 * `x` has any shape; the axes reduced are dropped, or have size 1 with `keepdims`.
 *
 * @throws ShapeError when an axis is empty, out of range or given twice; DTypeError for complex numbers.
 *
 * @example
 * ops.ptp(tensor([1, 5, 3])); // 4
 */
export const ptp: Reduction = op("ptp", ["x"], (x: TensorLike, options: ReduceOptions = {}) => {
  const value = input("ptp", x);
  refuseComplex("ptp", value.dtype);
  const axes = axesOf("ptp", options.axis, value);
  if (sizeOf(value.shape, axes) === 0) throw new ShapeError(`[ptp] nothing has no range: received ${formatAval(value)}`);
  return new Tensor(build.sub(reduceOver("max", value, axes, options.keepdims), reduceOver("min", value, axes, options.keepdims)));
});

/** One axis (or null for the flattened tensor), and whether it stays with size 1. */
export interface ArgOptions {
  /** Default null: the index in the flattened tensor. */
  readonly axis?: number | null;
  /** Keep the reduced axis with size 1. Default false. */
  readonly keepdims?: boolean;
}

/** The index of an extreme along one axis, or in the flattened value. */
export function argExtreme(name: string, which: "max" | "min", x: Value, { axis, keepdims = false }: ArgOptions): Value {
  refuseComplex(name, x.dtype);
  const all = axis === null || axis === undefined;
  const normal = all ? 0 : axisOf(name, axis, x);
  const flat = all ? build.reshape(x, [x.shape.reduce((size, dim) => size * dim, 1)]) : x;
  if (flat.shape[normal] === 0) throw new ShapeError(`[${name}] nothing has no ${which}: received ${formatAval(x)}`);
  const result = build.argreduce(which, flat, normal);
  if (!keepdims) return result;
  return build.reshape(result, all ? x.shape.map(() => 1) : keptShape(x.shape, [normal]));
}

/** A reduction to the index of an extreme. */
export type ArgReduction = Op<[x: TensorLike, options?: ArgOptions]>;

/**
 * The index of the first largest element, int32. NaN counts as largest.
 *
 * `x` has any shape; the axes reduced are dropped, or have size 1 with `keepdims`.
 *
 * @throws ShapeError for an empty axis or one out of range; DTypeError for complex numbers.
 *
 * @example
 * ops.argmax(tensor([[1, 5], [7, 2]]), { axis: 1 }); // [1, 0]
 */
export const argmax: ArgReduction = op(
  "argmax",
  ["x"],
  (x: TensorLike, options: ArgOptions = {}) => new Tensor(argExtreme("argmax", "max", input("argmax", x), options)),
);

/**
 * The index of the first smallest element, int32. NaN counts as smallest.
 *
 * `x` has any shape; the axes reduced are dropped, or have size 1 with `keepdims`.
 *
 * @throws ShapeError for an empty axis or one out of range; DTypeError for complex numbers.
 *
 * @example
 * ops.argmin(tensor([[1, 5], [7, 2]]), { axis: 1 }); // [0, 1]
 */
export const argmin: ArgReduction = op(
  "argmin",
  ["x"],
  (x: TensorLike, options: ArgOptions = {}) => new Tensor(argExtreme("argmin", "min", input("argmin", x), options)),
);

/**
 * True if some element is not 0; bool.
 *
 * `x` has any shape; the axes reduced are dropped, or have size 1 with `keepdims`.
 *
 * @throws ShapeError when an axis is out of range or given twice.
 *
 * @example
 * ops.any(tensor([[false, false], [true, false]]), { axis: 1 }); // [false, true]
 */
export const any: Reduction = op("any", ["x"], (x: TensorLike, options: ReduceOptions = {}) => {
  const value = boolInput("any", x);
  return new Tensor(reduceOver("max", value, axesOf("any", options.axis, value), options.keepdims));
});

/**
 * True if no element is 0; bool.
 *
 * `x` has any shape; the axes reduced are dropped, or have size 1 with `keepdims`.
 *
 * @throws ShapeError when an axis is out of range or given twice.
 *
 * @example
 * ops.all(tensor([[true, false], [true, true]]), { axis: 1 }); // [false, true]
 */
export const all: Reduction = op("all", ["x"], (x: TensorLike, options: ReduceOptions = {}) => {
  const value = boolInput("all", x);
  return new Tensor(reduceOver("min", value, axesOf("all", options.axis, value), options.keepdims));
});

/** The largest element along `axes` as a finite shift that keeps exponentials in range; without a gradient. */
export function shiftOf(x: Value, axes: readonly number[]): Value {
  const largest = build.stopGradient(reduceOver("max", x, axes, true));
  return isFloating(x.dtype) ? build.select(build.lt(build.abs(largest), Infinity), largest, 0) : largest;
}

/** log Σ exp x along `axes`, without overflow. */
export function logSumExpOf(x: Value, axes: readonly number[], keepdims = false): Value {
  return inFloat32(x, (y) => {
    const shift = shiftOf(y, axes);
    const result = build.add(build.log(reduceOver("sum", build.exp(build.sub(y, shift)), axes, true)), shift);
    if (keepdims) return result;
    return build.reshape(
      result,
      y.shape.filter((_, axis) => !axes.includes(axis)),
    );
  });
}

/**
 * `log(sum(exp(x)))`, without overflow. Integers give float32.
 *
 * `x` has any shape; the axes reduced are dropped, or have size 1 with `keepdims`.
 *
 * @throws ShapeError when an axis is out of range or given twice; DTypeError for complex numbers.
 *
 * @example
 * ops.logsumexp(tensor([0, 0])); // 0.69315
 */
export const logsumexp: Reduction = op("logsumexp", ["x"], (x: TensorLike, options: ReduceOptions = {}) => {
  const value = realFloatInput("logsumexp", x);
  return new Tensor(logSumExpOf(value, axesOf("logsumexp", options.axis, value), options.keepdims));
});
