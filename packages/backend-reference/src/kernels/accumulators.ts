/** How two elements are combined, for reductions of all kinds: `out[o] = out[o] op x[i]` at lane positions. */
import { type DType, isInteger, type ReduceOp } from "@neurite/core";
import * as complex from "../numbers/complex.ts";
import { compareLanes, readBigInt, writeBigInt } from "../numbers/int64.ts";
import { highest, lowest } from "../numbers/range.ts";

export type Accumulate = (out: Float64Array, o: number, x: Float64Array, i: number) => void;

const floats: Record<ReduceOp, Accumulate> = {
  sum: (out, o, x, i) => {
    out[o] += x[i];
  },
  prod: (out, o, x, i) => {
    out[o] *= x[i];
  },
  max: (out, o, x, i) => {
    out[o] = Math.max(out[o], x[i]);
  },
  min: (out, o, x, i) => {
    out[o] = Math.min(out[o], x[i]);
  },
};

/** Modulo 2^32, which narrower integers and unsigned ones can be taken from. */
const integers: Record<ReduceOp, Accumulate> = {
  ...floats,
  sum: (out, o, x, i) => {
    out[o] = (out[o] + x[i]) | 0;
  },
  prod: (out, o, x, i) => {
    out[o] = Math.imul(out[o], x[i]);
  },
};

function copyLanes(out: Float64Array, o: number, x: Float64Array, i: number): void {
  out[o] = x[i];
  out[o + 1] = x[i + 1];
}

const int64s: Record<ReduceOp, Accumulate> = {
  sum: (out, o, x, i) => writeBigInt(out, o, readBigInt(out, o) + readBigInt(x, i)),
  prod: (out, o, x, i) => writeBigInt(out, o, readBigInt(out, o) * readBigInt(x, i)),
  max: (out, o, x, i) => {
    if (compareLanes(x, i, out, o) > 0) copyLanes(out, o, x, i);
  },
  min: (out, o, x, i) => {
    if (compareLanes(x, i, out, o) < 0) copyLanes(out, o, x, i);
  },
};

const complexes: Partial<Record<ReduceOp, Accumulate>> = {
  sum: (out, o, x, i) => {
    out[o] += x[i];
    out[o + 1] += x[i + 1];
  },
  prod: (out, o, x, i) => {
    complex.multiply(out[o], out[o + 1], x[i], x[i + 1]);
    copyLanes(out, o, complex.result, 0);
  },
};

/** The combining function of `op` on `dtype`. */
export function accumulator(op: ReduceOp, dtype: DType): Accumulate {
  if (dtype === "int64") return int64s[op];
  if (dtype === "complex64") return complexes[op] as Accumulate;
  return isInteger(dtype) ? integers[op] : floats[op];
}

/** Both lanes of the element that changes nothing under `op`; dtypes of one lane use the first. */
function neutral(op: ReduceOp, dtype: DType): readonly [number, number] {
  if (op === "sum") return [0, 0];
  if (op === "prod") return [1, 0];
  if (dtype === "int64") return op === "max" ? [0, -(2 ** 31)] : [2 ** 32 - 1, 2 ** 31 - 1];
  return [op === "max" ? lowest(dtype) : highest(dtype), 0];
}

/** Fills `out`, of elements `width` lanes wide, with the neutral element. */
export function fillNeutral(op: ReduceOp, dtype: DType, out: Float64Array, width: number): void {
  const [first, second] = neutral(op, dtype);
  out.fill(first);
  if (width === 2) for (let i = 1; i < out.length; i += 2) out[i] = second;
}
