/** Axes as users give them: negative ones count from the end. Errors name the op and what it was given. */
import { ShapeError, ValueError } from "../../errors.ts";
import type { Aval } from "../../graph/value.ts";
import { formatAval } from "../../shapes/format.ts";
import { describe } from "./input.ts";

/** One axis, several, or null for all. */
export type Axes = number | readonly number[] | null;

/** `axis` as one from 0 to rank - 1. `extra` axes may be added at the end (1 where a new axis is inserted). */
export function axisOf(op: string, axis: number, x: Aval, name = "axis", extra = 0): number {
  if (typeof axis !== "number" || !Number.isInteger(axis)) {
    throw new ValueError(`[${op}] ${name} must be an integer: received ${describe(axis)}`);
  }
  const rank = x.shape.length + extra;
  const normal = axis < 0 ? axis + rank : axis;
  if (normal < 0 || normal >= rank) {
    const range = rank === 0 ? "a scalar has no axes" : `it must be from ${-rank} to ${rank - 1}`;
    throw new ShapeError(`[${op}] ${name} ${axis} is out of range for ${formatAval(x)}: ${range}`);
  }
  return normal;
}

/** One axis, several, or (null, undefined) all, as sorted axes from 0 to rank - 1. */
export function axesOf(op: string, axes: Axes | undefined, x: Aval, name = "axis"): number[] {
  if (axes === null || axes === undefined) return x.shape.map((_, axis) => axis);
  if (typeof axes !== "number" && !Array.isArray(axes)) {
    throw new ValueError(`[${op}] ${name} must be an integer, an array of integers, or null: received ${describe(axes)}`);
  }
  const list = (typeof axes === "number" ? [axes] : axes) as readonly number[];
  const normal = list.map((axis) => axisOf(op, axis, x, name));
  if (new Set(normal).size !== normal.length)
    throw new ShapeError(`[${op}] an ${name} is given twice: [${list.join(",")}] for ${formatAval(x)}`);
  return normal.sort((a, b) => a - b);
}

/** A shape with size 1 at `axes`. */
export function keptShape(shape: readonly number[], axes: readonly number[]): number[] {
  return shape.map((dim, i) => (axes.includes(i) ? 1 : dim));
}

/** Number of elements along `axes`; NaN when one is unknown. */
export function sizeOf(shape: readonly number[], axes: readonly number[]): number {
  return axes.reduce((size, axis) => size * (shape[axis] as number), 1);
}
