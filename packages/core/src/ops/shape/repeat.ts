/** Elements repeated, tiled, flipped, rolled and turned. */
import { ShapeError, ValueError } from "../../errors.ts";
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import { formatAval } from "../../shapes/format.ts";
import { isTensorBase } from "../../tensor/base.ts";
import type { TensorLike } from "../../tensor/create.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { type Axes, axesOf, axisOf } from "../support/axes.ts";
import { describe, input, integerInput } from "../support/input.ts";
import { op, type Op } from "../support/op.ts";
import { elementsNow } from "../support/read-now.ts";
import { flattened } from "./reshape.ts";
import { sliceAxis } from "./split.ts";

/** Each element along an axis so many times. */
function repeated(x: Value, count: number, axis: number): Value {
  const before = x.shape.slice(0, axis + 1);
  const after = x.shape.slice(axis + 1);
  const wide = build.broadcast(build.reshape(x, [...before, 1, ...after]), [...before, count, ...after]);
  return build.reshape(wide, [...x.shape.slice(0, axis), (x.shape[axis] as number) * count, ...after]);
}

/** Whole numbers given as an array or as a tensor whose elements are known now. */
function hostIntegers(name: string, x: number | readonly number[] | TensorLike, what: string): number | readonly number[] {
  if (typeof x === "number") return integerInput(name, x, what, 0);
  const list = isTensorBase(x) ? Array.from(elementsNow(name, x.value, `give ${what} as numbers`), Number) : x;
  if (!Array.isArray(list)) throw new ValueError(`[${name}] ${what} must be a whole number or an array of them: received ${describe(x)}`);
  return (list as readonly number[]).map((entry) => integerInput(name, entry, `each of ${what}`, 0));
}

/**
 * Each element along `axis` repeated, all `repeats` times or each as often as an array [size of the axis] says.
 *
 * @param options `axis`: default null, the flattened tensor.
 *
 * @throws ShapeError when the array has not one count an element; ValueError for counts that are no integers of at least 0.
 *
 * @example
 * ops.repeat(tensor([1, 2]), 2); // [1, 1, 2, 2]
 */
export const repeat: Op<[x: TensorLike, repeats: number | readonly number[] | TensorLike, options?: { readonly axis?: number | null }]> =
  op(
    "repeat",
    ["x", "repeats"],
    (x: TensorLike, repeats: number | readonly number[] | TensorLike, options: { readonly axis?: number | null } = {}) => {
      const { axis } = options;
      const given = axis !== undefined && axis !== null;
      const value = given ? input("repeat", x) : flattened(input("repeat", x));
      const place = given ? axisOf("repeat", axis, value) : 0;
      const counts = hostIntegers("repeat", repeats, "repeats");
      if (typeof counts === "number") return new Tensor(repeated(value, counts, place));
      if (counts.length === 1) return new Tensor(repeated(value, counts[0] as number, place));
      if (counts.length !== value.shape[place]) {
        throw new ShapeError(
          `[repeat] repeats must have one count for each of axis ${place} of ${formatAval(value)}: received ${counts.length}`,
        );
      }
      const indices = counts.flatMap((count, i) => new Array<number>(count).fill(i));
      return new Tensor(build.gather(value, input("repeat", new Int32Array(indices)), place));
    },
  );

/**
 * `x` put side by side so many times along each axis: [2, 3] by [4, 1] gives [8, 3]. The counts align with the last axes; missing ones
 * are 1.
 *
 * @throws ValueError for counts that are no integers of at least 0.
 *
 * @example
 * ops.tile(tensor([1, 2]), 2); // [1, 2, 1, 2]
 */
export const tile: Op<[x: TensorLike, repeats: number | readonly number[]]> = op(
  "tile",
  ["x", "repeats"],
  (x: TensorLike, repeats: number | readonly number[]) => {
    const value = input("tile", x);
    const raw = hostIntegers("tile", repeats, "repeats");
    const counts = typeof raw === "number" ? [raw] : raw;
    const rank = Math.max(counts.length, value.shape.length);
    const shape = [...new Array<number>(rank - value.shape.length).fill(1), ...value.shape];
    const times = [...new Array<number>(rank - counts.length).fill(1), ...counts];
    const spread = build.reshape(
      value,
      shape.flatMap((dim) => [1, dim]),
    );
    const wide = build.broadcast(
      spread,
      shape.flatMap((dim, i) => [times[i] as number, dim]),
    );
    return new Tensor(
      build.reshape(
        wide,
        shape.map((dim, i) => dim * (times[i] as number)),
      ),
    );
  },
);

/**
 * `x` in reverse order along one axis, several, or (default) all; the shape stays.
 *
 * @throws ShapeError when an axis is out of range or given twice.
 *
 * @example
 * ops.flip(tensor([1, 2, 3])); // [3, 2, 1]
 */
export const flip: Op<[x: TensorLike, options?: { readonly axis?: Axes }]> = op(
  "flip",
  ["x"],
  (x: TensorLike, options: { readonly axis?: Axes } = {}) => {
    const value = input("flip", x);
    return new Tensor(build.flip(value, axesOf("flip", options.axis, value)));
  },
);

/**
 * Columns reversed: the second axis of [rows, columns, …]. The shape stays.
 *
 * @throws ShapeError when `x` has fewer than two axes.
 *
 * @example
 * ops.fliplr(tensor([[1, 2], [3, 4]])); // [[2, 1], [4, 3]]
 */
export const fliplr: Op<[x: TensorLike]> = op("fliplr", ["x"], (x: TensorLike) => {
  const value = input("fliplr", x);
  return new Tensor(build.flip(value, [axisOf("fliplr", 1, value)]));
});

/**
 * Rows reversed: the first axis of [rows, …]. The shape stays.
 *
 * @throws ShapeError for a scalar.
 *
 * @example
 * ops.flipud(tensor([[1, 2], [3, 4]])); // [[3, 4], [1, 2]]
 */
export const flipud: Op<[x: TensorLike]> = op("flipud", ["x"], (x: TensorLike) => {
  const value = input("flipud", x);
  return new Tensor(build.flip(value, [axisOf("flipud", 0, value)]));
});

/** Elements moved by `shift` along an axis; what leaves at one end comes in at the other. */
function rolled(x: Value, shift: number, axis: number): Value {
  const size = x.shape[axis] as number;
  if (size === 0) return x;
  if (Number.isNaN(size)) return build.flip(build.flip(x, [axis]), [axis]);
  const offset = ((shift % size) + size) % size;
  if (offset === 0) return x;
  return build.concat([sliceAxis(x, axis, size - offset, size), sliceAxis(x, axis, 0, size - offset)], axis);
}

/**
 * Elements moved by `shift` places; what leaves at the end comes in at the start. The shape stays, whatever it is: [1, 2, 3] rolled by 1
 * is [3, 1, 2].
 *
 * @param options `axis`: one, or several with a shift each; default null, the flattened tensor.
 *
 * @throws ValueError when a shift is no integer; ShapeError when an axis is out of range, or there are several of both but not as many.
 *
 * @example
 * ops.roll(tensor([1, 2, 3]), 1); // [3, 1, 2]
 */
export const roll: Op<[x: TensorLike, shift: number | readonly number[], options?: { readonly axis?: Axes }]> = op(
  "roll",
  ["x", "shift"],
  (x: TensorLike, shift: number | readonly number[], options: { readonly axis?: Axes } = {}) => {
    const value = input("roll", x);
    const shifts = Array.isArray(shift) ? shift : [shift];
    for (const one of shifts) integerInput("roll", one, "shift");
    const { axis } = options;
    if (axis === undefined || axis === null) {
      const total = shifts.reduce((sum, one) => sum + one, 0);
      return new Tensor(build.reshape(rolled(flattened(value), total, 0), value.shape));
    }
    const axes = (Array.isArray(axis) ? axis : [axis]).map((place) => axisOf("roll", place, value));
    if (shifts.length !== 1 && axes.length !== 1 && shifts.length !== axes.length) {
      throw new ShapeError(`[roll] shift and axis must have one length: received ${shifts.length} and ${axes.length}`);
    }
    const count = Math.max(shifts.length, axes.length);
    let result = value;
    for (let i = 0; i < count; i++) result = rolled(result, (shifts[i] ?? shifts[0]) as number, (axes[i] ?? axes[0]) as number);
    return new Tensor(result);
  },
);

/**
 * `x` turned by 90° in the plane of two axes, from the first toward the second.
 *
 * @param options `k`: how often, default 1; `axes`: default [0, 1].
 *
 * @throws ValueError when `axes` are not two different ones or `k` is no integer; ShapeError when one is out of range.
 *
 * @example
 * ops.rot90(tensor([[1, 2], [3, 4]])); // [[2, 4], [1, 3]]
 */
export const rot90: Op<[array: TensorLike, options?: { readonly k?: number; readonly axes?: readonly number[] }]> = op(
  "rot90",
  ["array"],
  (array: TensorLike, options: { readonly k?: number; readonly axes?: readonly number[] } = {}) => {
    const value = input("rot90", array, "array");
    const given = options.axes ?? [0, 1];
    if (given.length !== 2) throw new ValueError(`[rot90] axes must be two: received [${given.join(",")}]`);
    const [a, b] = given.map((axis) => axisOf("rot90", axis, value)) as [number, number];
    if (a === b) throw new ValueError(`[rot90] axes must differ: received [${given.join(",")}]`);
    const turns = ((integerInput("rot90", options.k ?? 1, "k") % 4) + 4) % 4;
    const swap = (x: Value): Value =>
      build.transpose(
        x,
        x.shape.map((_, i) => (i === a ? b : i === b ? a : i)),
      );
    if (turns === 0) return new Tensor(value);
    if (turns === 2) return new Tensor(build.flip(value, [a, b]));
    return new Tensor(turns === 1 ? swap(build.flip(value, [b])) : build.flip(swap(value), [b]));
  },
);
