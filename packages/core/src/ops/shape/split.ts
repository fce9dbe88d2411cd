/** One tensor cut into several. */
import { ShapeError, ValueError } from "../../errors.ts";
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import { formatAval } from "../../shapes/format.ts";
import type { TensorLike } from "../../tensor/create.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { axisOf } from "../support/axes.ts";
import { describe, input, integerInput } from "../support/input.ts";
import { op, type Op } from "../support/op.ts";

/** From `start` to `limit` along one axis, of `step` elements one. */
export function sliceAxis(x: Value, axis: number, start: number, limit: number, step = 1): Value {
  return build.slice(
    x,
    x.shape.map((_, i) => (i === axis ? start : 0)),
    x.shape.map((dim, i) => (i === axis ? limit : dim)),
    x.shape.map((_, i) => (i === axis ? step : 1)),
  );
}

/** Cut at these places: [0, a), [a, b), … [last, size). Places beyond the size give empty parts; negative ones count from the end. */
function cutAt(x: Value, axis: number, places: readonly number[]): Tensor[] {
  const size = x.shape[axis] as number;
  const limited = places.map((place) => Math.min(Math.max(place < 0 ? place + size : place, 0), size));
  const starts = [0, ...limited];
  const limits = [...limited, size];
  return starts.map((start, i) => new Tensor(sliceAxis(x, axis, start, Math.max(limits[i] as number, start))));
}

function splitOf(name: string, x: Value, sections: number | readonly number[], axis: number, equal: boolean): Tensor[] {
  if (Array.isArray(sections))
    return cutAt(
      x,
      axis,
      (sections as readonly number[]).map((place) => integerInput(name, place, "each index")),
    );
  if (typeof sections !== "number")
    throw new ValueError(`[${name}] indicesOrSections must be a number or an array of indices: received ${describe(sections)}`);
  const count = integerInput(name, sections, "indicesOrSections", 1);
  const size = x.shape[axis] as number;
  if (Number.isNaN(size)) throw new ShapeError(`[${name}] axis ${axis} must have a known size: received ${formatAval(x)}`);
  if (equal && size % count !== 0)
    throw new ShapeError(`[${name}] axis ${axis} of ${formatAval(x)} does not divide into ${count} equal parts`);
  const [least, larger] = [Math.floor(size / count), size % count];
  const places = Array.from({ length: count - 1 }, (_, i) => (i + 1) * least + Math.min(i + 1, larger));
  return cutAt(x, axis, places);
}

type SplitOp = Op<[x: TensorLike, indicesOrSections: number | readonly number[], options?: { readonly axis?: number }], Tensor[]>;

/**
 * `x` cut along `axis` (default 0) into so many equal parts, or at the given indices: [6] in two parts gives [3] and [3].
 *
 * @throws ShapeError when it does not divide equally or the axis is out of range; ValueError for parts that are no positive integer or
 * indices.
 *
 * @example
 * ops.split(ops.arange(6), [1, 3]) // [0], [1, 2], [3, 4, 5]
 */
export const split: SplitOp = op(
  "split",
  ["x", "indicesOrSections"],
  (x: TensorLike, indicesOrSections: number | readonly number[], options: { readonly axis?: number } = {}) => {
    const value = input("split", x);
    return splitOf("split", value, indicesOrSections, axisOf("split", options.axis ?? 0, value), true);
  },
);

/**
 * {@link split} that allows parts of unequal size, the first ones larger by one: [5] in two gives [3] and [2].
 *
 * @throws ShapeError when the axis is out of range or its size not known; ValueError for parts that are no positive integer or indices.
 *
 * @example
 * ops.arraySplit(tensor([1, 2, 3]), 2); // [[1, 2], [3]]
 */
export const arraySplit: SplitOp = op(
  "array_split",
  ["x", "indicesOrSections"],
  (x: TensorLike, indicesOrSections: number | readonly number[], options: { readonly axis?: number } = {}) => {
    const value = input("array_split", x);
    return splitOf("array_split", value, indicesOrSections, axisOf("array_split", options.axis ?? 0, value), false);
  },
);

/* @__NO_SIDE_EFFECTS__ */
function fixedAxisSplit(
  name: string,
  axisFor: (rank: number) => number,
): Op<[x: TensorLike, indicesOrSections: number | readonly number[]], Tensor[]> {
  return op(name, ["x", "indicesOrSections"], (x: TensorLike, indicesOrSections: number | readonly number[]) => {
    const value = input(name, x);
    return splitOf(name, value, indicesOrSections, axisOf(name, axisFor(value.shape.length), value), true);
  });
}

/**
 * {@link split} along the second axis (the only one of a vector): [m, n] in k parts gives k times [m, n / k].
 *
 * @throws ShapeError for a scalar or when it does not divide equally; ValueError for parts that are no positive integer or indices.
 *
 * @example
 * ops.hsplit(tensor([[1, 2], [3, 4]]), 2); // [[[1], [3]], [[2], [4]]]
 */
export const hsplit: Op<[x: TensorLike, indicesOrSections: number | readonly number[]], Tensor[]> = fixedAxisSplit("hsplit", (rank) =>
  rank === 1 ? 0 : 1,
);

/**
 * {@link split} along the first axis: [m, …] in k parts gives k times [m / k, ...].
 *
 * @throws ShapeError for a scalar or when it does not divide equally; ValueError for parts that are no positive integer or indices.
 *
 * @example
 * ops.vsplit(tensor([[1, 2], [3, 4]]), 2); // [[[1, 2]], [[3, 4]]]
 */
export const vsplit: Op<[x: TensorLike, indicesOrSections: number | readonly number[]], Tensor[]> = fixedAxisSplit("vsplit", () => 0);

/**
 * {@link split} along the third axis: [a, b, n] in k parts gives k times [a, b, n / k].
 *
 * @throws ShapeError when `x` has fewer than three axes or does not divide equally; ValueError for parts that are no positive integer or
 * indices.
 *
 * @example
 * ops.dsplit(ops.ones([1, 1, 4]), 2); // [[[[1, 1]]], [[[1, 1]]]]
 */
export const dsplit: Op<[x: TensorLike, indicesOrSections: number | readonly number[]], Tensor[]> = fixedAxisSplit("dsplit", () => 2);

/**
 * The slices along `axis` (default 0), without it: [n, …] gives n times [...]. `num`: how many, where the size is not known.
 *
 * @throws ShapeError when the axis is out of range or its size not known.
 *
 * @example
 * ops.unstack(tensor([[1, 2], [3, 4]])); // [[1, 2], [3, 4]]
 */
export const unstack: Op<[x: TensorLike, options?: { readonly num?: number | null; readonly axis?: number }], Tensor[]> = op(
  "unstack",
  ["x"],
  (x: TensorLike, options: { readonly num?: number | null; readonly axis?: number } = {}) => {
    const value = input("unstack", x);
    const axis = axisOf("unstack", options.axis ?? 0, value);
    const size = options.num ?? (value.shape[axis] as number);
    if (Number.isNaN(size))
      throw new ShapeError(`[unstack] axis ${axis} must have a known size: received ${formatAval(value)}; give { num }`);
    const rest = value.shape.filter((_, i) => i !== axis);
    return Array.from({ length: size }, (_, i) => new Tensor(build.reshape(sliceAxis(value, axis, i, i + 1), rest)));
  },
);
