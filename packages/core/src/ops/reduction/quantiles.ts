/** Quantiles: values below which a share of the elements lies. */
import type { DType } from "../../dtypes/dtype.ts";
import { ShapeError, ValueError } from "../../errors.ts";
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import { formatAval } from "../../shapes/format.ts";
import { isTensorBase } from "../../tensor/base.ts";
import type { TensorLike } from "../../tensor/create.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { isNotANumber } from "../elementwise/nonfinite.ts";
import { takeAlong } from "../indexing/take.ts";
import { sortedAlong } from "../sorting/sort.ts";
import { type Axes, axesOf, keptShape, sizeOf } from "../support/axes.ts";
import { describe, input, realFloatInput } from "../support/input.ts";
import { op, type Op } from "../support/op.ts";
import { reduceOver, type ReduceOptions, type Reduction } from "./sums.ts";

/** What lies between two elements: a straight line, one of them, the nearest, or their mean. */
export type QuantileMethod = "linear" | "lower" | "higher" | "nearest" | "midpoint";

/** Options of the quantiles. */
export interface QuantileOptions extends ReduceOptions {
  /** Default "linear". */
  readonly method?: QuantileMethod;
}

/** Axes to reduce put last, as one. */
function lastAsOne(x: Value, axes: readonly number[]): Value {
  const kept = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const moved = build.transpose(x, [...kept, ...axes]);
  return build.reshape(moved, [...kept.map((axis) => x.shape[axis] as number), sizeOf(x.shape, axes)]);
}

/** `x · weight` where that is no 0 · Infinity. */
function weighted(x: Value, weight: Value): Value {
  return build.mul(build.select(build.and(build.eq(weight, 0), build.eq(build.abs(x), Infinity)), 0, x), weight);
}

/**
 * Between sorted neighbours at `place` (0 … last, fractional), along the last axis: [..., m] for places [..., m]. On a line, a place at an
 * element belongs to the interval before it, so that there is a slope by the place, as in Keras.
 */
function interpolated(name: string, sorted: Value, place: Value, last: Value, method: QuantileMethod): Value {
  const axis = sorted.shape.length - 1;
  const pick = (at: Value): Value => takeAlong(sorted, build.cast(at, "int32"), axis);
  const lower = (): Value => pick(build.unary("floor", place));
  const above = build.unary("ceil", place);
  switch (method) {
    case "lower":
      return lower();
    case "higher":
      return pick(above);
    case "nearest":
      return pick(build.round(place));
    case "midpoint":
      return build.mul(build.add(lower(), pick(above)), 0.5);
    case "linear": {
      const low = build.maximum(build.sub(above, 1), 0);
      const high = build.minimum(build.add(low, 1), build.maximum(last, 0));
      const share = build.cast(build.sub(high, place), sorted.dtype);
      return build.add(weighted(pick(high), build.sub(1, share)), weighted(pick(low), share));
    }
    default:
      throw new ValueError(`[${name}] method must be "linear", "lower", "higher", "nearest" or "midpoint": received ${describe(method)}`);
  }
}

/** Quantiles at `q` (of any shape, from 0 to 1, float32 or wider): q's axes come first. */
function quantilesOf(name: string, x: Value, q: Value, options: QuantileOptions, skipNan: boolean): Value {
  const axes = axesOf(name, options.axis, x);
  if (sizeOf(x.shape, axes) === 0 && skipNan) {
    const shape = options.keepdims === true ? keptShape(x.shape, axes) : x.shape.filter((_, axis) => !axes.includes(axis));
    return build.full([...q.shape, ...shape], NaN, x.dtype);
  }
  if (sizeOf(x.shape, axes) === 0) throw new ShapeError(`[${name}] nothing has no quantiles: received ${formatAval(x)}`);
  const rows = lastAsOne(x, axes);
  const axis = rows.shape.length - 1;
  const sorted = sortedAlong(rows, axis);
  const shares = build.reshape(q, [...new Array<number>(axis).fill(1), q.shape.reduce((product, dim) => product * dim, 1)]);
  const number = build.eq(rows, rows);
  // NaN sorts last, so what is left of it comes first. Half precision cannot count far.
  const count = skipNan
    ? reduceOver("sum", build.cast(number, q.dtype), [axis], true)
    : build.constant(rows.shape[axis] as number, q.dtype);
  const last = build.sub(count, 1);
  const place = build.maximum(build.mul(last, shares), 0);
  const found = interpolated(name, sorted, place, last, options.method ?? "linear");
  const spoiled = skipNan ? build.eq(count, 0) : reduceOver("max", isNotANumber(rows), [axis], true);
  const result = build.select(spoiled, NaN, found);
  const shape = options.keepdims === true ? keptShape(x.shape, axes) : result.shape.slice(0, -1);
  const first = build.transpose(result, [axis, ...Array.from({ length: axis }, (_, i) => i)]);
  return build.reshape(first, [...q.shape, ...shape]);
}

/** What places among elements of `x` are computed in. */
const placeType = (x: Value): DType => (x.dtype === "float64" ? "float64" : "float32");

type QuantileOp = Op<[x: TensorLike, q: TensorLike, options?: QuantileOptions]>;

/* @__NO_SIDE_EFFECTS__ */
function quantileOp(name: string, percent: boolean, skipNan: boolean): QuantileOp {
  return op(name, ["x", "q"], (x: TensorLike, q: TensorLike, options: QuantileOptions = {}) => {
    const value = realFloatInput(name, x);
    const work = placeType(value);
    const shares = build.cast(isTensorBase(q) ? q.value : input(name, q, "q", work), work);
    const isOutside = (share: unknown): boolean => typeof share === "number" && !(share >= 0 && share <= (percent ? 100 : 1));
    if (([q] as unknown[]).flat(8).some(isOutside))
      throw new ValueError(`[${name}] q must be from 0 to ${percent ? 100 : 1}: received ${describe(q)}`);
    return new Tensor(quantilesOf(name, value, percent ? build.div(shares, 100) : shares, options, skipNan));
  });
}

/**
 * The value below which a share `q` (from 0 to 1) of the elements lies: a scalar for all elements, with a `q` of shape [...q] one result each
 * along new first axes, [...q, ...]. NaN if an element is. Integers give float32.
 *
 * @throws ValueError when `q` is out of range, or the method does not exist; ShapeError when an axis is empty, out of range or
 * given twice; DTypeError for complex numbers.
 *
 * @example
 * ops.quantile(tensor([1, 2, 3, 4]), 0.5); // 2.5
 */
export const quantile: QuantileOp = quantileOp("quantile", false, false);

/**
 * {@link quantile} with `q` in percent, and the same shapes.
 *
 * @throws ValueError when `q` is out of range, or the method does not exist; ShapeError when an axis is empty, out of range or
 * given twice; DTypeError for complex numbers.
 *
 * @example
 * ops.percentile(tensor([1, 2, 3, 4]), 25); // 1.75
 */
export const percentile: QuantileOp = quantileOp("percentile", true, false);

/**
 * {@link quantile} of what is not NaN, with the same shapes; NaN where nothing is left.
 *
 * @throws ValueError when `q` is out of range, or the method does not exist; ShapeError when an axis is out of range or given
 * twice; DTypeError for complex numbers.
 *
 * @example
 * ops.nanquantile(tensor([1, NaN, 3]), 0.5); // 2
 */
export const nanquantile: QuantileOp = quantileOp("nanquantile", false, true);

/**
 * {@link percentile} of what is not NaN, with the same shapes; NaN where nothing is left.
 *
 * @throws ValueError when `q` is out of range, or the method does not exist; ShapeError when an axis is out of range or given
 * twice; DTypeError for complex numbers.
 *
 * @example
 * ops.nanpercentile(tensor([1, NaN, 3]), 50); // 2
 */
export const nanpercentile: QuantileOp = quantileOp("nanpercentile", true, true);

/* @__NO_SIDE_EFFECTS__ */
function medianOp(name: string, skipNan: boolean): Reduction {
  return op(name, ["x"], (x: TensorLike, options: { readonly axis?: Axes; readonly keepdims?: boolean } = {}) => {
    const value = realFloatInput(name, x);
    return new Tensor(quantilesOf(name, value, build.constant(0.5, placeType(value)), options, skipNan));
  });
}

/**
 * The middle element, or the mean of the two in the middle. NaN if one is NaN. Integers give float32.
 *
 * `x` has any shape; the axes reduced are dropped, or have size 1 with `keepdims`.
 *
 * @throws ShapeError when an axis is empty, out of range or given twice; DTypeError for complex numbers.
 *
 * @example
 * ops.median(tensor([3, 1, 2])); // 2
 */
export const median: Reduction = medianOp("median", false);

/**
 * {@link median} of what is not NaN; NaN where nothing is left.
 *
 * `x` has any shape; the axes reduced are dropped, or have size 1 with `keepdims`.
 *
 * @throws ShapeError when an axis is out of range or given twice; DTypeError for complex numbers.
 *
 * @example
 * ops.nanmedian(tensor([3, NaN, 2])); // 2.5
 */
export const nanmedian: Reduction = medianOp("nanmedian", true);
