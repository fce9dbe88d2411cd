/** Pictures looked up at computed places. */
import { isFloating } from "../../dtypes/dtype.ts";
import { promoteTypes } from "../../dtypes/promotion.ts";
import { ShapeError, ValueError } from "../../errors.ts";
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import { formatAval } from "../../shapes/format.ts";
import type { TensorLike } from "../../tensor/create.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { choice } from "../nn/windows.ts";
import { flattened } from "../shape/reshape.ts";
import { describe, input, realFloatInput } from "../support/input.ts";
import { op, type Op } from "../support/op.ts";

/** What lies outside: a constant, the nearest element, the array repeated, or mirrored with or without its edge. */
export type FillMode = "constant" | "nearest" | "wrap" | "mirror" | "reflect";

/** The remainder with the sign of the divisor. */
function floorMod(x: Value, n: number): Value {
  const remainder = build.binary("rem", x, build.constant(n, x.dtype));
  return build.select(build.lt(remainder, 0), build.add(remainder, n), remainder);
}

/** |((i + s) mod 2s) - s|, s = size - 1: there and back again. */
function mirrored(index: Value, size: number): Value {
  const s = Math.max(size - 1, 1);
  return build.abs(build.sub(floorMod(build.add(index, s), 2 * s), s));
}

/** An index inside, for one that may be outside. */
function fixIndex(index: Value, size: number, mode: FillMode): Value {
  switch (mode) {
    case "wrap":
      return floorMod(index, size);
    case "mirror":
      return size === 1 ? build.zerosLike(index) : mirrored(index, size);
    case "reflect":
      return build.div(build.sub(mirrored(build.add(build.mul(index, 2), 1), 2 * size + 1), 1), 2);
    default:
      return build.minimum(build.maximum(index, 0), size - 1);
  }
}

interface Node1d {
  readonly index: Value;
  /** bool; null where every index is good. */
  readonly valid: Value | null;
  /** null for 1. */
  readonly weight: Value | null;
}

/** The neighbours of a place along an axis of `size`, with their weights. */
function neighbours(place: Value, size: number, order: number, mode: FillMode): Node1d[] {
  const at = (raw: Value, weight: Value | null): Node1d => {
    const valid = mode === "constant" ? build.and(build.le(build.constant(0, "int32"), raw), build.lt(raw, size)) : null;
    return { index: fixIndex(raw, size, mode), valid, weight };
  };
  if (order === 0) return [at(build.cast(isFloating(place.dtype) ? build.round(place) : place, "int32"), null)];
  const x = isFloating(place.dtype) ? place : build.cast(place, "float32");
  const low = build.unary("floor", x);
  const share = build.sub(x, low);
  const index = build.cast(low, "int32");
  return [at(index, build.sub(1, share)), at(build.add(index, 1), share)];
}

/** `x` at places: one coordinate an axis, all of one shape, which the result has. */
function lookUp(x: Value, places: readonly Value[], order: number, mode: FillMode, fill: Value): Value {
  const flat = flattened(x);
  let combined: { position: Value | null; valid: Value | null; weight: Value | null }[] = [{ position: null, valid: null, weight: null }];
  places.forEach((place, axis) => {
    const size = x.shape[axis] as number;
    const nodes = neighbours(place, size, order, mode);
    combined = combined.flatMap(({ position, valid, weight }) =>
      nodes.map((node) => ({
        position: position === null ? node.index : build.add(build.mul(position, size), node.index),
        valid: valid === null || node.valid === null ? (valid ?? node.valid) : build.and(valid, node.valid),
        weight: weight === null || node.weight === null ? (weight ?? node.weight) : build.mul(weight, node.weight),
      })),
    );
  });
  let result: Value | null = null;
  for (const { position, valid, weight } of combined) {
    const found = build.gather(flat, position as Value, 0);
    const value = valid === null ? found : build.select(valid, found, fill);
    const part = weight === null ? value : build.mul(value, weight);
    result = result === null ? part : build.add(result, part);
  }
  return result as Value;
}

/** Options of {@link mapCoordinates}. */
export interface MapCoordinatesOptions {
  /** What lies outside. Default "constant". */
  readonly fillMode?: FillMode;
  /** For fill mode "constant". Default 0. */
  readonly fillValue?: number;
}

/**
 * `inputs` at computed places: coordinates [rank, ...shape] → [...shape], in the dtype of the inputs. Order 0 takes the nearest element, 1
 * interpolates linearly and rounds for integers. Outside of the array "mirror" and "reflect" are SciPy's.
 * @throws ShapeError when coordinates have not one row an axis.
 *
 * @example
 * ops.image.mapCoordinates(tensor([1, 2, 4]), tensor([[0.5, 1.5]]), 1); // [1.5, 3]
 */
export const mapCoordinates: Op<[inputs: TensorLike, coordinates: TensorLike, order: number, options?: MapCoordinatesOptions]> = op(
  "image.map_coordinates",
  ["inputs", "coordinates", "order"],
  (inputs: TensorLike, coordinates: TensorLike, order: number, options: MapCoordinatesOptions = {}) => {
    const name = "image.map_coordinates";
    const x = input(name, inputs, "inputs");
    const places = realFloatInput(name, coordinates, "coordinates");
    if (places.shape.length < 2 || places.shape[0] !== x.shape.length) {
      throw new ShapeError(
        `[${name}] coordinates must be [${x.shape.length}, ...]: received ${formatAval(places)} for inputs ${formatAval(x)}`,
      );
    }
    if (order !== 0 && order !== 1) throw new ValueError(`[${name}] order must be 0 or 1: received ${describe(order)}`);
    const mode = choice(name, "fillMode", options.fillMode ?? "constant", ["constant", "nearest", "wrap", "mirror", "reflect"]);
    const rest = places.shape.slice(1);
    const rows = x.shape.map((_, i) => build.reshape(build.slice(places, [i, ...rest.map(() => 0)], [i + 1, ...rest]), rest));
    const fill = build.cast(build.constant(options.fillValue ?? 0, "float32"), x.dtype);
    if (order === 0) return new Tensor(lookUp(x, rows, order, mode, fill));
    // Interpolated as precisely as the places are known, and at least as the elements are.
    const work = isFloating(x.dtype) ? promoteTypes(x.dtype, places.dtype) : places.dtype;
    const [wide, wideFill] = [build.cast(x, work), build.cast(fill, work)];
    const found = lookUp(
      wide,
      rows.map((row) => build.cast(row, work)),
      order,
      mode,
      wideFill,
    );
    return new Tensor(build.cast(isFloating(x.dtype) ? found : build.round(found), x.dtype));
  },
);
