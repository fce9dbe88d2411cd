/** Searching sorted vectors, and counting into bins. */
import { isFloating } from "../../dtypes/dtype.ts";
import { ShapeError, ValueError } from "../../errors.ts";
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import { formatAval } from "../../shapes/format.ts";
import type { TensorLike } from "../../tensor/create.ts";
import { isTensorBase } from "../../tensor/base.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { flattened } from "../shape/reshape.ts";
import { classInput, describe, input, integerInput, pair, toFloat } from "../support/input.ts";
import { op, type Op } from "../support/op.ts";
import { isTraced, numberNow } from "../support/read-now.ts";
import { insertionPoints } from "./sort.ts";

/**
 * Where `values` would be inserted into a sorted vector [n] to keep it sorted: int32, of the shape of `values`. NaN counts as largest.
 *
 * @param options `side`: "left" (default) before equal elements, "right" after them.
 *
 * @throws ShapeError when `sortedSequence` is no vector; ValueError for another `side`.
 *
 * @example
 * ops.searchsorted(tensor([1, 3, 5]), tensor([2, 5])); // [1, 2]
 */
export const searchsorted: Op<[sortedSequence: TensorLike, values: TensorLike, options?: { readonly side?: "left" | "right" }]> = op(
  "searchsorted",
  ["sortedSequence", "values"],
  (sortedSequence: TensorLike, values: TensorLike, options: { readonly side?: "left" | "right" } = {}) => {
    const [sorted, points] = pair("searchsorted", sortedSequence, values);
    if (sorted.shape.length !== 1) throw new ShapeError(`[searchsorted] sortedSequence must be a vector: received ${formatAval(sorted)}`);
    const { side = "left" } = options;
    if (side !== "left" && side !== "right")
      throw new ValueError(`[searchsorted] side must be "left" or "right": received ${describe(side)}`);
    return new Tensor(insertionPoints(sorted, points, side));
  },
);

/**
 * The bin of each element, int32: i where bins[i - 1] ≤ x < bins[i].
 *
 * @throws ShapeError when `bins` is no vector.
 *
 * @example
 * ops.digitize(tensor([0.5, 2.5]), [1, 2, 3]); // [0, 2]
 */
export const digitize: Op<[x: TensorLike, bins: TensorLike]> = op("digitize", ["x", "bins"], (x: TensorLike, bins: TensorLike) => {
  const [points, edges] = pair("digitize", x, bins);
  if (edges.shape.length !== 1) throw new ShapeError(`[digitize] bins must be a vector: received ${formatAval(edges)}`);
  return new Tensor(insertionPoints(edges, points, "right"));
});

/** Options of {@link bincount}. */
export interface BincountOptions {
  /** What each element counts; x's shape. Default null: one. */
  readonly weights?: TensorLike | null;
  /** The result has at least this many bins. Default 0. */
  readonly minlength?: number;
  /** Kept for Keras; the result is always dense. */
  readonly sparse?: boolean;
}

/**
 * How often each whole number occurs: [n] or [batch, n] → [bins] or [batch, bins], int32, or with weights the common dtype of both. There are as many bins as
 * the largest number needs, at least `minlength`; while tracing exactly `minlength`, since a shape cannot depend on data.
 *
 * @throws ShapeError unless `x` has one or two axes; DTypeError when it holds complex numbers; ValueError when `minlength` is no integer of
 * at least 0.
 *
 * @example
 * ops.bincount(tensor([0, 1, 1, 3], { dtype: "int32" })); // [1, 2, 0, 1]
 */
export const bincount: Op<[x: TensorLike, options?: BincountOptions]> = op(
  "bincount",
  ["x"],
  (x: TensorLike, options: BincountOptions = {}) => {
    const value = classInput("bincount", x, "x");
    if (value.shape.length === 0 || value.shape.length > 2)
      throw new ShapeError(`[bincount] x must be a vector or a matrix: received ${formatAval(value)}`);
    const least = integerInput("bincount", options.minlength ?? 0, "minlength", 0);
    const bins = Math.max(least, largestOf(value) + 1);
    const { weights } = options;
    const given = weights !== undefined && weights !== null ? pair("bincount", isTensorBase(x) ? x : new Tensor(value), weights)[1] : null;
    const axis = value.shape.length - 1;
    const mask = build.eq(build.reshape(value, [...value.shape, 1]), build.iota([bins], 0));
    if (given === null) return new Tensor(build.sum(build.cast(mask, "int32"), [axis]));
    const counted = given.dtype === "bool" ? build.cast(given, "int32") : given;
    const sums = build.sum(build.select(mask, build.reshape(counted, [...counted.shape, 1]), build.constant(0, counted.dtype)), [axis]);
    return new Tensor(build.cast(sums, given.dtype));
  },
);

/** The largest element where it can be known now, else -1. */
function largestOf(x: Value): number {
  if (isTraced(x) || x.shape.includes(0) || x.shape.some(Number.isNaN)) return -1;
  const largest = build.reduce(
    "max",
    x,
    x.shape.map((_, i) => i),
  );
  return numberNow("bincount", largest, "call it inside compile, where there are minlength bins");
}

/** Options of {@link histogram}. */
export interface HistogramOptions {
  /** Number of bins of equal width. Default 10. */
  readonly bins?: number;
  /** The ends of the first and the last bin. Default: smallest and largest element. */
  readonly range?: readonly [number, number] | null;
}

/**
 * Counts in bins of equal width, and the bins' edges: [counts [bins], edges [bins + 1]], both in
 * x's dtype (integers give float32). The last bin includes its upper edge.
 *
 * @throws ValueError when `bins` is no integer of at least 1 or `range` not [low, high] with low < high.
 *
 * @example
 * ops.histogram(tensor([1, 2, 2, 4]), { bins: 3 }); // [[1, 2, 1], [1, 2, 3, 4]]
 */
export const histogram: Op<[x: TensorLike, options?: HistogramOptions], [Tensor, Tensor]> = op(
  "histogram",
  ["x"],
  (x: TensorLike, options: HistogramOptions = {}): [Tensor, Tensor] => {
    const given = input("histogram", x);
    const value = flattened(isFloating(given.dtype) ? given : toFloat(given));
    const bins = integerInput("histogram", options.bins ?? 10, "bins", 1);
    const { range } = options;
    if (range !== undefined && range !== null && (!Array.isArray(range) || range.length !== 2 || !(range[0] < range[1]))) {
      throw new ValueError(`[histogram] range must be [low, high] with low < high: received ${describe(range)}`);
    }
    const end = (which: "max" | "min", fixed: number | undefined): Value =>
      fixed === undefined ? build.reduce(which, value, [0]) : build.constant(fixed, value.dtype);
    const low = end("min", range?.[0]);
    const high = end("max", range?.[1]);
    // All elements equal: a bin of width 1 around them, as NumPy does.
    const same = build.eq(low, high);
    const [first, last] = [build.select(same, build.sub(low, 0.5), low), build.select(same, build.add(high, 0.5), high)];
    const width = build.div(build.sub(last, first), bins);
    const edges = build.add(build.mul(build.iota([bins + 1], 0, value.dtype), width), first);
    const exact = build.select(build.eq(build.iota([bins + 1], 0), bins), last, edges);
    const below = insertionPoints(build.slice(exact, [1], [bins]), value, "right");
    const inside = build.and(build.le(first, value), build.le(value, last));
    const mask = build.and(
      build.eq(build.reshape(below, [...below.shape, 1]), build.iota([bins], 0)),
      build.reshape(inside, [...inside.shape, 1]),
    );
    return [new Tensor(build.sum(build.cast(mask, value.dtype), [0])), new Tensor(exact)];
  },
);

/** Options of {@link isin}. */
export interface IsinOptions {
  /** Kept for NumPy; makes no difference. */
  readonly assumeUnique?: boolean;
  /** True where an element is not in `x2`. Default false. */
  readonly invert?: boolean;
}

/**
 * True where an element of `x1` is one of `x2`: bool of x1's shape, whatever it is. `x2` is flattened.
 *
 * @example
 * ops.isin(tensor([1, 2, 3]), tensor([2, 5])); // [false, true, false]
 */
export const isin: Op<[x1: TensorLike, x2: TensorLike, options?: IsinOptions]> = op(
  "isin",
  ["x1", "x2"],
  (x1: TensorLike, x2: TensorLike, options: IsinOptions = {}) => {
    const [a, b] = pair("isin", x1, x2);
    const same = build.eq(build.reshape(a, [...a.shape, 1]), flattened(b));
    const found = build.reduce("max", same, [a.shape.length]);
    return new Tensor(options.invert === true ? build.not(found) : found);
  },
);
