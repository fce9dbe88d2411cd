import { ShapeError } from "../errors.ts";

/**
 * An axis as a user gives it (negative counts from the end) as one from 0 to rank - 1.
 * @throws ShapeError when it is out of range.
 */
export function normalizeAxis(op: string, axis: number, rank: number): number {
  const normal = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(axis) || normal < 0 || normal >= rank) {
    const range = rank === 0 ? "a scalar has no axes" : `it must be from ${-rank} to ${rank - 1}`;
    throw new ShapeError(`[${op}] axis is out of range: ${axis} for rank ${rank}; ${range}`);
  }
  return normal;
}

/**
 * One axis, several, or (null) all of them, as sorted non-negative axes.
 * @throws ShapeError when one is out of range or given twice.
 */
export function normalizeAxes(op: string, axes: number | readonly number[] | null | undefined, rank: number): number[] {
  if (axes === null || axes === undefined) return Array.from({ length: rank }, (_, axis) => axis);
  const normal = (typeof axes === "number" ? [axes] : axes).map((axis) => normalizeAxis(op, axis, rank)).sort((a, b) => a - b);
  if (normal.some((axis, i) => axis === normal[i - 1])) {
    throw new ShapeError(`[${op}] an axis is given twice: [${String(axes)}] for rank ${rank}`);
  }
  return normal;
}
