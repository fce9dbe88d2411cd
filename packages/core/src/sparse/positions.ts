/** Coordinates as places in flattened tensors. */
import { ShapeError } from "../errors.ts";
import { formatShape } from "../shapes/format.ts";
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

/** The largest place, and so the largest axis, that int32 counts. */
export const largestPlace: number = 2 ** 31 - 1;

/** True where int32 counts all places of a shape. */
export const fitsInt32 = (shape: readonly number[]): boolean => !(sizeOf(shape) > largestPlace);

/**
 * Row-major places over `axes` of the dense shape: int32 [elements].
 *
 * @throws ShapeError where there are more places than int32 counts: nothing dense of that shape could be indexed.
 */
export function positions(op: string, x: SparseTensor, axes: readonly number[] = x.denseShape.map((_, axis) => axis)): Value {
  const sizes = axes.map((axis) => x.denseShape[axis] as number);
  if (!fitsInt32(sizes)) {
    throw new ShapeError(
      `[${op}] the dense shape ${formatShape(sizes)} has ${sizeOf(sizes)} elements, of which int32 counts ${largestPlace}`,
    );
  }
  return placesOf(
    axes.map((axis) => coordinates(op, x, axis)),
    sizes,
    x.nnz,
    "int32",
  );
}

/** Row-major places [count] in `shape` of coordinates, an int32 [count] for each axis. */
export function placesOf(columns: readonly Value[], shape: readonly number[], count: number, dtype: "int32" | "int64"): Value {
  let result = build.full([count], 0, dtype);
  columns.forEach((column, axis) => {
    result = build.add(build.mul(result, shape[axis] as number), build.cast(column, dtype));
  });
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
