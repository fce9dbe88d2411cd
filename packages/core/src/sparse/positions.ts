/** Coordinates as places in flattened tensors. */
import type { Value } from "../graph/value.ts";
import * as build from "../primitives/build.ts";
import type { SparseTensor } from "./sparse-tensor.ts";

/** Coordinates along one axis: int32 [elements], each checked when a result is read. */
export function coordinates(op: string, x: SparseTensor, axis: number): Value {
  const { value } = x.indices;
  const count = value.shape[0] as number;
  const column = build.reshape(build.slice(value, [0, axis], [count, axis + 1]), [count]);
  const size = x.denseShape[axis] as number;
  const ok = build.and(build.le(build.constant(0, "int32"), column), build.lt(column, size));
  return build.check(column, ok, `[${op}] a coordinate is outside axis ${axis} of size ${size}`);
}

/** Row-major places over `axes` of the dense shape: int32 [elements]. */
export function positions(op: string, x: SparseTensor, axes: readonly number[] = x.denseShape.map((_, axis) => axis)): Value {
  let result = build.full([x.nnz], 0, "int32");
  for (const axis of axes) result = build.add(build.mul(result, x.denseShape[axis] as number), coordinates(op, x, axis));
  return result;
}

/** int32 [elements, columns] of int32 [elements] each. */
export function rowsOf(columns: readonly Value[], count: number): Value {
  if (columns.length === 0) return build.full([count, 0], 0, "int32");
  return build.concat(
    columns.map((column) => build.reshape(column, [count, 1])),
    1,
  );
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, dim) => product * dim, 1);
}
