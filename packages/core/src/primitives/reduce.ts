/** Reductions along axes, running ones, and orderings. */
import { DTypeError, ShapeError } from "../errors.ts";
import type { Aval, Value } from "../graph/value.ts";
import { bindOne } from "../graph/bind.ts";
import { formatAval } from "../shapes/format.ts";
import {
  argreduce,
  argsort,
  conj,
  cumulative,
  div,
  eq,
  flip,
  iota,
  mul,
  not,
  onesLike,
  or,
  reshape,
  scatter,
  select,
  sum,
  transpose,
  unreduce,
  zerosLike,
} from "./build.ts";
import { requireAxes, requireAxis, requireCount, requireDType } from "./checks.ts";
import type { ReduceOp } from "./params.ts";
import type { PrimitiveTable } from "./primitive.ts";
import { productOfOthers, runningProductGradient, shift } from "./recurrence.ts";

function checkReduceDType(op: string, reduceOp: ReduceOp, x: Aval, bool: boolean): void {
  const extreme = reduceOp === "max" || reduceOp === "min";
  if (x.dtype === "bool" && !(bool && extreme)) {
    throw new DTypeError(`[${op}] ${reduceOp} does not take bool: received ${formatAval(x)}; cast it to int32`);
  }
  if (x.dtype === "complex64" && extreme) {
    throw new DTypeError(`[${op}] complex numbers have no ${reduceOp}: received ${formatAval(x)}`);
  }
}

/** The cotangent in equal parts to all places that attain the extreme. */
function extremeGradient(ct: Value, x: Value, y: Value, axes: readonly number[]): Value {
  const attains = eq(x, unreduce(y, x.shape, axes));
  const count = sum(select(attains, onesLike(x), 0), axes);
  return select(attains, unreduce(div(ct, count), x.shape, axes), 0);
}

function productGradient(ct: Value, x: Value, axes: readonly number[]): Value {
  if (x.shape.includes(0)) return zerosLike(x);
  const kept = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const permutation = [...kept, ...axes];
  const moved = transpose(x, permutation);
  const last = kept.length;
  const flat = reshape(moved, [...kept.map((axis) => x.shape[axis]), axes.reduce((size, axis) => size * x.shape[axis], 1)]);
  const others = reshape(productOfOthers(flat, last), moved.shape);
  const inverse = permutation.map((_, axis) => permutation.indexOf(axis));
  return mul(unreduce(ct, x.shape, axes), conj(transpose(others, inverse)));
}

/** Each cotangent to the first place that attains the running extreme. */
function runningExtremeGradient(ct: Value, y: Value, axis: number): Value {
  if (y.shape.includes(0)) return zerosLike(y);
  const size = y.shape.reduce((product, dim) => product * dim, 1);
  const first = eq(iota(y.shape, axis), 0);
  const isRecord = or(first, not(eq(y, shift(y, axis, 1, 0))));
  const place = reshape(iota([size], 0), y.shape);
  const source = cumulative("max", select(isRecord, place, -1), axis);
  const flat = reshape(ct, [size]);
  return reshape(scatter("add", zerosLike(flat), reshape(source, [size]), flat, 0), y.shape);
}

export const reducePrimitives: Pick<PrimitiveTable, "reduce" | "argreduce" | "cumulative" | "argsort"> = {
  reduce: {
    infer: (inputs, { op, axes }) => {
      requireCount("reduce", inputs, 1);
      const [x] = inputs;
      requireAxes("reduce", axes, x);
      checkReduceDType("reduce", op, x, true);
      return [{ dtype: x.dtype, shape: x.shape.filter((_, axis) => !axes.includes(axis)) }];
    },
    vjp: ({ inputs: [x], outputs: [y], cotangents, params: { op, axes } }) => {
      const ct = cotangents[0] as Value;
      if (op === "sum") return [unreduce(ct, x.shape, axes)];
      return [op === "prod" ? productGradient(ct, x, axes) : extremeGradient(ct, x, y, axes)];
    },
    batch: ({ inputs: [x], params: { op, axes } }) => [bindOne("reduce", [x], { op, axes: axes.map((axis) => axis + 1) })],
  },
  argreduce: {
    infer: (inputs, { axis }) => {
      requireCount("argreduce", inputs, 1);
      const [x] = inputs;
      requireAxis("argreduce", axis, x);
      requireDType("argreduce", "ordered", x);
      if (x.shape[axis] === 0) throw new ShapeError(`[argreduce] axis ${axis} is empty: received ${formatAval(x)}`);
      return [{ dtype: "int32", shape: x.shape.filter((_, i) => i !== axis) }];
    },
    vjp: "none",
    batch: ({ inputs: [x], params: { op, axis } }) => [argreduce(op, x, axis + 1)],
  },
  cumulative: {
    infer: (inputs, { op, axis }) => {
      requireCount("cumulative", inputs, 1);
      const [x] = inputs;
      requireAxis("cumulative", axis, x);
      checkReduceDType("cumulative", op, x, false);
      return [x];
    },
    vjp: ({ inputs: [x], outputs: [y], cotangents, params: { op, axis, reverse } }) => {
      const ct = cotangents[0] as Value;
      if (op === "sum") return [cumulative("sum", ct, axis, !reverse)];
      if (op === "prod") return [runningProductGradient(ct, conj(x), axis, reverse)];
      if (!reverse) return [runningExtremeGradient(ct, y, axis)];
      return [flip(runningExtremeGradient(flip(ct, [axis]), flip(y, [axis]), axis), [axis])];
    },
    batch: ({ inputs: [x], params: { op, axis, reverse } }) => [cumulative(op, x, axis + 1, reverse)],
  },
  argsort: {
    infer: (inputs, { axis }) => {
      requireCount("argsort", inputs, 1);
      const [x] = inputs;
      requireAxis("argsort", axis, x);
      requireDType("argsort", "ordered", x);
      return [{ dtype: "int32", shape: x.shape }];
    },
    vjp: "none",
    batch: ({ inputs: [x], params: { axis, descending } }) => [argsort(x, axis + 1, descending)],
  },
};
