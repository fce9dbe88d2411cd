/** Reductions that leave NaN out. Integers have none. */
import { isFloating } from "../../dtypes/dtype.ts";
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import type { TensorLike } from "../../tensor/create.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { refuseComplex } from "../elementwise/factories.ts";
import { isNotANumber } from "../elementwise/nonfinite.ts";
import { axesOf } from "../support/axes.ts";
import { inFloat32, input, toFloat } from "../support/input.ts";
import { op } from "../support/op.ts";
import { argExtreme, type ArgOptions, type ArgReduction } from "./extremes.ts";
import { accumulated, reduceOver, type ReduceOptions, type Reduction } from "./sums.ts";

/** `x` with `value` for NaN. */
function withoutNan(x: Value, value: number): Value {
  return isFloating(x.dtype) ? build.select(isNotANumber(x), value, x) : x;
}

/**
 * The sum of what is not NaN; of nothing 0.
 *
 * `x` has any shape; the axes reduced are dropped, or have size 1 with `keepdims`.
 *
 * @example
 * ops.nansum(tensor([1, NaN, 3])); // 4
 */
export const nansum: Reduction = op("nansum", ["x"], (x: TensorLike, options: ReduceOptions = {}) => {
  const value = accumulated(input("nansum", x));
  return new Tensor(reduceOver("sum", withoutNan(value, 0), axesOf("nansum", options.axis, value), options.keepdims));
});

/**
 * The product of what is not NaN; of nothing 1.
 *
 * `x` has any shape; the axes reduced are dropped, or have size 1 with `keepdims`.
 *
 * @example
 * ops.nanprod(tensor([1, NaN, 3])); // 3
 */
export const nanprod: Reduction = op("nanprod", ["x"], (x: TensorLike, options: ReduceOptions = {}) => {
  const value = accumulated(input("nanprod", x));
  return new Tensor(reduceOver("prod", withoutNan(value, 1), axesOf("nanprod", options.axis, value), options.keepdims));
});

/** How many are not NaN, in x's dtype. */
function countOf(x: Value, axes: readonly number[], keepdims = false): Value {
  return reduceOver("sum", build.cast(build.eq(x, x), x.dtype), axes, keepdims);
}

function nanMeanOf(x: Value, axes: readonly number[], keepdims = false): Value {
  return build.div(reduceOver("sum", withoutNan(x, 0), axes, keepdims), countOf(x, axes, keepdims));
}

/**
 * The mean of what is not NaN; of nothing NaN. Integers give float32.
 *
 * `x` has any shape; the axes reduced are dropped, or have size 1 with `keepdims`.
 *
 * @example
 * ops.nanmean(tensor([1, NaN, 3])); // 2
 */
export const nanmean: Reduction = op("nanmean", ["x"], (x: TensorLike, options: ReduceOptions = {}) => {
  const value = toFloat(input("nanmean", x));
  return new Tensor(inFloat32(value, (y) => nanMeanOf(y, axesOf("nanmean", options.axis, value), options.keepdims)));
});

function nanVarianceOf(x: Value, axes: readonly number[], keepdims = false): Value {
  const mean = nanMeanOf(x, axes, true);
  // NaN is taken out before it can reach a product, whose gradient would be NaN.
  const centred = build.select(isNotANumber(x), 0, build.sub(withoutNan(x, 0), mean));
  return build.div(reduceOver("sum", build.mul(centred, centred), axes, keepdims), countOf(x, axes, keepdims));
}

/**
 * The variance of what is not NaN. Integers give float32.
 *
 * `x` has any shape; the axes reduced are dropped, or have size 1 with `keepdims`.
 *
 * @example
 * ops.nanvar(tensor([1, NaN, 3])); // 1
 */
export const nanvar: Reduction = op("nanvar", ["x"], (x: TensorLike, options: ReduceOptions = {}) => {
  const value = toFloat(input("nanvar", x));
  return new Tensor(inFloat32(value, (y) => nanVarianceOf(y, axesOf("nanvar", options.axis, value), options.keepdims)));
});

/**
 * The standard deviation of what is not NaN. Integers give float32.
 *
 * `x` has any shape; the axes reduced are dropped, or have size 1 with `keepdims`.
 *
 * @example
 * ops.nanstd(tensor([1, NaN, 3])); // 1
 */
export const nanstd: Reduction = op("nanstd", ["x"], (x: TensorLike, options: ReduceOptions = {}) => {
  const value = toFloat(input("nanstd", x));
  return new Tensor(inFloat32(value, (y) => build.sqrt(nanVarianceOf(y, axesOf("nanstd", options.axis, value), options.keepdims))));
});

/* @__NO_SIDE_EFFECTS__ */
function nanExtreme(name: string, which: "max" | "min"): Reduction {
  return op(name, ["x"], (x: TensorLike, options: ReduceOptions = {}) => {
    const value = input(name, x);
    refuseComplex(name, value.dtype);
    const axes = axesOf(name, options.axis, value);
    if (!isFloating(value.dtype)) return new Tensor(reduceOver(which, value, axes, options.keepdims));
    const result = reduceOver(which, withoutNan(value, which === "max" ? -Infinity : Infinity), axes, options.keepdims);
    const some = reduceOver("max", build.eq(value, value), axes, options.keepdims);
    return new Tensor(build.select(some, result, NaN));
  });
}

/**
 * The largest of what is not NaN; NaN if there is none.
 *
 * `x` has any shape; the axes reduced are dropped, or have size 1 with `keepdims`.
 *
 * @example
 * ops.nanmax(tensor([1, NaN, 3])); // 3
 */
export const nanmax: Reduction = nanExtreme("nanmax", "max");

/**
 * The smallest of what is not NaN; NaN if there is none.
 *
 * `x` has any shape; the axes reduced are dropped, or have size 1 with `keepdims`.
 *
 * @example
 * ops.nanmin(tensor([1, NaN, 3])); // 1
 */
export const nanmin: Reduction = nanExtreme("nanmin", "min");

/* @__NO_SIDE_EFFECTS__ */
function nanArg(name: string, which: "max" | "min"): ArgReduction {
  return op(name, ["x"], (x: TensorLike, options: ArgOptions = {}) => {
    const value = input(name, x);
    const found = argExtreme(name, which, withoutNan(value, which === "max" ? -Infinity : Infinity), options);
    if (!isFloating(value.dtype)) return new Tensor(found);
    const axes = axesOf(name, options.axis ?? null, value);
    return new Tensor(build.select(reduceOver("max", build.eq(value, value), axes, options.keepdims), found, -1));
  });
}

/**
 * The index of the largest of what is not NaN, int32; -1 if there is none.
 *
 * `x` has any shape; the axes reduced are dropped, or have size 1 with `keepdims`.
 *
 * @example
 * ops.nanargmax(tensor([1, NaN, 3])); // 2
 */
export const nanargmax: ArgReduction = nanArg("nanargmax", "max");

/**
 * The index of the smallest of what is not NaN, int32; -1 if there is none.
 *
 * `x` has any shape; the axes reduced are dropped, or have size 1 with `keepdims`.
 *
 * @example
 * ops.nanargmin(tensor([1, NaN, 3])); // 0
 */
export const nanargmin: ArgReduction = nanArg("nanargmin", "min");
