/** Quantiles: values below which a share of the elements lies. */
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

/** Between sorted neighbours at `place` (0 … count - 1, fractional), along the last axis: [..., m] for places [..., m]. */
function interpolated(name: string, sorted: Value, place: Value, method: QuantileMethod): Value {
  const axis = sorted.shape.length - 1;
  const low = build.unary("floor", place);
  const pick = (at: Value): Value => takeAlong(sorted, build.cast(at, "int32"), axis);
  const lower = (): Value => pick(low);
  const higher = (): Value => pick(build.unary("ceil", place));
  switch (method) {
    case "lower":
      return lower();
    case "higher":
      return higher();
    case "nearest":
      return pick(build.round(place));
    case "midpoint":
      return build.mul(build.add(lower(), higher()), 0.5);
    case "linear": {
      const share = build.sub(place, low);
      return build.add(build.mul(lower(), build.sub(1, share)), build.mul(higher(), share));
    }
    default:
      throw new ValueError(`[${name}] method must be "linear", "lower", "higher", "nearest" or "midpoint": received ${describe(method)}`);
  }
}

/** Quantiles at `q` (a scalar or a vector, from 0 to 1): q's axis comes first. */
function quantilesOf(name: string, x: Value, q: Value, options: QuantileOptions, skipNan: boolean): Value {
  const axes = axesOf(name, options.axis, x);
  if (sizeOf(x.shape, axes) === 0) throw new ShapeError(`[${name}] nothing has no quantiles: received ${formatAval(x)}`);
  const rows = lastAsOne(x, axes);
  const axis = rows.shape.length - 1;
  const sorted = sortedAlong(rows, axis);
  const shares = build.reshape(q, [...new Array<number>(axis).fill(1), q.shape.reduce((product, dim) => product * dim, 1)]);
  const number = build.eq(rows, rows);
  // NaN sorts last, so what is left of it comes first.
  const count = skipNan
    ? reduceOver("sum", build.cast(number, x.dtype), [axis], true)
    : build.constant(rows.shape[axis] as number, x.dtype);
  const place = build.maximum(build.mul(build.sub(count, 1), shares), 0);
  const found = interpolated(name, sorted, place, options.method ?? "linear");
  const spoiled = skipNan ? build.eq(count, 0) : reduceOver("max", isNotANumber(rows), [axis], true);
  const result = build.select(spoiled, NaN, found);
  const shape = options.keepdims === true ? keptShape(x.shape, axes) : result.shape.slice(0, -1);
  if (q.shape.length === 0) return build.reshape(result, shape);
  const first = build.transpose(result, [axis, ...Array.from({ length: axis }, (_, i) => i)]);
  return build.reshape(first, [...q.shape, ...shape]);
}

type QuantileOp = Op<[x: TensorLike, q: TensorLike, options?: QuantileOptions]>;

/* @__NO_SIDE_EFFECTS__ */
function quantileOp(name: string, scale: number, skipNan: boolean): QuantileOp {
  return op(name, ["x", "q"], (x: TensorLike, q: TensorLike, options: QuantileOptions = {}) => {
    const value = realFloatInput(name, x);
    const shares = build.cast(isTensorBase(q) ? q.value : input(name, q, "q", value.dtype), value.dtype);
    if (shares.shape.length > 1) throw new ValueError(`[${name}] q must be a number or a vector: received rank ${shares.shape.length}`);
    const isOutside = (share: unknown): boolean => typeof share === "number" && !(share >= 0 && share * scale <= 1);
    if ([q].flat().some(isOutside)) throw new ValueError(`[${name}] q must be from 0 to ${1 / scale}: received ${describe(q)}`);
    return new Tensor(quantilesOf(name, value, scale === 1 ? shares : build.mul(shares, scale), options, skipNan));
  });
}

/**
 * The value below which a share `q` (from 0 to 1) of the elements lies: a scalar for all elements, with a vector `q` [n] one result each
 * along a new first axis, [n, ...]. NaN if an element is. Integers give float32.
 *
 * @throws ValueError when `q` has more than one axis or is out of range, or the method does not exist; ShapeError when an axis is empty, out of range or
 * given twice; DTypeError for complex numbers.
 *
 * @example
 * ops.quantile(tensor([1, 2, 3, 4]), 0.5); // 2.5
 */
export const quantile: QuantileOp = quantileOp("quantile", 1, false);

/**
 * {@link quantile} with `q` in percent, and the same shapes.
 *
 * @throws ValueError when `q` has more than one axis or is out of range, or the method does not exist; ShapeError when an axis is empty, out of range or
 * given twice; DTypeError for complex numbers.
 *
 * @example
 * ops.percentile(tensor([1, 2, 3, 4]), 25); // 1.75
 */
export const percentile: QuantileOp = quantileOp("percentile", 0.01, false);

/**
 * {@link quantile} of what is not NaN, with the same shapes.
 *
 * @throws ValueError when `q` has more than one axis or is out of range, or the method does not exist; ShapeError when an axis is empty, out of range or
 * given twice; DTypeError for complex numbers.
 *
 * @example
 * ops.nanquantile(tensor([1, NaN, 3]), 0.5); // 2
 */
export const nanquantile: QuantileOp = quantileOp("nanquantile", 1, true);

/**
 * {@link percentile} of what is not NaN, with the same shapes.
 *
 * @throws ValueError when `q` has more than one axis or is out of range, or the method does not exist; ShapeError when an axis is empty, out of range or
 * given twice; DTypeError for complex numbers.
 *
 * @example
 * ops.nanpercentile(tensor([1, NaN, 3]), 50); // 2
 */
export const nanpercentile: QuantileOp = quantileOp("nanpercentile", 0.01, true);

/* @__NO_SIDE_EFFECTS__ */
function medianOp(name: string, skipNan: boolean): Reduction {
  return op(name, ["x"], (x: TensorLike, options: { readonly axis?: Axes; readonly keepdims?: boolean } = {}) => {
    const value = realFloatInput(name, x);
    return new Tensor(quantilesOf(name, value, build.constant(0.5, value.dtype), options, skipNan));
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
 * {@link median} of what is not NaN.
 *
 * `x` has any shape; the axes reduced are dropped, or have size 1 with `keepdims`.
 *
 * @throws ShapeError when an axis is empty, out of range or given twice; DTypeError for complex numbers.
 *
 * @example
 * ops.nanmedian(tensor([3, NaN, 2])); // 2.5
 */
export const nanmedian: Reduction = medianOp("nanmedian", true);
