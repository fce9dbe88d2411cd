/** Elements at computed indices. */
import type { Value } from "../../graph/value.ts";
import { ShapeError } from "../../errors.ts";
import * as build from "../../primitives/build.ts";
import { broadcastShapes } from "../../shapes/broadcast.ts";
import { formatAvals } from "../../shapes/format.ts";
import type { TensorLike } from "../../tensor/create.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { flattened } from "../shape/reshape.ts";
import { axisOf } from "../support/axes.ts";
import { indexInput, input } from "../support/input.ts";
import { op, type Op } from "../support/op.ts";

/** Indices in which negative ones count from the end. */
export function wrapped(indices: Value, size: number): Value {
  if (Number.isNaN(size)) return indices;
  return build.select(build.lt(indices, 0), build.add(indices, size), indices);
}

/**
 * Slices of `x` at `indices` along `axis`: [...a, K, ...b] and [...i] → [...a, ...i, ...b]. Negative indices count from the end.
 * An index out of range is an error when the result is read.
 *
 * @param options `axis`: default null, the flattened tensor.
 *
 * @example
 * ops.take(tensor([10, 20, 30]), tensor([2, 0], { dtype: "int32" })); // [30, 10]
 */
export const take: Op<[x: TensorLike, indices: TensorLike, options?: { readonly axis?: number | null }]> = op(
  "take",
  ["x", "indices"],
  (x: TensorLike, indices: TensorLike, options: { readonly axis?: number | null } = {}) => {
    const { axis } = options;
    const given = axis !== undefined && axis !== null;
    const value = given ? input("take", x) : flattened(input("take", x));
    const place = given ? axisOf("take", axis, value) : 0;
    return new Tensor(build.gather(value, wrapped(indexInput("take", indices), value.shape[place] as number), place));
  },
);

/** Flat row-major positions in `shape` of elements whose coordinate along `axis` is given and whose others are their own. */
function flatPositions(indices: Value, shape: readonly number[], axis: number): Value {
  const position = indices;
  let stride = 1;
  let result: Value | null = null;
  for (let i = shape.length - 1; i >= 0; i--) {
    const coordinate = i === axis ? position : build.iota(indices.shape, i);
    const term = stride === 1 ? coordinate : build.mul(coordinate, stride);
    result = result === null ? term : build.add(result, term);
    stride *= shape[i] as number;
  }
  return result ?? indices;
}

/**
 * For each element of `indices` the element of `x` at that place along `axis`: the other axes are matched (and broadcast).
 *
 * `indices` have the rank of `x`; the result has their shape (with other axes broadcast). Negative ones count from the end.
 *
 * @param options `axis`: default null, both flattened.
 *
 * @throws ShapeError when the ranks differ or `axis` is out of range; DTypeError for indices that are no integers.
 *
 * @example
 * ops.takeAlongAxis(tensor([[3, 1], [2, 4]]), tensor([[1], [0]], { dtype: "int32" }), { axis: 1 }); // [[1], [2]]
 */
export const takeAlongAxis: Op<[x: TensorLike, indices: TensorLike, options?: { readonly axis?: number | null }]> = op(
  "take_along_axis",
  ["x", "indices"],
  (x: TensorLike, indices: TensorLike, options: { readonly axis?: number | null } = {}) => {
    const { axis } = options;
    const given = axis !== undefined && axis !== null;
    const raw = input("take_along_axis", x);
    const value = given ? raw : flattened(raw);
    const places = given ? indexInput("take_along_axis", indices) : flattened(indexInput("take_along_axis", indices));
    const place = given ? axisOf("take_along_axis", axis, value) : 0;
    if (places.shape.length !== value.shape.length) {
      throw new ShapeError(`[take_along_axis] x and indices must have one rank: received ${formatAvals([value, places])}`);
    }
    return new Tensor(takeAlong(value, wrapped(places, value.shape[place] as number), place));
  },
);

/** {@link takeAlongAxis} of values; indices are from 0 to the size - 1. */
export function takeAlong(x: Value, indices: Value, axis: number): Value {
  const others = (shape: readonly number[]): number[] => shape.map((dim, i) => (i === axis ? 1 : dim));
  const common = broadcastShapes("take_along_axis", others(x.shape), others(indices.shape));
  const withAxis = (dim: number): number[] => common.map((other, i) => (i === axis ? dim : other));
  const source = build.broadcast(x, withAxis(x.shape[axis] as number));
  const wide = build.broadcast(indices, withAxis(indices.shape[axis] as number));
  const checked = checkRange(wide, x.shape[axis] as number);
  return build.gather(flattened(source), flatPositions(checked, source.shape, axis), 0);
}

/** An index along one axis that leaves it would land in another row: it must be refused before positions are flattened. */
function checkRange(indices: Value, size: number): Value {
  if (Number.isNaN(size)) return indices;
  const ok = build.and(build.le(build.constant(0, "int32"), indices), build.lt(indices, size));
  return build.check(indices, ok, `an index is out of range for an axis of size ${size}`);
}
