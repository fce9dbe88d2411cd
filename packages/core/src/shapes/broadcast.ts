import { ShapeError } from "../errors.ts";
import type { Shape } from "../graph/value.ts";
import { formatShape } from "./format.ts";

/** The size of two broadcast dimensions, or null when they do not fit. An unknown one takes the other's size unless that is 1. */
function broadcastDims(a: number, b: number): number | null {
  if (a === 1) return b;
  if (b === 1) return a;
  if (Number.isNaN(a)) return b;
  return Number.isNaN(b) || a === b ? a : null;
}

function sameShape(a: Shape, b: Shape): boolean {
  if (a.length !== b.length) return false;
  for (let axis = 0; axis < a.length; axis++) if (a[axis] !== b[axis]) return false;
  return true;
}

/**
 * The shape that `shapes` broadcast to as NumPy does: right-aligned, a dimension of 1 stretches.
 * An unknown dimension (NaN) against 1 stays unknown; against a larger one it is assumed to fit.
 * @throws ShapeError when two sizes differ and neither is 1.
 */
export function broadcastShapes(op: string, ...shapes: readonly Shape[]): Shape {
  let result: Shape = shapes.length === 0 ? [] : shapes[0];
  for (let i = 1; i < shapes.length; i++) {
    const shape = shapes[i] as Shape;
    if (sameShape(shape, result)) continue;
    const rank = Math.max(result.length, shape.length);
    const merged: number[] = [];
    for (let axis = 0; axis < rank; axis++) {
      const a = result[axis - rank + result.length] ?? 1;
      const b = shape[axis - rank + shape.length] ?? 1;
      const dim = broadcastDims(a, b);
      if (dim === null) {
        throw new ShapeError(
          `[${op}] shapes do not broadcast: ${shapes.map(formatShape).join(" and ")} (${a} ≠ ${b} at axis ${axis - rank}); ` +
            `from the right, sizes must be equal or 1`,
        );
      }
      merged.push(dim);
    }
    result = merged;
  }
  return result;
}
