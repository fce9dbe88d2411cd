/** Borders. */
import { ShapeError, ValueError } from "../../errors.ts";
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import { formatAval } from "../../shapes/format.ts";
import type { TensorLike } from "../../tensor/create.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { describe, input } from "../support/input.ts";
import { op, type Op } from "../support/op.ts";
import { sliceAxis } from "./split.ts";

/** What a border is filled with: a constant, the nearest element, a mirror image with or without the edge, or the other end. */
export type PadMode = "constant" | "edge" | "reflect" | "symmetric" | "wrap";

/** Widths: one for all, [low, high] for all axes, or [low, high] for each. */
export type PadWidth = number | readonly number[] | readonly (readonly number[])[];

/** Options of {@link pad}. */
export interface PadOptions {
  /** Default "constant". */
  readonly mode?: PadMode;
  /** What mode "constant" fills with. Default null: 0. */
  readonly constantValues?: TensorLike | null;
}

function widthsOf(width: PadWidth, x: Value): [number, number][] {
  const fail = (): never => {
    throw new ValueError(
      `[pad] padWidth must be a number, [low, high], or [low, high] for each axis of ${formatAval(x)}: received ${Array.isArray(width) ? JSON.stringify(width) : describe(width)}`,
    );
  };
  const both = (entry: unknown): [number, number] => {
    const list = typeof entry === "number" ? [entry, entry] : Array.isArray(entry) && entry.length === 1 ? [entry[0], entry[0]] : entry;
    if (!Array.isArray(list) || list.length !== 2 || !list.every((n: unknown) => Number.isInteger(n) && (n as number) >= 0)) return fail();
    return list as [number, number];
  };
  if (
    typeof width === "number" ||
    (Array.isArray(width) && width.length > 0 && width.every((entry: unknown) => typeof entry === "number"))
  ) {
    const one = both(width);
    return x.shape.map(() => one);
  }
  if (!Array.isArray(width)) return fail();
  const list = (width as readonly unknown[]).map(both);
  if (list.length === 1 && x.shape.length !== 1) return x.shape.map(() => list[0] as [number, number]);
  return list.length === x.shape.length ? list : fail();
}

/** One axis with borders made of its own elements. */
export function borders(x: Value, axis: number, [low, high]: readonly [number, number], mode: Exclude<PadMode, "constant">): Value {
  const size = x.shape[axis] as number;
  if (low + high === 0) return x;
  const enough = mode === "reflect" ? size > 1 : size > 0;
  if (!enough && !Number.isNaN(size)) throw new ShapeError(`[pad] axis ${axis} of ${formatAval(x)} is too small for mode "${mode}"`);
  if (mode === "edge") {
    const edge = (at: number, count: number): Value =>
      build.broadcast(
        sliceAxis(x, axis, at, at + 1),
        x.shape.map((dim, i) => (i === axis ? count : dim)),
      );
    return build.concat(
      [edge(0, low), x, edge(size - 1, high)].filter((part) => part.shape[axis] !== 0),
      axis,
    );
  }
  // Larger borders than the tensor itself are made in steps.
  const span = mode === "reflect" ? size - 1 : size;
  const [lowNow, highNow] = [Math.min(low, span), Math.min(high, span)];
  const skip = mode === "reflect" ? 1 : 0;
  const piece = (start: number, limit: number): Value => {
    const part = sliceAxis(x, axis, start, limit);
    return mode === "wrap" ? part : build.flip(part, [axis]);
  };
  const parts = [x];
  if (lowNow > 0) parts.unshift(mode === "wrap" ? piece(size - lowNow, size) : piece(skip, skip + lowNow));
  if (highNow > 0) parts.push(mode === "wrap" ? piece(0, highNow) : piece(size - skip - highNow, size - skip));
  const padded = build.concat(parts, axis);
  return lowNow < low || highNow < high ? borders(padded, axis, [low - lowNow, high - highNow], mode) : padded;
}

/**
 * `x` with a border.
 *
 * @param padWidth One width for all sides, [low, high] for every axis, or [low, high] for each axis.
 * @throws ValueError for widths that do not fit, or constantValues with another mode.
 * @example
 * ops.pad(tensor([1, 2]), [1, 0]) // [0, 1, 2]
 */
export const pad: Op<[x: TensorLike, padWidth: PadWidth, options?: PadOptions]> = op(
  "pad",
  ["x", "padWidth"],
  (x: TensorLike, padWidth: PadWidth, options: PadOptions = {}) => {
    const value = input("pad", x);
    const widths = widthsOf(padWidth, value);
    const { mode = "constant", constantValues } = options;
    const filled = constantValues !== undefined && constantValues !== null;
    if (mode === "constant") {
      const filler = filled ? build.cast(input("pad", constantValues, "constantValues", value.dtype), value.dtype) : 0;
      return new Tensor(
        build.pad(
          value,
          widths.map(([low]) => low),
          widths.map(([, high]) => high),
          undefined,
          filler,
        ),
      );
    }
    if (!["edge", "reflect", "symmetric", "wrap"].includes(mode)) {
      throw new ValueError(`[pad] mode must be "constant", "edge", "reflect", "symmetric" or "wrap": received ${describe(mode)}`);
    }
    if (filled) throw new ValueError(`[pad] constantValues go with mode "constant": received mode "${mode}"`);
    return new Tensor(widths.reduce((result, width, axis) => borders(result, axis, width, mode), value));
  },
);
