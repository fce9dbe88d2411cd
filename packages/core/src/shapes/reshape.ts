import { ShapeError } from "../errors.ts";
import type { Shape } from "../graph/value.ts";
import { formatShape } from "./format.ts";
import { shapeSize } from "./dims.ts";

/** Product of the known dimensions of a shape. */
function knownSize(shape: readonly number[]): number {
  return shape.reduce((size, dim) => (Number.isNaN(dim) || dim === -1 ? size : size * dim), 1);
}

function fail(op: string, from: Shape, to: readonly number[], why: string): never {
  const sizes = `${shapeSize(from) || knownSize(from)} elements`;
  throw new ShapeError(`[${op}] cannot reshape ${formatShape(from)} (${sizes}) to ${formatShape(to)}: ${why}`);
}

/**
 * The full shape of a reshape from `from` to `to`, which may hold one -1 (take what is left) and unknown dimensions (NaN).
 *
 * One unknown dimension in `from` is matched with one in `to`, so that -1 is computed from the known ones:
 * `[?,4,6]` to `[?,-1]` is `[?,24]`. What cannot be told stays unknown.
 * @throws ShapeError when the number of elements cannot be the same.
 */
export function resolveReshape(from: Shape, to: readonly number[], op = "reshape"): Shape {
  const holes = to.filter((dim) => dim === -1).length;
  if (holes > 1) fail(op, from, to, "at most one dimension may be -1");
  if (to.some((dim) => dim !== -1 && (dim < 0 || (!Number.isNaN(dim) && !Number.isInteger(dim))))) {
    fail(op, from, to, "dimensions must be non-negative integers, or one -1");
  }
  const fromUnknown = from.filter(Number.isNaN).length;
  const toUnknown = to.filter(Number.isNaN).length;
  const have = knownSize(from);
  const want = knownSize(to);
  const fill = (marker: "hole" | "unknown", dim: number): Shape =>
    to.map((d) => ((marker === "hole" ? d === -1 : Number.isNaN(d)) ? dim : d));

  if (holes === 1) {
    // Equally many unknowns are taken to be the same ones: the rest must then fit by itself.
    if (fromUnknown !== toUnknown) return fill("hole", NaN);
    if (want === 0) fail(op, from, to, "-1 is ambiguous next to a dimension of 0");
    if (have % want !== 0) {
      if (fromUnknown > 0) return fill("hole", NaN);
      fail(op, from, to, `${have} is not a multiple of ${want}`);
    }
    return fill("hole", have / want);
  }
  if (fromUnknown === 0 && toUnknown === 0) {
    if (have !== want) fail(op, from, to, `it has ${want} elements`);
  } else if (fromUnknown === 0 && toUnknown === 1 && want > 0) {
    if (have % want !== 0) fail(op, from, to, `${have} is not a multiple of ${want}`);
    return fill("unknown", have / want);
  } else if (toUnknown === 0 && have > 0 && want % have !== 0) {
    fail(op, from, to, `${want} is not a multiple of ${have}`);
  }
  return to;
}
