/** The same elements in another shape, or in another order of axes. */
import { ShapeError, ValueError } from "../../errors.ts";
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import { broadcastShapes } from "../../shapes/broadcast.ts";
import { formatAval } from "../../shapes/format.ts";
import { resolveReshape } from "../../shapes/reshape.ts";
import type { TensorLike } from "../../tensor/create.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { axesOf, axisOf } from "../support/axes.ts";
import { describe, input, shapeInput } from "../support/input.ts";
import { op, type Op } from "../support/op.ts";

/**
 * `x` in another shape, in row-major order: [6] as [2, 3]. One size may be -1 and is computed from the others.
 *
 * @throws ShapeError when the number of elements differs.
 *
 * @example
 * ops.reshape(ops.arange(6), [2, -1]).shape // [2, 3]
 */
export const reshape: Op<[x: TensorLike, newshape: number | readonly number[]]> = op(
  "reshape",
  ["x", "newshape"],
  (x: TensorLike, newshape: number | readonly number[]) => {
    const value = input("reshape", x);
    const list = typeof newshape === "number" ? [newshape] : newshape;
    if (!Array.isArray(list) || list.some((dim) => typeof dim !== "number")) {
      throw new ShapeError(`[reshape] newshape must be an array of sizes: received ${describe(newshape)}`);
    }
    return new Tensor(build.reshape(value, resolveReshape(value.shape, list as readonly number[])));
  },
);

/** All elements along one axis: [size]. */
export function flattened(x: Value): Value {
  return build.reshape(x, [x.shape.includes(0) ? 0 : x.shape.reduce((size, dim) => size * dim, 1)]);
}

/**
 * `x` flattened to one axis: [size].
 *
 * @example
 * ops.ravel(tensor([[1, 2], [3, 4]])); // [1, 2, 3, 4]
 */
export const ravel: Op<[x: TensorLike]> = op("ravel", ["x"], (x: TensorLike) => new Tensor(flattened(input("ravel", x))));

/**
 * `x` with its axes in another order: output axis i is input axis `axes[i]`.
 *
 * @param options `axes`: default all axes reversed.
 *
 * @throws ShapeError unless `axes` name each axis once; ValueError when they are no array.
 *
 * @example
 * ops.transpose(tensor([[1, 2], [3, 4]])); // [[1, 3], [2, 4]]
 */
export const transpose: Op<[x: TensorLike, options?: { readonly axes?: readonly number[] | null }]> = op(
  "transpose",
  ["x"],
  (x: TensorLike, options: { readonly axes?: readonly number[] | null } = {}) => {
    const value = input("transpose", x);
    const { axes } = options;
    if (axes === undefined || axes === null) {
      return new Tensor(
        build.transpose(
          value,
          value.shape.map((_, i) => value.shape.length - 1 - i),
        ),
      );
    }
    if (!Array.isArray(axes)) throw new ValueError(`[transpose] axes must be an array of axes: received ${describe(axes)}`);
    const permutation = (axes as readonly number[]).map((axis) => axisOf("transpose", axis, value, "axis"));
    if (permutation.length !== value.shape.length || new Set(permutation).size !== permutation.length) {
      throw new ShapeError(`[transpose] axes must name each axis of ${formatAval(value)} once: received [${axes.join(",")}]`);
    }
    return new Tensor(build.transpose(value, permutation));
  },
);

/** A permutation that moves `source` axes to `destination` places and keeps the order of the rest. */
export function movedAxes(rank: number, source: readonly number[], destination: readonly number[]): number[] {
  const rest = Array.from({ length: rank }, (_, axis) => axis).filter((axis) => !source.includes(axis));
  const permutation: number[] = [];
  for (let place = 0; place < rank; place++) {
    const from = destination.indexOf(place);
    permutation.push(from >= 0 ? (source[from] as number) : (rest.shift() as number));
  }
  return permutation;
}

/**
 * `x` with axes moved to other places; the others keep their order. Moving axis 0 to -1 makes [a, b, c] to [b, c, a].
 *
 * @throws ShapeError when an axis is out of range or given twice, or there are not as many sources as destinations.
 *
 * @example
 * ops.moveaxis(ops.ones([2, 3, 4]), 0, -1).shape; // [3, 4, 2]
 */
export const moveaxis: Op<[x: TensorLike, source: number | readonly number[], destination: number | readonly number[]]> = op(
  "moveaxis",
  ["x", "source", "destination"],
  (x: TensorLike, source: number | readonly number[], destination: number | readonly number[]) => {
    const value = input("moveaxis", x);
    const from = (Array.isArray(source) ? source : [source]).map((axis) => axisOf("moveaxis", axis, value, "source"));
    const to = (Array.isArray(destination) ? destination : [destination]).map((axis) => axisOf("moveaxis", axis, value, "destination"));
    if (from.length !== to.length || new Set(from).size !== from.length || new Set(to).size !== to.length) {
      throw new ShapeError(
        `[moveaxis] source and destination must be as many different axes: received [${String(source)}] and [${String(destination)}]`,
      );
    }
    return new Tensor(build.transpose(value, movedAxes(value.shape.length, from, to)));
  },
);

/**
 * `x` with two axes exchanged: 0 and 2 make [a, b, c] to [c, b, a].
 *
 * @throws ShapeError when an axis is out of range.
 *
 * @example
 * ops.swapaxes(ops.ones([2, 3, 4]), 0, 2).shape; // [4, 3, 2]
 */
export const swapaxes: Op<[x: TensorLike, axis1: number, axis2: number]> = op(
  "swapaxes",
  ["x", "axis1", "axis2"],
  (x: TensorLike, axis1: number, axis2: number) => {
    const value = input("swapaxes", x);
    const [a, b] = [axisOf("swapaxes", axis1, value, "axis1"), axisOf("swapaxes", axis2, value, "axis2")];
    const permutation = value.shape.map((_, axis) => (axis === a ? b : axis === b ? a : axis));
    return new Tensor(build.transpose(value, permutation));
  },
);

/**
 * `x` with axes of size 1 inserted at `axis` (of the result), one or several: 0 makes [n] to [1, n], -1 to [n, 1].
 *
 * @throws ShapeError when an axis is out of range or given twice; ValueError when it is no integer.
 *
 * @example
 * ops.expandDims(tensor([1, 2]), 0); // [[1, 2]]
 */
export const expandDims: Op<[x: TensorLike, axis: number | readonly number[]]> = op(
  "expand_dims",
  ["x", "axis"],
  (x: TensorLike, axis: number | readonly number[]) => {
    const value = input("expand_dims", x);
    const list = typeof axis === "number" ? [axis] : axis;
    if (!Array.isArray(list))
      throw new ValueError(`[expand_dims] axis must be an integer or an array of integers: received ${describe(axis)}`);
    const places = (list as readonly number[]).map((place) => axisOf("expand_dims", place, value, "axis", list.length));
    if (new Set(places).size !== places.length) throw new ShapeError(`[expand_dims] an axis is given twice: [${list.join(",")}]`);
    const rest = [...value.shape];
    const shape = Array.from({ length: value.shape.length + places.length }, (_, i) => (places.includes(i) ? 1 : (rest.shift() as number)));
    return new Tensor(build.reshape(value, shape));
  },
);

/**
 * `x` without axes of size 1: [1, n, 1] becomes [n].
 *
 * @param options `axis`: which ones; default all of size 1.
 *
 * @throws ShapeError when a given axis is not of size 1.
 *
 * @example
 * ops.squeeze(tensor([[1, 2]])); // [1, 2]
 */
export const squeeze: Op<[x: TensorLike, options?: { readonly axis?: number | readonly number[] | null }]> = op(
  "squeeze",
  ["x"],
  (x: TensorLike, options: { readonly axis?: number | readonly number[] | null } = {}) => {
    const value = input("squeeze", x);
    const { axis } = options;
    const given = axis !== undefined && axis !== null;
    const axes = given ? axesOf("squeeze", axis, value) : value.shape.flatMap((dim, i) => (dim === 1 ? [i] : []));
    for (const place of axes) {
      const dim = value.shape[place] as number;
      if (dim !== 1 && !Number.isNaN(dim))
        throw new ShapeError(`[squeeze] axis ${place} has size ${dim}, not 1: received ${formatAval(value)}`);
    }
    return new Tensor(
      build.reshape(
        value,
        value.shape.filter((_, i) => !axes.includes(i)),
      ),
    );
  },
);

/**
 * `x` stretched to a shape it broadcasts to, as [3] to [2, 3]; -1 keeps an axis' size.
 *
 * @throws ShapeError when it does not broadcast to `shape`.
 *
 * @example
 * ops.broadcastTo(tensor([1, 2]), [2, 2]); // [[1, 2], [1, 2]]
 */
export const broadcastTo: Op<[x: TensorLike, shape: number | readonly number[]]> = op(
  "broadcast_to",
  ["x", "shape"],
  (x: TensorLike, shape: number | readonly number[]) => {
    const value = input("broadcast_to", x);
    const raw = typeof shape === "number" ? [shape] : shape;
    const offset = Array.isArray(raw) ? raw.length - value.shape.length : 0;
    const list = shapeInput(
      "broadcast_to",
      Array.isArray(raw) ? raw.map((dim: number, i) => (dim === -1 ? (value.shape[i - offset] ?? dim) : dim)) : shape,
    );
    const together = broadcastShapes("broadcast_to", value.shape, list);
    if (
      together.length !== list.length ||
      together.some((dim, i) => dim !== list[i] && !Number.isNaN(dim) && !Number.isNaN(list[i] as number))
    ) {
      throw new ShapeError(`[broadcast_to] ${formatAval(value)} does not broadcast to [${list.join(",")}]`);
    }
    return new Tensor(build.broadcast(value, list));
  },
);

/**
 * `x`, of any shape, as a tensor of its own. Tensors never change, so nothing is copied.
 *
 * @example
 * ops.copy(tensor([1, 2])); // [1, 2]
 */
export const copy: Op<[x: TensorLike]> = op("copy", ["x"], (x: TensorLike) => new Tensor(input("copy", x)));
