/** Running results by a tree of operations. */
import { ShapeError } from "../../errors.ts";
import type { Value } from "../../graph/value.ts";
import { optionsOf } from "../../options.ts";
import * as build from "../../primitives/build.ts";
import { sliceAxis } from "../shape/split.ts";
import { axisOf } from "../support/axes.ts";
import { requireFunction, treeOf, treeValues } from "./bodies.ts";

/** Options of {@link associativeScan}. */
export interface AssociativeScanOptions {
  /** From the last element to the first. Default false. */
  readonly reverse?: boolean;
  /** Default 0. */
  readonly axis?: number;
}

/**
 * Running results of an associative operation along an axis: as many operations as a loop has, twice, in about 2·log₂(n) rounds.
 *
 * Elements and results have the same shapes.
 *
 * @param f (a, b) → combined, elementwise along the axis; a and b are like `elems`.
 * @param elems A tensor or a nest of them, of one size along the axis.
 *
 * @throws ValueError when `f` is no function; ShapeError when the axis is out of range or its size is not known.
 *
 * @example
 * ops.associativeScan(ops.add, tensor([1, 2, 3, 4])); // [1, 3, 6, 10]
 */
export function associativeScan<T>(f: (a: T, b: T) => T, elems: T, options: AssociativeScanOptions = {}): T {
  requireFunction("associative_scan", f, "f");
  const values = treeValues("associative_scan", elems, "elems");
  const { axis = 0, reverse = false } = optionsOf("associative_scan", options);
  const axes = values.map((value) => axisOf("associative_scan", axis, value));
  const size = values[0]?.shape[axes[0] as number] as number;
  if (Number.isNaN(size)) throw new ShapeError("[associative_scan] the axis must have a known size");
  const each = (list: readonly Value[], fn: (value: Value, axis: number) => Value): Value[] =>
    list.map((value, i) => fn(value, axes[i] as number));
  const turned = (list: readonly Value[]): readonly Value[] => (reverse ? each(list, (value, at) => build.flip(value, [at])) : list);
  const combine = (a: readonly Value[], b: readonly Value[]): Value[] =>
    treeValues("associative_scan", f(treeOf(elems, a) as T, treeOf(elems, b) as T), "the result");

  // Ladner and Fischer, "Parallel prefix computation", 1980: pairs are combined and scanned, which gives every second result.
  const running = (list: readonly Value[], count: number): readonly Value[] => {
    if (count < 2) return list;
    const half = Math.floor(count / 2);
    const every2nd = (from: number, to: number): Value[] => each(list, (value, at) => sliceAxis(value, at, from, to, 2));
    const odd = running(combine(every2nd(0, 2 * half), every2nd(1, 2 * half)), half);
    const first = each(list, (value, at) => sliceAxis(value, at, 0, 1));
    const others = count - half - 1;
    if (others === 0) return interleaved(first, odd, axes, half);
    const rest = combine(
      each(odd, (value, at) => sliceAxis(value, at, 0, others)),
      every2nd(2, count),
    );
    const even = first.map((value, i) => build.concat([value, rest[i] as Value], axes[i] as number));
    return interleaved(even, odd, axes, half);
  };
  return treeOf(elems, turned(running(turned(values), size))) as T;
}

/** One of `even`, one of `odd` and so on, `count` of each; a last one of `even` where there is one more. */
function interleaved(even: readonly Value[], odd: readonly Value[], axes: readonly number[], count: number): Value[] {
  return even.map((value, i) => {
    const axis = axes[i] as number;
    const apart = (x: Value): Value => build.reshape(x, [...x.shape.slice(0, axis), count, 1, ...x.shape.slice(axis + 1)]);
    const pairs = build.concat([apart(sliceAxis(value, axis, 0, count)), apart(odd[i] as Value)], axis + 1);
    const flat = build.reshape(pairs, value.shape.with(axis, 2 * count));
    return value.shape[axis] === count ? flat : build.concat([flat, sliceAxis(value, axis, count, count + 1)], axis);
  });
}
