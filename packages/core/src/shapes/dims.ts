/** Arithmetic on shapes of which some dimensions may be unknown (NaN). */
import type { Shape } from "../graph/value.ts";

/** True unless both are known and differ. */
export function sameDim(a: number, b: number): boolean {
  return a === b || Number.isNaN(a) || Number.isNaN(b);
}

/** True unless two shapes are known to differ. */
export function compatibleShapes(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dim, i) => sameDim(dim, b[i]));
}

/** What two views of one dimension tell together: the known one, if either is. */
export function mergeDims(a: number, b: number): number {
  return Number.isNaN(a) ? b : a;
}

/** {@link mergeDims} for each axis of two shapes of one rank. */
export function mergeShapes(a: Shape, b: Shape): Shape {
  return a.map((dim, i) => mergeDims(dim, b[i]));
}

/** Number of elements; NaN when a dimension is unknown (0 if another one is 0). */
export function shapeSize(shape: Shape): number {
  if (shape.includes(0)) return 0;
  return shape.reduce((size, dim) => size * dim, 1);
}
