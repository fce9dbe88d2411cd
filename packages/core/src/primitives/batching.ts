/**
 * What batching rules share. A batched value has its examples along an additional first axis; folding that axis into another one of the
 * operand (the rows of a matrix, the channels of an image) lets one kernel do what else would take one for each example.
 */
import { bind } from "../graph/bind.ts";
import type { Value } from "../graph/value.ts";
import { broadcast, reshape, transpose } from "./build.ts";
import type { PrimitiveName } from "./params.ts";
import type { BatchContext } from "./primitive.ts";

/** For primitives whose parameters say nothing of the axes, and which take any leading axes there are. */
export function asIs<P extends PrimitiveName>({ op, inputs, params }: BatchContext<P>): readonly Value[] {
  return bind(op, inputs, params);
}

/** `x`, batched, with axes of size 1 behind the examples so that each example has `rank` axes. */
export function withRank(x: Value, rank: number): Value {
  const [size, ...example] = x.shape;
  return reshape(x, [size, ...new Array<number>(rank - example.length).fill(1), ...example]);
}

/** For elementwise primitives, which broadcast: examples of a lower rank are given the highest one, so that the first axes meet. */
export function aligned<P extends PrimitiveName>({ op, inputs, batched, params }: BatchContext<P>): readonly Value[] {
  const rank = Math.max(...inputs.map(({ shape }, i) => shape.length - (batched[i] ? 1 : 0)));
  return bind(
    op,
    inputs.map((x, i) => (batched[i] ? withRank(x, rank) : x)),
    params,
  );
}

/** The same example, `size` times. */
export function repeated(x: Value, size: number): Value {
  return broadcast(x, [size, ...x.shape]);
}

/** The operands, all of them batched. */
export function allBatched({ inputs, batched, size }: Pick<BatchContext<PrimitiveName>, "inputs" | "batched" | "size">): readonly Value[] {
  return inputs.map((x, i) => (batched[i] ? x : repeated(x, size)));
}

/** `x` with axis `from` at place `to`. */
export function moveAxis(x: Value, from: number, to: number): Value {
  const order = x.shape.map((_, axis) => axis).filter((axis) => axis !== from);
  order.splice(to, 0, from);
  return transpose(x, order);
}

/** `x`, batched, without its first axis: the examples are part of axis `axis` (of an example), before what was there. */
export function foldInto(x: Value, axis: number): Value {
  const moved = moveAxis(x, 0, axis);
  const shape = [...moved.shape];
  shape.splice(axis, 2, shape[axis] * shape[axis + 1]);
  return reshape(moved, shape);
}

/** Undoes {@link foldInto}: the first part of axis `axis` becomes a first axis of `size` again. */
export function unfoldFrom(x: Value, axis: number, size: number): Value {
  const shape = [...x.shape];
  shape.splice(axis, 1, size, size === 0 ? 0 : shape[axis] / size);
  return moveAxis(reshape(x, shape), axis, 0);
}

/** Folding divides sizes again: it needs a known number of examples, and at least one. */
export function canFold(size: number): boolean {
  return size > 0;
}
