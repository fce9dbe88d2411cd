import type { Value } from "../../graph/value.ts";
import { ShapeError } from "../../errors.ts";
import * as build from "../../primitives/build.ts";
import type { ScatterOp } from "../../primitives/params.ts";
import { compatibleShapes } from "../../shapes/dims.ts";
import { broadcastShapes } from "../../shapes/broadcast.ts";
import { formatAval, formatShape } from "../../shapes/format.ts";
import { type IndexKey, itemOf } from "./get-item.ts";

/**
 * `x` with `updates` combined into the part that `key` names, as NumPy's `x[key] = updates`: they broadcast to the part. Where a key names a
 * place several times, the last one of "set" wins and the others combine all.
 * @throws ShapeError for an index out of range, and for updates that do not broadcast to the part.
 */
export function itemUpdated(op: string, which: ScatterOp, x: Value, key: readonly IndexKey[], updates: Value): Value {
  const size = x.shape.reduce((product, dim) => product * dim, 1);
  // What the key does to the elements' places tells where each update goes.
  const places = itemOf(build.reshape(build.iota([size], 0), x.shape), key);
  if (!compatibleShapes(broadcastShapes(op, places.shape, updates.shape), places.shape)) {
    throw new ShapeError(`[${op}] updates must broadcast to ${formatShape(places.shape)}: received ${formatAval(updates)}`);
  }
  const flat = build.scatter(which, build.reshape(x, [size]), places, build.broadcast(updates, places.shape), 0);
  return build.reshape(flat, x.shape);
}
