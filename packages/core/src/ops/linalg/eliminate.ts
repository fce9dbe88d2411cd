/** Factorizations of complex matrices, a column at a time. */
import { traceGraph } from "../../engine/trace-graph.ts";
import { bind } from "../../graph/bind.ts";
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import { adjoint } from "./complex.ts";

/** [..., m] → [..., m, 1] */
export const upright = (x: Value): Value => build.reshape(x, [...x.shape, 1]);
/** [..., n] → [..., 1, n] */
export const lying = (x: Value): Value => build.reshape(x, [...x.shape.slice(0, -1), 1, x.shape.at(-1) as number]);
const sumLast = (x: Value): Value => build.sum(x, [x.shape.length - 1]);
/** The row of `x`, and what there is along its last axis, where `mask` holds. */
const rowAt = (x: Value, mask: Value): Value => build.sum(build.select(upright(mask), x, 0), [x.shape.length - 2]);
export const picked = (x: Value, mask: Value): Value => sumLast(build.select(mask, x, 0));

/** For each column `k`, what `step` makes of `state`, and stacked what else it gives. */
export function forColumns(
  count: number,
  state: readonly Value[],
  step: (state: readonly Value[], k: Value) => readonly Value[],
): readonly Value[] {
  const avals = [...state, { dtype: "int32", shape: [] } as const].map(({ dtype, shape }) => ({ dtype, shape }));
  const body = traceGraph(avals, (values) => step(values.slice(0, -1), values.at(-1) as Value)).graph;
  const operands = [...state, build.iota([count], 0)];
  return bind("scan", operands, { body, carry: state.length, xs: 1, length: count, reverse: false });
}

/**
 * L and U in one matrix, as LAPACK has them, and the row that each row in turn was exchanged with: [..., m, n] → [[..., m, n], int32 [...,
 * min(m, n)]]. Columns of which nothing is left stay 0.
 */
export function luByColumns(x: Value): readonly [Value, Value] {
  const [m, n] = x.shape.slice(-2) as [number, number];
  const count = Math.min(m, n);
  const batch = x.shape.slice(0, -2);
  if (count === 0) return [x, build.full([...batch, 0], 0, "int32")];
  const [packed, pivots] = forColumns(count, [x], ([a], k) => {
    const [rows, columns] = [build.iota([m], 0), build.iota([n], 0)];
    const [isRow, isColumn] = [build.eq(rows, k), build.eq(columns, k)];
    const given = a as Value;
    const column = picked(given, isColumn);
    // LAPACK takes the sum of both parts for the size.
    const sizes = build.add(build.abs(build.real(column)), build.abs(build.imag(column)));
    const pivot = build.argreduce("max", build.select(build.lt(rows, k), -1, sizes), batch.length);
    const isPivot = build.eq(upright(pivot), rows);
    const [row, chosen] = [rowAt(given, isRow), rowAt(given, isPivot)];
    const exchanged = build.select(upright(isRow), lying(chosen), build.select(upright(isPivot), lying(row), given));
    const leading = picked(chosen, isColumn);
    const isZero = build.eq(build.abs(leading), 0);
    const divisor = upright(build.select(isZero, 1, leading));
    const below = build.and(build.lt(k, rows), build.not(upright(isZero)));
    const factors = build.select(below, build.div(picked(exchanged, isColumn), divisor), 0);
    const rest = build.select(build.lt(k, columns), chosen, 0);
    const eliminated = build.sub(exchanged, build.mul(upright(factors), lying(rest)));
    return [build.select(build.and(upright(build.lt(k, rows)), isColumn), upright(factors), eliminated), pivot];
  }) as [Value, Value];
  const last = [...batch.map((_, axis) => axis + 1), 0];
  return [packed, build.transpose(pivots, last)];
}

/**
 * Unitary Q [..., m, m] and upper triangular R [..., m, n] with Q·R = x, by reflections as LAPACK's: the diagonal of R is real.
 */
export function qrByColumns(x: Value): readonly [Value, Value] {
  const [m, n] = x.shape.slice(-2) as [number, number];
  const count = Math.min(m, n);
  const batch = x.shape.slice(0, -2);
  const identity = build.broadcast(build.eye(m, x.dtype), [...batch, m, m]);
  if (count === 0) return [identity, x];
  const [q, r] = forColumns(count, [identity, x], ([before, rest], k) => {
    const [rows, columns] = [build.iota([m], 0), build.iota([n], 0)];
    const isRow = build.eq(rows, k);
    // Reflections do not change with the size of the column; what elimination left of it may be too small to be squared.
    const left = build.select(build.lt(rows, k), 0, picked(rest as Value, build.eq(columns, k)));
    const largest = build.stopGradient(build.reduceKeep("max", build.abs(left), [batch.length]));
    const column = build.div(left, build.cast(build.select(build.eq(largest, 0), 1, largest), x.dtype));
    const first = picked(column, isRow);
    const squares = build.real(build.mul(column, build.conj(column)));
    const tail = sumLast(build.select(build.lt(k, rows), squares, 0));
    // A column that is real at its head and 0 below needs no reflection.
    const isDone = build.and(build.eq(tail, 0), build.eq(build.imag(first), 0));
    const length = build.sqrt(build.select(isDone, 1, sumLast(squares)));
    const beta = build.select(build.lt(build.real(first), 0), length, build.neg(length));
    const head = build.select(isDone, 1, build.sub(first, build.cast(beta, x.dtype)));
    const tau = build.select(isDone, 0, build.div(build.sub(build.cast(beta, x.dtype), first), build.cast(beta, x.dtype)));
    const v = build.select(isRow, 1, build.select(build.lt(k, rows), build.div(column, upright(head)), 0));
    const w = upright(v);
    const reflected = build.sub(
      rest as Value,
      build.mul(upright(upright(build.conj(tau))), build.dot(w, build.dot(adjoint(w), rest as Value))),
    );
    const turned = build.sub(before as Value, build.mul(upright(upright(tau)), build.dot(build.dot(before as Value, w), adjoint(w))));
    return [turned, reflected];
  }) as [Value, Value];
  return [q, build.triu(r)];
}
