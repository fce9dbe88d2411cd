/** Sums, products and means. */
import { type DType, isFloating } from "../../dtypes/dtype.ts";
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import type { ReduceOp } from "../../primitives/params.ts";
import type { TensorLike } from "../../tensor/create.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { compositeOf } from "../composite.ts";
import { type Axes, axesOf, keptShape, sizeOf } from "../support/axes.ts";
import { dtypeOption, inFloat32, input, operands, toFloat } from "../support/input.ts";
import { op, type Op } from "../support/op.ts";

/** What a reduction runs over, and whether the reduced axes stay. */
export interface ReduceOptions {
  /** One axis, several, or null (default) for all. Negative axes count from the end. */
  readonly axis?: Axes;
  /** Keep the reduced axes with size 1. Default false. */
  readonly keepdims?: boolean;
}

/** A reduction along axes. */
export type Reduction = Op<[x: TensorLike, options?: ReduceOptions]>;

/** A reduction whose reduced axes are dropped or kept. */
export function reduceOver(reduceOp: ReduceOp, x: Value, axes: readonly number[], keepdims = false): Value {
  const result = build.reduce(reduceOp, x, axes);
  return keepdims ? build.reshape(result, keptShape(x.shape, axes)) : result;
}

/** Narrow integers are summed as 32-bit ones, as JAX does. */
export function accumulated(x: Value): Value {
  if (x.dtype === "bool" || x.dtype === "int8") return build.cast(x, "int32");
  return x.dtype === "uint8" ? build.cast(x, "uint32") : x;
}

/**
 * The sum. bool and int8 are summed as int32, uint8 as uint32; the sum of nothing is 0.
 *
 * `x` has any shape; the axes reduced are dropped, or have size 1 with `keepdims`.
 *
 * @throws ShapeError when an axis is out of range or given twice.
 *
 * @example
 * ops.sum(tensor([[1, 2], [3, 4]]), { axis: 1 }) // [3, 7]
 */
export const sum: Reduction = op("sum", ["x"], (x: TensorLike, options: ReduceOptions = {}) => {
  const value = accumulated(input("sum", x));
  return new Tensor(reduceOver("sum", value, axesOf("sum", options.axis, value), options.keepdims));
});

/**
 * The product; that of nothing is 1.
 *
 * `x` has any shape; the axes reduced are dropped, or have size 1 with `keepdims`.
 *
 * @param options `dtype`: to multiply in; by default narrow integers are widened as in {@link sum}.
 *
 * @example
 * ops.prod(tensor([[1, 2], [3, 4]]), { axis: 1 }); // [2, 12]
 */
export const prod: Op<[x: TensorLike, options?: ReduceOptions & { readonly dtype?: DType }]> = op(
  "prod",
  ["x"],
  (x: TensorLike, options: ReduceOptions & { readonly dtype?: DType } = {}) => {
    const value = accumulated(input("prod", x));
    const wide = build.cast(value, dtypeOption("prod", options.dtype, value.dtype));
    const axes = axesOf("prod", options.axis, wide);
    return new Tensor(reduceOver(wide.dtype === "bool" ? "min" : "prod", wide, axes, options.keepdims));
  },
);

/** The mean of a floating value; half precision is summed in float32. */
export function meanOf(x: Value, axes: readonly number[], keepdims = false): Value {
  return inFloat32(x, (y) => build.div(reduceOver("sum", y, axes, keepdims), sizeOf(x.shape, axes)));
}

/**
 * The arithmetic mean. Integers give float32; the mean of nothing is NaN.
 *
 * `x` has any shape; the axes reduced are dropped, or have size 1 with `keepdims`.
 *
 * @example
 * ops.mean(tensor([[1, 2], [3, 4]]), { axis: 0 }); // [2, 3]
 */
export const mean: Reduction = op("mean", ["x"], (x: TensorLike, options: ReduceOptions = {}) => {
  const value = toFloat(input("mean", x));
  return new Tensor(meanOf(value, axesOf("mean", options.axis, value), options.keepdims));
});

/** The sum over `axes`, which stay with size 1, divided by their size. */
function keptMean(x: Value, axes: readonly number[]): Value {
  return build.div(reduceOver("sum", x, axes, true), sizeOf(x.shape, axes));
}

const momentsComposite = compositeOf<{ readonly axes: readonly number[] }>(
  "moments",
  ([x], { axes }) => {
    const mean = keptMean(x as Value, axes);
    const centred = build.sub(x as Value, mean);
    return [mean, keptMean(build.mul(centred, centred), axes)];
  },
  // The variance does not change with the mean (its derivative is 0 there), so no sum over the centred elements is needed.
  ({ inputs: [x], outputs: [mean], cotangents: [ofMean, ofVariance] }, { axes }) => {
    const value = x as Value;
    const share = 1 / sizeOf(value.shape, axes);
    const direct = ofMean ? build.broadcast(build.mul(ofMean, share), value.shape) : null;
    if (!ofVariance) return [direct];
    const spread = build.mul(build.sub(value, mean as Value), build.mul(ofVariance, 2 * share));
    return [direct === null ? spread : build.add(spread, direct)];
  },
);

/** Mean and variance (divisor n) of a real floating value, the axes kept with size 1. Give half precision as float32. */
export function momentsOf(x: Value, axes: readonly number[]): readonly [mean: Value, variance: Value] {
  return momentsComposite([x], { axes }) as unknown as [Value, Value];
}

/** The mean of the squared distances from the mean (divisor n), complex ones by their modulus. */
function varianceOf(x: Value, axes: readonly number[], keepdims = false): Value {
  return inFloat32(x, (y) => {
    let variance: Value;
    if (isFloating(y.dtype)) {
      variance = momentsOf(y, axes)[1];
    } else {
      const centred = build.sub(y, keptMean(y, axes));
      variance = keptMean(build.real(build.mul(centred, build.conj(centred))), axes);
    }
    return keepdims ? variance : dropAxes(variance, axes);
  });
}

/** Without axes of size 1 that a reduction kept. */
export function dropAxes(x: Value, axes: readonly number[]): Value {
  return build.reshape(
    x,
    x.shape.filter((_, axis) => !axes.includes(axis)),
  );
}

/**
 * The variance: mean squared distance from the mean (divisor n). Integers give float32.
 *
 * `x` has any shape; the axes reduced are dropped, or have size 1 with `keepdims`.
 *
 * @example
 * ops.var(tensor([1, 3])); // 1
 */
export const variance: Reduction = op("var", ["x"], (x: TensorLike, options: ReduceOptions = {}) => {
  const value = toFloat(input("var", x));
  return new Tensor(varianceOf(value, axesOf("var", options.axis, value), options.keepdims));
});

/**
 * The standard deviation: root of the {@link variance}. Integers give float32.
 *
 * `x` has any shape; the axes reduced are dropped, or have size 1 with `keepdims`.
 *
 * @example
 * ops.std(tensor([1, 3])); // 1
 */
export const std: Reduction = op("std", ["x"], (x: TensorLike, options: ReduceOptions = {}) => {
  const value = toFloat(input("std", x));
  return new Tensor(build.sqrt(varianceOf(value, axesOf("std", options.axis, value), options.keepdims)));
});

/**
 * The mean weighted by `weights`, which have x's shape or, with one axis, that axis' length.
 *
 * The axes averaged over are dropped: all of them by default, which gives a scalar.
 *
 * @param options `axis` (default all), `weights` (default all equal).
 *
 * @throws ShapeError when the weights do not fit, or an axis is out of range.
 *
 * @example
 * ops.average(tensor([1, 2, 3]), { weights: tensor([1, 1, 2]) }); // 2.25
 */
export const average: Op<[x: TensorLike, options?: { readonly axis?: Axes; readonly weights?: TensorLike | null }]> = op(
  "average",
  ["x"],
  (x: TensorLike, options: { readonly axis?: Axes; readonly weights?: TensorLike | null } = {}) => {
    if (options.weights === undefined || options.weights === null) {
      const value = toFloat(input("average", x));
      return new Tensor(meanOf(value, axesOf("average", options.axis, value)));
    }
    const [value, given] = operands("average", [x, options.weights], ["x", "weights"]).map(toFloat) as [Value, Value];
    const axes = axesOf("average", options.axis, value);
    const aligned =
      given.shape.length === 1 && value.shape.length > 1 && axes.length === 1
        ? build.reshape(
            given,
            value.shape.map((_, i) => (i === axes[0] ? (given.shape[0] as number) : 1)),
          )
        : given;
    const weights = build.broadcast(aligned, value.shape);
    return new Tensor(build.div(build.sum(build.mul(value, weights), axes), build.sum(weights, axes)));
  },
);

/**
 * How many elements are not 0, int32.
 *
 * The axes counted over are dropped: all of them by default, which gives a scalar.
 *
 * @throws ShapeError when an axis is out of range or given twice.
 *
 * @example
 * ops.countNonzero(tensor([0, 1, 2])); // 2
 */
export const countNonzero: Op<[x: TensorLike, options?: { readonly axis?: Axes }]> = op(
  "count_nonzero",
  ["x"],
  (x: TensorLike, options: { readonly axis?: Axes } = {}) => {
    const value = build.cast(input("count_nonzero", x), "bool");
    return new Tensor(build.sum(build.cast(value, "int32"), axesOf("count_nonzero", options.axis, value)));
  },
);
