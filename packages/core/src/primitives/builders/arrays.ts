/** Builders of arrays and of views: what fills, moves and selects elements. */
import type { DType } from "../../dtypes/dtype.ts";
import { bindOne } from "../../graph/bind.ts";
import type { Shape, Value } from "../../graph/value.ts";
import { type Operand, constant } from "./elementwise.ts";

/**
 * True when two shapes are the same as far as is known (an unknown dimension equals an unknown one).
 *
 * @example
 * build.sameShape([2, NaN], [2, NaN]); // true
 */
export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dim, i) => Object.is(dim, b[i]));
}

/**
 * `value` everywhere.
 *
 * @throws ValueError for a number that the dtype does not hold.
 *
 * @example
 * new Tensor(build.full([2, 2], 7, "int32")); // [[7, 7], [7, 7]]
 */
export function full(shape: Shape, value: number | bigint | boolean, dtype: DType): Value {
  return broadcast(constant(value, dtype), shape);
}

/**
 * Zeros of `like`'s shape and dtype.
 *
 * @throws DisposedError when `like` is no longer there.
 *
 * @example
 * new Tensor(build.zerosLike(tensor([3, 4]).value)); // [0, 0]
 */
export function zerosLike(like: Value): Value {
  return full(like.shape, like.dtype === "bool" ? false : 0, like.dtype);
}

/**
 * Ones of `like`'s shape and dtype.
 *
 * @throws DisposedError when `like` is no longer there.
 *
 * @example
 * new Tensor(build.onesLike(tensor([3, 4]).value)); // [1, 1]
 */
export function onesLike(like: Value): Value {
  return full(like.shape, like.dtype === "bool" ? true : 1, like.dtype);
}

/**
 * 0, 1, 2, … along `axis` of `shape`, the same along other axes.
 *
 * @example
 * new Tensor(build.iota([2, 3], 1)); // [[0, 1, 2], [0, 1, 2]]
 */
export function iota(shape: Shape, axis: number, dtype: DType = "int32"): Value {
  return bindOne("iota", [], { shape, axis, dtype });
}

/**
 * Random bits of `shape` that follow from `key` alone.
 *
 * @example
 * const key = tensor(new Uint32Array([0, 42])).value;
 * build.randomBits(key, [2, 3]).shape; // [2, 3]
 */
export function randomBits(key: Value, shape: Shape): Value {
  return bindOne("random_bits", [key], { shape });
}

/**
 * The elements of `x` in another shape; itself when it has it already.
 *
 * @throws ShapeError when the number of elements differs.
 *
 * @example
 * new Tensor(build.reshape(tensor([1, 2, 3, 4]).value, [2, 2])); // [[1, 2], [3, 4]]
 */
export function reshape(x: Value, shape: Shape): Value {
  return sameShape(x.shape, shape) ? x : bindOne("reshape", [x], { shape });
}

/**
 * `x` with its axes in the order of `permutation`; itself when that is theirs.
 *
 * @example
 * build.transpose(ops.ones([2, 3, 4]).value, [2, 0, 1]).shape; // [4, 2, 3]
 */
export function transpose(x: Value, permutation: readonly number[]): Value {
  return permutation.length === x.shape.length && permutation.every((axis, i) => axis === i)
    ? x
    : bindOne("transpose", [x], { permutation });
}

/**
 * Swaps the last two axes.
 *
 * @example
 * new Tensor(build.matrixTranspose(tensor([[1, 2], [3, 4]]).value)); // [[1, 3], [2, 4]]
 */
export function matrixTranspose(x: Value): Value {
  const rank = x.shape.length;
  const permutation = x.shape.map((_, i) => i);
  permutation[rank - 1] = rank - 2;
  permutation[rank - 2] = rank - 1;
  return transpose(x, permutation);
}

/**
 * `x` stretched along its axes of size 1 to `shape`, of the same rank.
 *
 * @throws ShapeError when `x` does not broadcast to `shape`.
 *
 * @example
 * new Tensor(build.broadcast(tensor([[1], [2]]).value, [2, 2])); // [[1, 1], [2, 2]]
 */
export function broadcast(x: Value, shape: Shape): Value {
  return sameShape(x.shape, shape) ? x : bindOne("broadcast", [x], { shape });
}

/**
 * The elements from `start` to before `limit` on each axis, in steps of `strides` (default 1).
 *
 * @throws ShapeError when a part lies outside.
 *
 * @example
 * new Tensor(build.slice(tensor([0, 1, 2, 3, 4]).value, [1], [5], [2])); // [1, 3]
 */
export function slice(x: Value, start: readonly number[], limit: readonly number[], strides?: readonly number[]): Value {
  return bindOne("slice", [x], { start, limit, strides: strides ?? start.map(() => 1) });
}

/**
 * `x` reversed along `axes`.
 *
 * @example
 * new Tensor(build.flip(tensor([1, 2, 3]).value, [0])); // [3, 2, 1]
 */
export function flip(x: Value, axes: readonly number[]): Value {
  return axes.length === 0 ? x : bindOne("flip", [x], { axes });
}

/**
 * Pads with `value` (a number or a 0-d value).
 *
 * `low` and `high` say how many elements come before and after each axis (negative: are cut off), `interior` how many between each two.
 *
 * @throws DTypeError when a value to pad with has another dtype; ShapeError unless there is a number for each axis.
 *
 * @example
 * new Tensor(build.pad(tensor([1, 2]).value, [1], [0], [1])); // [0, 1, 0, 2]
 */
export function pad(x: Value, low: readonly number[], high: readonly number[], interior?: readonly number[], value: Operand = 0): Value {
  const filler = typeof value === "number" ? constant(x.dtype === "bool" ? value !== 0 : value, x.dtype) : value;
  return bindOne("pad", [x, filler], { low, high, interior: interior ?? low.map(() => 0) });
}

/**
 * Values joined along `axis`.
 *
 * @example
 * new Tensor(build.concat([tensor([1]).value, tensor([2, 3]).value], 0)); // [1, 2, 3]
 */
export function concat(xs: readonly Value[], axis: number): Value {
  return xs.length === 1 ? (xs[0] as Value) : bindOne("concat", xs, { axis });
}

/**
 * Undoes the dropping of `axes` by a reduction of something of `shape`: puts them back with size 1, then stretches.
 *
 * @example
 * new Tensor(build.unreduce(tensor([1, 2]).value, [2, 3], [1])); // [[1, 1, 1], [2, 2, 2]]
 */
export function unreduce(x: Value, shape: Shape, axes: readonly number[]): Value {
  return broadcast(
    reshape(
      x,
      shape.map((dim, i) => (axes.includes(i) ? 1 : dim)),
    ),
    shape,
  );
}
