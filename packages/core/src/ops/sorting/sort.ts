/** Orders. Sorting is stable; NaN comes last. */
import type { Value } from "../../graph/value.ts";
import { ShapeError } from "../../errors.ts";
import * as build from "../../primitives/build.ts";
import { formatAval } from "../../shapes/format.ts";
import type { TensorLike } from "../../tensor/create.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { isFloating } from "../../dtypes/dtype.ts";
import { refuseComplex } from "../elementwise/factories.ts";
import { isNotANumber } from "../elementwise/nonfinite.ts";
import { takeAlong } from "../indexing/take.ts";
import { flattened } from "../shape/reshape.ts";
import { sliceAxis } from "../shape/split.ts";
import { axisOf } from "../support/axes.ts";
import { indexInput, input, integerInput } from "../support/input.ts";
import { op, type Op } from "../support/op.ts";

/** One axis; null for the flattened tensor. */
export interface SortOptions {
  /** Default -1. */
  readonly axis?: number | null;
}

/** The value to sort and the axis to sort along. */
function sortable(name: string, x: TensorLike, options: SortOptions): { value: Value; axis: number } {
  const given = input(name, x);
  refuseComplex(name, given.dtype);
  if (options.axis === null) return { value: flattened(given), axis: 0 };
  return { value: given, axis: axisOf(name, options.axis ?? -1, given) };
}

/** Sorted along an axis. */
export function sortedAlong(x: Value, axis: number): Value {
  const order = build.argsort(x, axis);
  return x.shape.length === 1 ? build.gather(x, order, 0) : takeAlong(x, order, axis);
}

/**
 * `x` sorted from small to large along `axis` (default -1).
 *
 * The result has the shape of `x`, or is [n], flattened, with `axis` null. NaN comes last.
 *
 * @throws ShapeError for an axis out of range; DTypeError for complex numbers.
 *
 * @example
 * ops.sort(tensor([3, 1, 2])); // [1, 2, 3]
 */
export const sort: Op<[x: TensorLike, options?: SortOptions]> = op("sort", ["x"], (x: TensorLike, options: SortOptions = {}) => {
  const { value, axis } = sortable("sort", x, options);
  return new Tensor(sortedAlong(value, axis));
});

/**
 * The indices that sort `x` along `axis` (default -1), int32; equal elements keep their order.
 *
 * The result has the shape of `x`, or is [n], flattened, with `axis` null.
 *
 * @throws ShapeError for an axis out of range; DTypeError for complex numbers.
 *
 * @example
 * ops.argsort(tensor([3, 1, 2])); // [1, 2, 0]
 */
export const argsort: Op<[x: TensorLike, options?: SortOptions]> = op("argsort", ["x"], (x: TensorLike, options: SortOptions = {}) => {
  // The one index of a scalar, as in NumPy.
  const { value, axis } = sortable("argsort", x, input("argsort", x).shape.length === 0 ? { axis: null } : options);
  return new Tensor(build.argsort(value, axis));
});

/**
 * Indices, int32, of the elements up to the `kth` smallest in their order, and then of the others in theirs: the shape of `x`, or [n]
 * flattened with `axis` null: the order that JAX gives. A negative kth counts from the end.
 *
 * @throws ShapeError when `kth` or the axis is out of range.
 *
 * @example
 * ops.argpartition(tensor([5, 1, 4, 2]), 1); // [1, 3, 0, 2]
 */
export const argpartition: Op<[x: TensorLike, kth: number, options?: SortOptions]> = op(
  "argpartition",
  ["x", "kth"],
  (x: TensorLike, kth: number, options: SortOptions = {}) => {
    const { value, axis } = sortable("argpartition", x, options);
    const size = value.shape[axis] as number;
    const place = axisOf("argpartition", kth, { dtype: value.dtype, shape: new Array<number>(size).fill(1) }, "kth");
    const rank = build.argsort(build.argsort(value, axis), axis);
    const behind = build.add(build.iota(value.shape, axis), size);
    return new Tensor(build.argsort(build.select(build.le(rank, place), rank, behind), axis));
  },
);

/** Values and indices of the k largest elements of each row. */
function topKOf(name: string, x: Value, k: number): [Value, Value] {
  const rank = x.shape.length;
  if (rank === 0) throw new ShapeError(`[${name}] a scalar has no elements to choose from`);
  const size = x.shape[rank - 1] as number;
  if (integerInput(name, k, "k", 0) > size)
    throw new ShapeError(`[${name}] k is larger than the last axis: ${k} > ${size} of ${formatAval(x)}`);
  const indices = sliceAxis(build.argsort(x, rank - 1, true), rank - 1, 0, k);
  return [rank === 1 ? build.gather(x, indices, 0) : takeAlong(x, indices, rank - 1), indices];
}

/**
 * The `k` largest elements along the last axis, largest first, and their indices: [values, indices], the indices int32.
 * Of equal elements the first comes first.
 * @throws ShapeError when there are fewer than k.
 *
 * @example
 * ops.topK(tensor([3, 1, 2]), 2); // [[3, 2], [0, 2]]
 */
export const topK: Op<[x: TensorLike, k: number, options?: { readonly sorted?: boolean }], [Tensor, Tensor]> = op(
  "top_k",
  ["x", "k"],
  (x: TensorLike, k: number): [Tensor, Tensor] => {
    const value = input("top_k", x);
    refuseComplex("top_k", value.dtype);
    const [values, indices] = topKOf("top_k", value, k);
    return [new Tensor(values), new Tensor(indices)];
  },
);

/**
 * Whether each target is among the k classes of largest prediction: targets [batch], predictions [batch, classes] → bool [batch].
 *
 * @example
 * ops.inTopK(tensor([1], { dtype: "int32" }), tensor([[0.1, 0.6, 0.3]]), 1); // [true]
 */
export const inTopK: Op<[targets: TensorLike, predictions: TensorLike, k: number]> = op(
  "in_top_k",
  ["targets", "predictions", "k"],
  (targets: TensorLike, predictions: TensorLike, k: number) => {
    const labels = indexInput("in_top_k", targets, "targets");
    const scores = input("in_top_k", predictions, "predictions");
    const rank = scores.shape.length;
    const classes = scores.shape[rank - 1] as number;
    const mask = build.eq(build.reshape(labels, [...labels.shape, 1]), build.iota([classes], 0));
    const own = build.sum(build.select(mask, scores, 0), [rank - 1]);
    // Ties with the target's own score do not count against it.
    const better = build.lt(build.reshape(own, [...own.shape, 1]), scores);
    const count = build.sum(build.cast(better, "int32"), [rank - 1]);
    const valid = build.and(build.lt(build.abs(own), Infinity), build.reduce("max", mask, [rank - 1]));
    return new Tensor(build.and(valid, build.lt(count, integerInput("in_top_k", k, "k", 0))));
  },
);

/** Positions that keep a sorted vector sorted when `values` are inserted: before (left) or after (right) equal elements. int32. */
export function insertionPoints(sorted: Value, values: Value, side: "left" | "right"): Value {
  const column = build.reshape(values, [...values.shape, 1]);
  const smaller = side === "left" ? build.lt(sorted, column) : build.le(sorted, column);
  // NaN is sorted as the largest.
  const isLast = side === "left" ? build.and(isNotANumber(column), build.eq(sorted, sorted)) : isNotANumber(column);
  const before = isFloating(sorted.dtype) ? build.or(smaller, isLast) : smaller;
  return build.sum(build.cast(before, "int32"), [values.shape.length]);
}
