/** Parts of a tensor at places given by start and size. */
import { ShapeError, ValueError } from "../../errors.ts";
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import { formatAval } from "../../shapes/format.ts";
import { isTensorBase } from "../../tensor/base.ts";
import type { TensorLike } from "../../tensor/create.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { describe, indexInput, input, operands } from "../support/input.ts";
import { op, type Op } from "../support/op.ts";

/** Where a part starts along each axis: whole numbers, or an int32 tensor [rank] that is computed. */
export type StartIndices = readonly number[] | TensorLike;

/** One start an axis: numbers where they are known, scalars of the graph where they are computed. */
function startsOf(name: string, starts: StartIndices, x: Value): readonly (number | Value)[] {
  const rank = x.shape.length;
  if (Array.isArray(starts)) {
    if (starts.length !== rank)
      throw new ShapeError(`[${name}] startIndices must have one entry for each axis of ${formatAval(x)}: received ${starts.length}`);
    return (starts as readonly unknown[]).map((start) => {
      if (isTensorBase(start)) return build.reshape(indexInput(name, start, "startIndices"), []);
      if (typeof start !== "number" || !Number.isInteger(start))
        throw new ValueError(`[${name}] startIndices must be integers: received ${describe(start)}`);
      return start;
    });
  }
  const values = indexInput(name, starts as TensorLike, "startIndices");
  const flat = values.shape.length === 0 ? build.reshape(values, [1]) : values;
  if (flat.shape.length !== 1 || flat.shape[0] !== rank) {
    throw new ShapeError(`[${name}] startIndices must have one entry for each axis of ${formatAval(x)}: received ${formatAval(values)}`);
  }
  return x.shape.map((_, i) => build.reshape(build.slice(flat, [i], [i + 1]), []));
}

/**
 * The part of `inputs` that starts at `startIndices` (one for each axis, or a tensor [rank]) and has the given shape, in which a size of
 * -1 goes to the end.
 *
 * @throws ShapeError when the part does not lie inside, or there is not one start and size an axis; ValueError for starts that are no
 * integers.
 *
 * @example
 * ops.slice(tensor([[1, 2, 3], [4, 5, 6]]), [0, 1], [2, 2]) // [[2, 3], [5, 6]]
 */
export const slice: Op<[inputs: TensorLike, startIndices: StartIndices, shape: readonly number[]]> = op(
  "slice",
  ["inputs", "startIndices", "shape"],
  (inputs: TensorLike, startIndices: StartIndices, shape: readonly number[]) => {
    const value = input("slice", inputs, "inputs");
    const starts = startsOf("slice", startIndices, value);
    if (!Array.isArray(shape) || shape.length !== value.shape.length) {
      throw new ShapeError(`[slice] shape must have one size for each axis of ${formatAval(value)}: received ${describe(shape)}`);
    }
    const fixed = starts.map((start) => (typeof start === "number" ? start : 0));
    const sizes = (shape as readonly number[]).map((size, i) => (size === -1 ? (value.shape[i] as number) - (fixed[i] as number) : size));
    const outside = fixed.some(
      (start, i) => start < 0 || (sizes[i] as number) < 0 || start + (sizes[i] as number) > (value.shape[i] as number),
    );
    if (outside) throw new ShapeError(`[slice] the part [${sizes.join(",")}] from [${fixed.join(",")}] is outside ${formatAval(value)}`);
    const limits = starts.map((start, i) => (typeof start === "number" ? start + (sizes[i] as number) : (value.shape[i] as number)));
    let result = build.slice(value, fixed, limits);
    starts.forEach((start, axis) => {
      if (typeof start !== "number") result = build.gather(result, build.add(build.iota([sizes[axis] as number], 0), start), axis);
    });
    return new Tensor(result);
  },
);

/**
 * `inputs` with the part that starts at `startIndices` (one for each axis, or a tensor [rank]) replaced by `updates`, whose rank is that
 * of `inputs`; shape and dtype stay.
 *
 * @throws ShapeError when the part does not lie inside, or there is not one start an axis; ValueError for starts that are no integers.
 *
 * @example
 * ops.sliceUpdate(ops.zeros([4]), [1], tensor([5, 7])); // [0, 5, 7, 0]
 */
export const sliceUpdate: Op<[inputs: TensorLike, startIndices: StartIndices, updates: TensorLike]> = op(
  "slice_update",
  ["inputs", "startIndices", "updates"],
  (inputs: TensorLike, startIndices: StartIndices, updates: TensorLike) => {
    const name = "slice_update";
    const value = input(name, inputs, "inputs");
    const part = build.cast((operands(name, [updates], ["updates"]) as [Value])[0], value.dtype);
    const starts = startsOf(name, startIndices, value);
    if (part.shape.length !== value.shape.length) {
      throw new ShapeError(`[${name}] updates must have the rank of inputs: received ${formatAval(part)} for ${formatAval(value)}`);
    }
    const outside = starts.some((start, i) => {
      const room = (value.shape[i] as number) - (part.shape[i] as number);
      return typeof start === "number" ? start < 0 || start > room : room < 0;
    });
    if (outside)
      throw new ShapeError(
        `[${name}] updates ${formatAval(part)} from [${starts.map((start) => (typeof start === "number" ? start : "?")).join(",")}] reach outside ${formatAval(value)}`,
      );
    // Each place looks up its update (a nearby one outside the part, which the condition then drops).
    let moved = part;
    let inside: Value | null = null;
    starts.forEach((start, axis) => {
      const [size, count] = [value.shape[axis] as number, part.shape[axis] as number];
      if (start === 0 && size === count) return;
      const along = (shape: readonly number[], at: number): Value => build.sub(build.iota(shape, at), start);
      const column = along(
        value.shape.map((_, i) => (i === axis ? size : 1)),
        axis,
      );
      const here = build.and(build.le(build.constant(0, "int32"), column), build.lt(column, count));
      inside = inside === null ? here : build.and(inside, here);
      if (typeof start === "number") {
        moved = build.pad(
          moved,
          value.shape.map((_, i) => (i === axis ? start : 0)),
          value.shape.map((_, i) => (i === axis ? size - count - start : 0)),
        );
      } else {
        moved = build.gather(moved, build.minimum(build.maximum(along([size], 0), 0), count - 1), axis);
      }
    });
    return new Tensor(inside === null ? build.broadcast(part, value.shape) : build.select(inside, moved, value));
  },
);
