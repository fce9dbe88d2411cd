/** NumPy's indexing. */
import { ShapeError, ValueError } from "../../errors.ts";
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import { broadcastShapes } from "../../shapes/broadcast.ts";
import { formatAval } from "../../shapes/format.ts";
import { type AnyTensor, isTensorBase } from "../../tensor/base.ts";
import type { TensorLike } from "../../tensor/create.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { describe, indexInput, input } from "../support/input.ts";
import { op, type Op } from "../support/op.ts";
import { wrapped } from "./take.ts";

/**
 * One entry of a key: a number picks one element and drops the axis, `[start, stop, step]` (each may be null or left out) is a range,
 * `null` is a new axis of size 1, `"..."` stands for all axes not named, an integer tensor picks elements.
 */
export type IndexKey = number | readonly (number | null)[] | null | "..." | ":" | AnyTensor;

interface Cursor {
  /** What has been sliced so far; axes before `axis` are done. */
  readonly start: number[];
  readonly limit: number[];
  readonly strides: number[];
  readonly flips: number[];
}

/** Start, number of elements and step of a range over `size` elements, as Python's slice.indices. */
function rangeOf(key: readonly (number | null)[], size: number): { first: number; last: number; count: number; step: number } {
  const [rawStart = null, rawStop = null, rawStep = null] = key;
  const step = rawStep ?? 1;
  for (const part of key) {
    if (part !== null && part !== undefined && !Number.isInteger(part))
      throw new ValueError(`[get_item] a range must hold integers: received ${JSON.stringify(key)}`);
  }
  if (step === 0 || key.length > 3)
    throw new ValueError(`[get_item] a range is [start, stop, step] with a step other than 0: received ${JSON.stringify(key)}`);
  const limitTo = (place: number, low: number, high: number): number => Math.min(Math.max(place < 0 ? place + size : place, low), high);
  const start = rawStart === null ? (step > 0 ? 0 : size - 1) : step > 0 ? limitTo(rawStart, 0, size) : limitTo(rawStart, -1, size - 1);
  const stop = rawStop === null ? (step > 0 ? size : -1) : step > 0 ? limitTo(rawStop, 0, size) : limitTo(rawStop, -1, size - 1);
  const count = Math.max(0, Math.ceil((stop - start) / step));
  return { first: start, last: start + (count - 1) * step, count, step };
}

/** Slices one axis of the cursor by a range. */
function applyRange(cursor: Cursor, axis: number, size: number, key: readonly (number | null)[]): void {
  const { first, last, count, step } = rangeOf(key, size);
  if (count === 0) {
    cursor.limit[axis] = cursor.start[axis] = 0;
  } else if (step > 0) {
    cursor.start[axis] = first;
    cursor.limit[axis] = last + 1;
    cursor.strides[axis] = step;
  } else {
    // Backwards: the same elements forwards, then flipped.
    cursor.start[axis] = last;
    cursor.limit[axis] = first + 1;
    cursor.strides[axis] = -step;
    cursor.flips.push(axis);
  }
}

function applyNumber(cursor: Cursor, axis: number, x: Value, index: number): void {
  const size = x.shape[axis] as number;
  if (!Number.isInteger(index) || index < -size || index >= size) {
    throw new ShapeError(`[get_item] index ${index} is out of range for axis ${axis} of ${formatAval(x)}`);
  }
  const place = index < 0 ? index + size : index;
  cursor.start[axis] = place;
  cursor.limit[axis] = place + 1;
}

/** The part of `x` that `key` names; see {@link getItem}. */
export function itemOf(x: Value, key: readonly IndexKey[]): Value {
  const consumes = (entry: IndexKey): boolean => entry !== null && entry !== "...";
  const named = key.filter(consumes).length;
  const rank = x.shape.length;
  if (named > rank) throw new ShapeError(`[get_item] ${named} indices for ${rank} axes: received ${formatAval(x)}`);
  const ellipsis = key.indexOf("...");
  if (key.indexOf("...", ellipsis + 1) > 0 && ellipsis >= 0 && key.filter((entry) => entry === "...").length > 1) {
    throw new ValueError('[get_item] a key may hold "..." once');
  }
  const rest: IndexKey[] = new Array<IndexKey>(rank - named).fill(":");
  const full = ellipsis < 0 ? [...key, ...rest] : [...key.slice(0, ellipsis), ...rest, ...key.slice(ellipsis + 1)];

  const cursor: Cursor = { start: x.shape.map(() => 0), limit: [...x.shape], strides: x.shape.map(() => 1), flips: [] };
  // The result's axes: those kept (by their place in x), new ones, and tensors.
  const layout: ({ readonly axis: number } | "new" | { readonly indices: Value; readonly axis: number })[] = [];
  let axis = 0;
  for (const entry of full) {
    if (entry === null) {
      layout.push("new");
    } else if (typeof entry === "number") {
      applyNumber(cursor, axis++, x, entry);
    } else if (isTensorBase(entry)) {
      if (entry.dtype === "bool")
        throw new ValueError("[get_item] a bool tensor as index gives a shape that depends on data: use ops.where, or ops.nonzero first");
      layout.push({ axis, indices: wrapped(indexInput("get_item", entry), x.shape[axis] as number) });
      axis++;
    } else if (entry === ":") {
      layout.push({ axis: axis++ });
    } else if (Array.isArray(entry)) {
      applyRange(cursor, axis, x.shape[axis] as number, entry as readonly (number | null)[]);
      layout.push({ axis: axis++ });
    } else {
      throw new ValueError(
        `[get_item] not an index: ${describe(entry)}; use a number, [start, stop, step], null, "..." or an integer tensor`,
      );
    }
  }
  const untouched =
    cursor.strides.every((step) => step === 1) &&
    cursor.limit.every((limit, i) => Object.is(limit, x.shape[i])) &&
    cursor.start.every((s) => s === 0);
  const sliced = build.flip(untouched ? x : build.slice(x, cursor.start, cursor.limit, cursor.strides), cursor.flips);
  return gatherTensors(sliced, layout);
}

type Place = { readonly axis: number } | "new" | { readonly indices: Value; readonly axis: number };
type TensorPlace = { readonly indices: Value; readonly axis: number };

const isTensorPlace = (place: Place): place is TensorPlace => place !== "new" && "indices" in place;

/** Drops the axes that numbers picked, adds new ones, and gathers by tensors (several of them together, as NumPy does). */
function gatherTensors(x: Value, layout: readonly Place[]): Value {
  const tensors = layout.filter(isTensorPlace);
  const plain = layout.filter((place) => !isTensorPlace(place)) as readonly ({ readonly axis: number } | "new")[];
  if (tensors.length === 0) {
    return build.reshape(
      x,
      plain.map((place) => (place === "new" ? 1 : (x.shape[place.axis] as number))),
    );
  }
  const common = broadcastShapes("get_item", ...tensors.map(({ indices }) => indices.shape));
  const indexed = tensors.map(({ axis }) => axis);
  const kept = plain.flatMap((place) => (place === "new" ? [] : [place.axis]));
  // Indexed axes first, as one; numbers' axes have size 1 by now and go with the kept ones.
  const others = x.shape.map((_, i) => i).filter((i) => !indexed.includes(i) && !kept.includes(i));
  const moved = build.transpose(x, [...indexed, ...others, ...kept]);
  const sizes = indexed.map((i) => x.shape[i] as number);
  const keptSizes = kept.map((i) => x.shape[i] as number);
  const flat = build.reshape(moved, [sizes.reduce((product, dim) => product * dim, 1), ...keptSizes]);
  let position: Value | null = null;
  tensors.forEach(({ indices }, i) => {
    const size = sizes[i] as number;
    const ok = build.and(
      build.le(build.constant(0, "int32"), indices),
      Number.isNaN(size) ? build.eq(indices, indices) : build.lt(indices, size),
    );
    const safe = tensors.length === 1 ? indices : build.check(indices, ok, `an index is out of range for an axis of size ${size}`);
    // Where a size is not known, nothing but the shape is asked for.
    position = position === null ? safe : build.add(build.mul(position, Number.isNaN(size) ? 1 : size), safe);
  });
  const gathered = build.gather(flat, build.broadcast(position as unknown as Value, common), 0);
  // Tensors side by side keep their place in the key; apart, their axes come first.
  const first = layout.findIndex(isTensorPlace);
  const last = layout.length - 1 - [...layout].reverse().findIndex(isTensorPlace);
  const together = layout.slice(first, last + 1).every(isTensorPlace);
  const lead = together ? layout.slice(0, first) : [];
  const leadKept = lead.filter((place) => place !== "new").length;
  const order = kept.map((_, i) => common.length + i);
  const placed = build.transpose(gathered, [...order.slice(0, leadKept), ...common.map((_, i) => i), ...order.slice(leadKept)]);
  const shapeOf = (places: readonly Place[]): number[] => places.map((place) => (place === "new" ? 1 : (x.shape[place.axis] as number)));
  return build.reshape(placed, [
    ...shapeOf(lead),
    ...common,
    ...shapeOf((together ? layout.slice(first) : layout).filter((place) => !isTensorPlace(place))),
  ]);
}

/**
 * `x[key]` as in NumPy. Each entry of the key is a number (picks one element, negative from the end), a range `[start, stop, step]` (null or
 * nothing for the ends), `":"` (everything), `null` (a new axis), `"..."` (all axes not named), or an integer tensor.
 * @throws ShapeError for an index out of range or too many of them; ValueError for anything else in the key.
 * @example
 * ops.getItem(x, [0, [1, 3]])            // x[0, 1:3]
 * ops.getItem(x, ["...", [null, null, -1]]) // x[..., ::-1]
 */
export const getItem: Op<[x: TensorLike, key: readonly IndexKey[] | number | AnyTensor]> = op(
  "get_item",
  ["x", "key"],
  (x: TensorLike, key: readonly IndexKey[] | number | AnyTensor) => {
    const value = input("get_item", x);
    if (typeof key === "number" || isTensorBase(key)) return new Tensor(itemOf(value, [key]));
    if (!Array.isArray(key)) throw new ValueError(`[get_item] the key must be an array of indices: received ${describe(key)}`);
    return new Tensor(itemOf(value, key as readonly IndexKey[]));
  },
);
