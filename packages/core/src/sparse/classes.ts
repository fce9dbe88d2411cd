import type { DType } from "../dtypes/dtype.ts";
import type { Value } from "../graph/value.ts";
import * as build from "../primitives/build.ts";
import { Tensor } from "../tensor/tensor.ts";
import { sortedAlong } from "../ops/sorting/sort.ts";
import { rowsOf, sizeOf } from "./positions.ts";
import { SparseTensor } from "./sparse-tensor.ts";

/**
 * Classes as ones at their places: `x` (int32) with an axis of `count` classes inserted at `axis`, and its own axis `joined`, unless null,
 * left out. An element is kept for each of `x`, so their number is known while tracing: 0, at the first place, for a class that is out of
 * range or that was there before along the joined axis.
 */
export function sparseClasses(x: Value, count: number, axis: number, joined: number | null, dtype: DType): SparseTensor {
  const classes = joined === null ? x : sortedAlong(x, joined);
  const present = build.and(build.le(build.constant(0, "int32"), classes), build.lt(classes, build.constant(count, "int32")));
  const ones = joined === null ? present : build.and(present, differsFromLast(classes, joined));
  const columns = x.shape.map((_, i) => build.iota(x.shape, i));
  columns.splice(axis, 0, build.select(present, classes, 0));
  const shape = [...x.shape];
  shape.splice(axis, 0, count);
  if (joined !== null) {
    const place = joined < axis ? joined : joined + 1;
    columns.splice(place, 1);
    shape.splice(place, 1);
  }
  // Without classes there is no place, not even for a 0.
  const kept = count === 0 ? 0 : sizeOf(x.shape);
  const flat = (value: Value): Value => build.slice(build.reshape(value, [sizeOf(x.shape)]), [0], [kept]);
  return new SparseTensor(new Tensor(rowsOf(columns.map(flat), kept)), new Tensor(build.cast(flat(ones), dtype)), shape);
}

/** bool: where a sorted value is another than the one before it along `axis`. */
function differsFromLast(sorted: Value, axis: number): Value {
  const { shape } = sorted;
  const size = shape[axis] as number;
  if (size < 2) return build.full(shape, true, "bool");
  const none = shape.map(() => 0);
  const next = build.slice(sorted, none.with(axis, 1), shape);
  const last = build.slice(sorted, none, shape.with(axis, size - 1));
  return build.concat([build.full(shape.with(axis, 1), true, "bool"), build.not(build.eq(next, last))], axis);
}
