/** Elements put at computed places. */
import { type DType, integerRanges } from "../../dtypes/dtype.ts";
import { ShapeError, ValueError } from "../../errors.ts";
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import type { ScatterOp } from "../../primitives/params.ts";
import { compatibleShapes } from "../../shapes/dims.ts";
import { formatAval } from "../../shapes/format.ts";
import { isTensorBase } from "../../tensor/base.ts";
import type { TensorLike } from "../../tensor/create.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { largest } from "../elementwise/nonfinite.ts";
import { sliceAxis } from "../shape/split.ts";
import { describe, indexInput, input, operands, shapeInput } from "../support/input.ts";
import { op, type Op } from "../support/op.ts";
import { numberNow } from "../support/read-now.ts";
import { wrapped } from "./take.ts";

/** Rows of coordinates [..., depth] over the first axes of `shape`, as positions in those axes flattened; each is checked. */
function rowPositions(name: string, indices: Value, shape: readonly number[]): { positions: Value; depth: number } {
  const rank = indices.shape.length;
  const depth = indices.shape[rank - 1] as number;
  if (rank === 0 || !(depth <= shape.length)) {
    throw new ShapeError(`[${name}] indices must be [..., up to ${shape.length} coordinates]: received ${formatAval(indices)}`);
  }
  const rows = build.reshape(indices, [indices.shape.slice(0, -1).reduce((product, dim) => product * dim, 1), depth]);
  let positions: Value = build.full([rows.shape[0] as number], 0, "int32");
  for (let i = 0; i < depth; i++) {
    // Where a size is not known, shapes alone are asked for: any will do.
    const size = Number.isNaN(shape[i]) ? 1 : (shape[i] as number);
    const column = wrapped(build.reshape(build.slice(rows, [0, i], [rows.shape[0] as number, i + 1]), [rows.shape[0] as number]), size);
    const ok = build.and(build.le(build.constant(0, "int32"), column), build.lt(column, size));
    const checked = depth === 1 ? column : build.check(column, ok, `a coordinate is out of range for an axis of size ${size}`);
    positions = i === 0 ? checked : build.add(build.mul(positions, size), checked);
  }
  return { positions, depth };
}

/** `target` with updates at rows of coordinates. */
function scatterRows(name: string, which: ScatterOp, target: Value, indices: Value, updates: Value): Value {
  const { shape } = target;
  const { positions, depth } = rowPositions(name, indices, shape);
  const rest = shape.slice(depth);
  const expected = [...indices.shape.slice(0, -1), ...rest];
  if (!compatibleShapes(updates.shape, expected)) {
    throw new ShapeError(
      `[${name}] updates must be [${expected.join(",")}]: received ${formatAval(updates)} for indices ${formatAval(indices)}`,
    );
  }
  const flat = build.reshape(target, [shape.slice(0, depth).reduce((product, dim) => product * dim, 1), ...rest]);
  const rows = build.reshape(updates, [positions.shape[0] as number, ...rest]);
  return build.reshape(build.scatter(which, flat, positions, rows, 0), shape);
}

/**
 * Zeros of `shape` with `values` added at `indices` (rows of coordinates): [..., depth] and [..., ...rest] → shape.
 *
 * @throws ShapeError when an index has more coordinates than `shape` has axes, or `values` do not fit; DTypeError for indices that are no
 * integers.
 *
 * @example
 * ops.scatter(tensor([[0], [2]], { dtype: "int32" }), tensor([5, 7]), [4]); // [5, 0, 7, 0]
 */
export const scatter: Op<[indices: TensorLike, values: TensorLike, shape: readonly number[]]> = op(
  "scatter",
  ["indices", "values", "shape"],
  (indices: TensorLike, values: TensorLike, shape: readonly number[]) => {
    const updates = input("scatter", values, "values");
    // Truth values are added as "or".
    const [dtype, which] = updates.dtype === "bool" ? (["int32", "max"] as const) : ([updates.dtype, "add"] as const);
    const zeros = build.full(shapeInput("scatter", shape), 0, dtype);
    const result = scatterRows("scatter", which, zeros, indexInput("scatter", indices), build.cast(updates, dtype));
    return new Tensor(build.cast(result, updates.dtype));
  },
);

const reductions: Readonly<Record<string, ScatterOp>> = { add: "add", mul: "mul", max: "max", min: "min" };

/** Options of {@link scatterUpdate}. */
export interface ScatterUpdateOptions {
  /** How updates combine with what is there. Default null: they replace it, the last one winning. */
  readonly reduction?: "add" | "mul" | "max" | "min" | null;
}

/**
 * `inputs` with `updates` at `indices`, rows of coordinates: [..., depth] and [..., ...rest]. An index out of range is an error when the result is read.
 * @throws ShapeError when indices and updates do not fit.
 *
 * @example
 * ops.scatterUpdate(ops.zeros([4]), tensor([[1]], { dtype: "int32" }), tensor([5])); // [0, 5, 0, 0]
 */
export const scatterUpdate: Op<[inputs: TensorLike, indices: TensorLike, updates: TensorLike, options?: ScatterUpdateOptions]> = op(
  "scatter_update",
  ["inputs", "indices", "updates"],
  (inputs: TensorLike, indices: TensorLike, updates: TensorLike, options: ScatterUpdateOptions = {}) => {
    const target = input("scatter_update", inputs, "inputs");
    const [given] = operands("scatter_update", [updates], ["updates"]) as [Value];
    const { reduction = null } = options;
    const which = reduction === null ? "set" : reductions[reduction];
    if (which === undefined)
      throw new ValueError(`[scatter_update] reduction must be null, "add", "mul", "max" or "min": received ${describe(reduction)}`);
    return new Tensor(scatterRows("scatter_update", which, target, indexInput("scatter_update", indices), build.cast(given, target.dtype)));
  },
);

/** Options of the segment reductions. */
export interface SegmentOptions {
  /** Number of segments. Default: one more than the largest id, which must then be known (not while tracing). */
  readonly numSegments?: number | null;
  /** Whether the ids rise. As in Keras, empty segments of maxima and minima are 0 then. Default false. */
  readonly sorted?: boolean;
}

/** A reduction of slices that share an id. */
export type SegmentOp = Op<[data: TensorLike, segmentIds: TensorLike, options?: SegmentOptions]>;

/** What an empty segment has: the reduction of nothing. */
function neutral(which: ScatterOp, { dtype }: Value): number | bigint {
  if (which === "add") return 0;
  if (which === "mul") return 1;
  const int64 = [-(2n ** 63n), 2n ** 63n - 1n] as const;
  const range = dtype === "int64" ? int64 : (integerRanges[dtype] ?? [-largest(dtype), largest(dtype)]);
  return which === "max" ? range[0] : range[1];
}

/* @__NO_SIDE_EFFECTS__ */
function segmentOp(name: string, which: ScatterOp): SegmentOp {
  return op(name, ["data", "segmentIds"], (data: TensorLike, segmentIds: TensorLike, options: SegmentOptions = {}) => {
    const value = input(name, data, "data");
    const ids = indexInput(name, segmentIds, "segmentIds");
    if (value.shape.length === 0 || !compatibleShapes(ids.shape, value.shape.slice(0, 1))) {
      throw new ShapeError(
        `[${name}] segmentIds must be a vector with an id for each slice of data: received ${formatAval(ids)} for ${formatAval(value)}`,
      );
    }
    const { numSegments } = options;
    const count = numSegments ?? numberNow(name, build.reduce("max", ids, [0]), "give { numSegments }") + 1;
    const start = build.full([count, ...value.shape.slice(1)], neutral(which, value), value.dtype);
    // As in TensorFlow, what belongs to no segment is left out: it goes to one more, which is cut off.
    const inside = build.and(build.le(build.constant(0, "int32"), ids), build.lt(ids, count));
    const spare = build.concat([start, build.full([1, ...value.shape.slice(1)], neutral(which, value), value.dtype)], 0);
    const all = build.scatter(which, spare, build.select(inside, ids, count), value, 0);
    const segments = sliceAxis(all, 0, 0, count);
    if (options.sorted !== true || which === "add" || which === "mul") return new Tensor(segments);
    const isEmpty = build.not(build.reduce("max", build.eq(build.iota([count, 1], 0), ids), [1]));
    return new Tensor(
      build.select(build.reshape(isEmpty, [count, ...value.shape.slice(1).map(() => 1)]), build.zerosLike(segments), segments),
    );
  });
}

/**
 * Slices of `data` summed by id: [n, ...] → [numSegments, ...]; empty segments are 0. Ids out of range are left out.
 *
 * @throws ShapeError when `segmentIds` is no vector of the length of `data`; DTypeError when it holds no integers.
 *
 * @example
 * ops.segmentSum(tensor([1, 2, 3]), tensor([0, 0, 1], { dtype: "int32" }), { numSegments: 2 }); // [3, 3]
 */
export const segmentSum: SegmentOp = segmentOp("segment_sum", "add");

/**
 * Slices of `data` multiplied by id; empty segments are 1.
 *
 * `data` [n, ...] and `segmentIds` [n] give [numSegments, ...]; ids out of range are left out.
 *
 * @throws ShapeError when `segmentIds` is no vector of the length of `data`; DTypeError when it holds no integers.
 *
 * @example
 * ops.segmentProd(tensor([1, 2, 3]), tensor([0, 0, 1], { dtype: "int32" }), { numSegments: 2 }); // [2, 3]
 */
export const segmentProd: SegmentOp = segmentOp("segment_prod", "mul");

/**
 * The largest of slices of `data` by id; empty segments are the lowest finite number.
 *
 * `data` [n, ...] and `segmentIds` [n] give [numSegments, ...]; ids out of range are left out.
 *
 * @throws ShapeError when `segmentIds` is no vector of the length of `data`; DTypeError when it holds no integers.
 *
 * @example
 * ops.segmentMax(tensor([1, 2, 3]), tensor([0, 0, 1], { dtype: "int32" }), { numSegments: 2 }); // [2, 3]
 */
export const segmentMax: SegmentOp = segmentOp("segment_max", "max");

/**
 * The smallest of slices of `data` by id; empty segments are the largest finite number.
 *
 * `data` [n, ...] and `segmentIds` [n] give [numSegments, ...]; ids out of range are left out.
 *
 * @throws ShapeError when `segmentIds` is no vector of the length of `data`; DTypeError when it holds no integers.
 *
 * @example
 * ops.segmentMin(tensor([1, 2, 3]), tensor([0, 0, 1], { dtype: "int32" }), { numSegments: 2 }); // [1, 3]
 */
export const segmentMin: SegmentOp = segmentOp("segment_min", "min");

/**
 * Coordinates of flat positions in a tensor of the given `shape`: one tensor an axis, each of the shape and dtype of `indices`.
 *
 * @throws DTypeError for indices that are no integers; ShapeError for a `shape` that is none.
 *
 * @example
 * ops.unravelIndex(tensor([4], { dtype: "int32" }), [2, 3]); // [[1], [1]]
 */
export const unravelIndex: Op<[indices: TensorLike, shape: readonly number[]], Tensor[]> = op(
  "unravel_index",
  ["indices", "shape"],
  (indices: TensorLike, shape: readonly number[]) => {
    const dims = shapeInput("unravel_index", shape);
    const given = indexInput("unravel_index", indices);
    const dtype = isTensorBase(indices) ? (indices.dtype as DType) : given.dtype;
    let rest = wrapped(
      given,
      dims.reduce((product, dim) => product * dim, 1),
    );
    const coordinates: Tensor[] = [];
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      coordinates.unshift(new Tensor(build.cast(build.binary("rem", rest, build.constant(dims[axis] as number, "int32")), dtype)));
      rest = build.div(rest, dims[axis] as number);
    }
    return coordinates;
  },
);
