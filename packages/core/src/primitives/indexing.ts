/** Reading and writing at computed indices. */
import { DTypeError } from "../errors.ts";
import type { Aval, Shape, Value } from "../graph/value.ts";
import { formatAval } from "../shapes/format.ts";
import { allBatched, moveAxis } from "./batching.ts";
import {
  add,
  and,
  argsort,
  cast,
  conj,
  constant,
  div,
  eq,
  full,
  gather,
  iota,
  le,
  lt,
  mul,
  onesLike,
  reshape,
  scatter,
  select,
  transpose,
  zerosLike,
} from "./build.ts";
import { requireAxis, requireCount, requireMatch, requireSameDType } from "./checks.ts";
import type { ScatterOp } from "./params.ts";
import type { BatchContext, PrimitiveTable } from "./primitive.ts";
import { productOfOthersInSegment } from "./recurrence.ts";

/** [...a, K, ...b] with K replaced by the indices' shape. */
function gatheredShape(op: string, x: Aval, indices: Aval, axis: number): Shape {
  requireAxis(op, axis, x);
  if (indices.dtype !== "int32") throw new DTypeError(`[${op}] indices must be int32: received ${formatAval(indices)}`);
  return [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
}

interface ScatterGradient {
  readonly ct: Value;
  readonly x: Value;
  readonly indices: Value;
  readonly updates: Value;
  readonly y: Value;
  readonly axis: number;
  readonly needs: readonly boolean[];
}

type Pair = readonly [Value | null, Value | null];

/** What was overwritten gets nothing; of several updates of one place the last counts. */
function setGradient({ ct, x, indices, updates, axis, needs }: ScatterGradient): Pair {
  const dx = needs[0] ? scatter("set", ct, indices, zerosLike(updates), axis) : null;
  if (!needs[2]) return [dx, null];
  const count = indices.shape.reduce((product, dim) => product * dim, 1);
  const order = reshape(iota([count], 0), indices.shape);
  const winners = scatter("set", full([x.shape[axis]], 0, "int32"), indices, order, 0);
  const wins = eq(gather(winners, indices, 0), order);
  const aligned = reshape(wins, [...indices.shape, ...x.shape.slice(axis + 1).map(() => 1)]);
  return [dx, select(aligned, gather(ct, indices, axis), 0)];
}

function addGradient({ ct, indices, axis, needs }: ScatterGradient): Pair {
  return [ct, needs[2] ? gather(ct, indices, axis) : null];
}

function mulGradient({ ct, x, indices, updates, axis, needs }: ScatterGradient): Pair {
  const dx = needs[0] ? mul(ct, conj(scatter("mul", onesLike(x), indices, updates, axis))) : null;
  if (!needs[2]) return [dx, null];
  const count = indices.shape.reduce((product, dim) => product * dim, 1);
  const flat = reshape(updates, [...x.shape.slice(0, axis), count, ...x.shape.slice(axis + 1)]);
  const keys = reshape(indices, [count]);
  // Updates of one place become neighbours, so that each finds the product of the others.
  const order = argsort(keys, 0);
  const sorted = productOfOthersInSegment(gather(flat, order, axis), gather(keys, order, 0), axis);
  const others = reshape(gather(sorted, argsort(order, 0), axis), updates.shape);
  return [dx, mul(gather(mul(ct, conj(x)), indices, axis), conj(others))];
}

/** Equal parts to all that attain the extreme, the old element among them. */
function extremeGradient({ ct, x, indices, updates, y, axis, needs }: ScatterGradient): Pair {
  const kept = cast(eq(x, y), x.dtype);
  const attains = cast(eq(updates, gather(y, indices, axis)), x.dtype);
  const share = div(ct, scatter("add", kept, indices, attains, axis));
  return [needs[0] ? mul(share, kept) : null, needs[2] ? mul(gather(share, indices, axis), attains) : null];
}

const scatterGradients: Record<ScatterOp, (gradient: ScatterGradient) => Pair> = {
  set: setGradient,
  add: addGradient,
  mul: mulGradient,
  max: extremeGradient,
  min: extremeGradient,
};

/** [B, ...i] → indices into the examples laid end to end along an axis of B·K. What is out of range stays so. */
function laidEndToEnd(indices: Value, batch: number, size: number): Value {
  const ok = and(le(constant(0, "int32"), indices), lt(indices, size));
  const offsets = mul(iota([batch, ...indices.shape.slice(1).map(() => 1)], 0), size);
  return select(ok, add(indices, offsets), -1);
}

/** [B, ...a, K, ...b] → [B·K, ...a, ...b] */
function endToEnd(x: Value, axis: number): Value {
  const moved = moveAxis(x, axis + 1, 1);
  const [batch, size, ...rest] = moved.shape;
  return reshape(moved, [batch * size, ...rest]);
}

/** `count` axes that start at `from`, moved as they are to start at `to`. */
function moveAxes(x: Value, from: number, count: number, to: number): Value {
  const axes = x.shape.map((_, axis) => axis);
  const moving = axes.splice(from, count);
  axes.splice(to, 0, ...moving);
  return transpose(x, axes);
}

function batchedGather({ inputs: [x, indices], batched, size, params: { axis } }: BatchContext<"gather">): Value {
  if (!batched[1]) return gather(x, indices, axis + 1);
  if (!batched[0]) return moveAxis(gather(x, indices, axis), axis, 0);
  const rows = endToEnd(x, axis);
  const found = gather(rows, laidEndToEnd(indices, size, x.shape[axis + 1]), 0); // [B, ...i, ...a, ...b]
  return moveAxes(found, 1, indices.shape.length - 1, axis + 1);
}

function batchedScatter(context: BatchContext<"scatter">): Value {
  const { inputs, batched, size, params } = context;
  const { axis, op } = params;
  const [x, indices, updates] = allBatched(context);
  if (!batched[1]) return scatter(op, x, inputs[1], updates, axis + 1);
  const count = indices.shape.length - 1;
  const aligned = moveAxes(updates, axis + 1, count, 1); // [B, ...i, ...a, ...b]
  const written = scatter(op, endToEnd(x, axis), laidEndToEnd(indices, size, x.shape[axis + 1]), aligned, 0);
  return moveAxis(reshape(written, [size, x.shape[axis + 1], ...written.shape.slice(1)]), 1, axis + 1);
}

export const indexingPrimitives: Pick<PrimitiveTable, "gather" | "scatter"> = {
  gather: {
    infer: (inputs, { axis }) => {
      requireCount("gather", inputs, 2);
      const [x, indices] = inputs;
      return [{ dtype: x.dtype, shape: gatheredShape("gather", x, indices, axis) }];
    },
    vjp: ({ inputs: [x, indices], cotangents: [ct], params: { axis } }) => [ct && scatter("add", zerosLike(x), indices, ct, axis), null],
    batch: (context) => [batchedGather(context)],
  },
  scatter: {
    infer: (inputs, { axis, op }) => {
      requireCount("scatter", inputs, 3);
      const [x, indices, updates] = inputs;
      requireSameDType("scatter", x, updates);
      if ((x.dtype === "bool" && op !== "set") || (x.dtype === "complex64" && (op === "max" || op === "min"))) {
        throw new DTypeError(`[scatter] ${op} does not take ${x.dtype}: received ${formatAval(x)}`);
      }
      const expected = { dtype: x.dtype, shape: gatheredShape("scatter", x, indices, axis) };
      requireMatch("scatter", "updates must have the shape of what is gathered", updates, expected);
      return [x];
    },
    vjp: ({ inputs: [x, indices, updates], outputs: [y], cotangents, needs, params: { axis, op } }) => {
      const ct = cotangents[0] as Value;
      const [dx, dUpdates] = scatterGradients[op]({ ct, x, indices, updates, y, axis, needs });
      return [dx, null, dUpdates];
    },
    batch: (context) => [batchedScatter(context)],
  },
};
