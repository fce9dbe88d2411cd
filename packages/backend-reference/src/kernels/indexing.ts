/** Reading and writing at computed indices. */
import { formatAval, type ScatterOp } from "@neurite/core";
import { type HostArray, lanes } from "../array.ts";
import { type Accumulate, accumulator } from "./accumulators.ts";
import type { KernelContext, KernelTable } from "./kernel.ts";
import { linesAlong } from "./reduce.ts";

/** Ends the run if some index is outside the axis. */
function requireIndices(context: KernelContext, x: HostArray, indices: HostArray, axis: number): void {
  const size = x.shape[axis];
  for (const index of indices.data) {
    if (!(index >= 0 && index < size)) {
      context.fail(`index is out of range: ${index} is not in 0..${size - 1}, the range of axis ${axis} of ${formatAval(x)}`);
    }
  }
}

/** How `scatter` combines elements of `width` lanes. */
function combiner(op: ScatterOp, x: HostArray): Accumulate {
  if (op === "set") {
    const width = lanes(x.dtype);
    return (out, o, values, i) => {
      for (let lane = 0; lane < width; lane++) out[o + lane] = values[i + lane];
    };
  }
  return accumulator(op === "add" ? "sum" : op === "mul" ? "prod" : op, x.dtype);
}

export const indexingKernels: KernelTable<"gather" | "scatter"> = {
  gather: (context, [x, indices], { axis }, [aval]) => {
    const out = context.arena.allocate(aval);
    if (out.data.length === 0) return [out];
    requireIndices(context, x, indices, axis);
    const { outer, length, inner } = linesAlong(x.shape, axis);
    const row = inner * lanes(x.dtype);
    for (let o = 0, a = 0; a < outer; a++) {
      for (const index of indices.data) {
        const from = (a * length + index) * row;
        for (let b = 0; b < row; b++) out.data[o++] = x.data[from + b];
      }
    }
    return [out];
  },
  scatter: (context, [x, indices, updates], { axis, op }, [aval]) => {
    const out = context.arena.allocate(aval);
    out.data.set(x.data);
    if (updates.data.length === 0) return [out];
    requireIndices(context, x, indices, axis);
    const combine = combiner(op, x);
    const { outer, length, inner } = linesAlong(x.shape, axis);
    const width = lanes(x.dtype);
    for (let u = 0, a = 0; a < outer; a++) {
      for (const index of indices.data) {
        const to = (a * length + index) * inner * width;
        for (let b = 0; b < inner * width; b += width, u += width) combine(out.data, to + b, updates.data, u);
      }
    }
    return [out];
  },
};
