import { ShapeError } from "../errors.ts";
import type { Shape, Value } from "../graph/value.ts";
import { formatAval, formatShape } from "../shapes/format.ts";
import { reshape, sameShape, sum } from "./build.ts";

/**
 * The transpose of broadcasting: sums `ct` over the axes along which `shape` was stretched, so that it has `shape`.
 * @throws ShapeError when `shape` does not broadcast to the cotangent's shape.
 */
export function unbroadcast(ct: Value, shape: Shape): Value {
  if (sameShape(ct.shape, shape)) return ct;
  const offset = ct.shape.length - shape.length;
  if (offset < 0) throw new ShapeError(`[unbroadcast] cannot sum ${formatAval(ct)} to ${formatShape(shape)}`);
  const axes = ct.shape.map((_, axis) => axis).filter((axis) => axis < offset || (shape[axis - offset] === 1 && ct.shape[axis] !== 1));
  return reshape(sum(ct, axes), shape);
}
