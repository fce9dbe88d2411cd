/** Reductions along axes. */
import { type DType, isInteger, type ReduceOp } from "@neurite/core";
import { type HostArray, lanes, sizeOf } from "../array.ts";
import { compareLanes } from "../numbers/int64.ts";
import { accumulator, fillNeutral } from "./accumulators.ts";
import type { KernelContext, KernelTable } from "./kernel.ts";
import { transposed } from "./views.ts";

/** An array seen as [outer, length, inner], with `length` reduced. */
interface Lines {
  readonly outer: number;
  readonly length: number;
  readonly inner: number;
}

/** The axis `axis` of `shape` between what is before and what is after it. */
export function linesAlong(shape: readonly number[], axis: number): Lines {
  return { outer: sizeOf(shape.slice(0, axis)), length: shape[axis], inner: sizeOf(shape.slice(axis + 1)) };
}

/** `shape` as three axes, if the reduced ones lie together (axes of one element do not count). */
function linesOver(shape: readonly number[], axes: readonly number[]): Lines | null {
  const sizes = [1, 1, 1];
  let part = 0;
  for (let axis = 0; axis < shape.length; axis++) {
    if (shape[axis] === 1) continue;
    const reduced = axes.includes(axis);
    if (part === 0 && reduced) part = 1;
    else if (part === 1 && !reduced) part = 2;
    else if (part === 2 && reduced) return null;
    sizes[part] *= shape[axis];
  }
  return { outer: sizes[0], length: sizes[1], inner: sizes[2] };
}

type RowOp = (length: number, out: Float64Array, o: number, x: Float64Array, i: number) => void;
type LineOp = (length: number, x: Float64Array, i: number, start: number) => number;

/** `out` row combined with the row of `x`, for each inner element. */
const rowOps: Record<ReduceOp, RowOp> = {
  sum: (length, out, o, x, i) => {
    for (let k = 0; k < length; k++) out[o + k] += x[i + k];
  },
  prod: (length, out, o, x, i) => {
    for (let k = 0; k < length; k++) out[o + k] *= x[i + k];
  },
  max: (length, out, o, x, i) => {
    for (let k = 0; k < length; k++) out[o + k] = Math.max(out[o + k], x[i + k]);
  },
  min: (length, out, o, x, i) => {
    for (let k = 0; k < length; k++) out[o + k] = Math.min(out[o + k], x[i + k]);
  },
};

/** All of a contiguous line, starting from the neutral element. */
const lineOps: Record<ReduceOp, LineOp> = {
  sum: (length, x, i, start) => {
    let total = start;
    for (let k = 0; k < length; k++) total += x[i + k];
    return total;
  },
  prod: (length, x, i, start) => {
    let total = start;
    for (let k = 0; k < length; k++) total *= x[i + k];
    return total;
  },
  max: (length, x, i, start) => {
    let best = start;
    for (let k = 0; k < length; k++) best = Math.max(best, x[i + k]);
    return best;
  },
  min: (length, x, i, start) => {
    let best = start;
    for (let k = 0; k < length; k++) best = Math.min(best, x[i + k]);
    return best;
  },
};

/** Sums and products of integers must wrap on the way: doubles would lose low bits. */
function wraps(op: ReduceOp, dtype: DType): boolean {
  return isInteger(dtype) && (op === "sum" || op === "prod");
}

function reduceLines(op: ReduceOp, x: HostArray, { outer, length, inner }: Lines, out: Float64Array): void {
  const width = lanes(x.dtype);
  fillNeutral(op, x.dtype, out, width);
  if (width === 2 || wraps(op, x.dtype)) {
    const accumulate = accumulator(op, x.dtype);
    for (let i = 0, a = 0; a < outer; a++) {
      for (let k = 0; k < length; k++) for (let b = 0; b < inner; b++, i++) accumulate(out, (a * inner + b) * width, x.data, i * width);
    }
  } else if (inner === 1) {
    for (let a = 0; a < outer; a++) out[a] = lineOps[op](length, x.data, a * length, out[a]);
  } else {
    for (let a = 0; a < outer; a++) for (let k = 0; k < length; k++) rowOps[op](inner, out, a * inner, x.data, (a * length + k) * inner);
  }
}

function reduce(context: KernelContext, op: ReduceOp, x: HostArray, axes: readonly number[], out: Float64Array): void {
  const lines = linesOver(x.shape, axes);
  if (lines !== null) {
    reduceLines(op, x, lines, out);
    return;
  }
  const kept = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const moved = transposed(context, x, [...kept, ...axes]);
  const size = sizeOf(kept.map((axis) => x.shape[axis]));
  reduceLines(op, moved, { outer: size, length: sizeOf(axes.map((axis) => x.shape[axis])), inner: 1 }, out);
  context.arena.release(moved);
}

/** True if element `i` of `x` beats element `j`: a NaN beats what is not one. Lane positions. */
function beats(op: "max" | "min", dtype: DType, x: Float64Array, i: number, j: number): boolean {
  if (dtype === "int64") return op === "max" ? compareLanes(x, i, x, j) > 0 : compareLanes(x, i, x, j) < 0;
  const candidate = x[i];
  const best = x[j];
  if (candidate !== candidate) return best === best;
  return op === "max" ? candidate > best : candidate < best;
}

export const reduceKernels: KernelTable<"reduce" | "argreduce"> = {
  reduce: (context, [x], { op, axes }, [aval]) => {
    const out = context.arena.allocate(aval);
    reduce(context, op, x, axes, out.data);
    return [out];
  },
  argreduce: (context, [x], { op, axis }, [aval]) => {
    const out = context.arena.allocate(aval);
    const { outer, length, inner } = linesAlong(x.shape, axis);
    const width = lanes(x.dtype);
    for (let a = 0; a < outer; a++) {
      for (let b = 0; b < inner; b++) {
        const start = a * length * inner + b;
        let best = 0;
        for (let k = 1; k < length; k++) {
          if (beats(op, x.dtype, x.data, (start + k * inner) * width, (start + best * inner) * width)) best = k;
        }
        out.data[a * inner + b] = best;
      }
    }
    return [out];
  },
};
