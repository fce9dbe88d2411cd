/** Running reductions and sorting along an axis. */
import { lanes } from "../array.ts";
import { compareLanes } from "../numbers/int64.ts";
import { accumulator } from "./accumulators.ts";
import type { KernelTable } from "./kernel.ts";
import { linesAlong } from "./reduce.ts";

/** Ascending, NaN last. */
function compareNumbers(a: number, b: number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  if (a === b) return 0;
  return (a === a ? 0 : 1) - (b === b ? 0 : 1);
}

/** Descending, NaN last all the same. */
function compareNumbersDown(a: number, b: number): number {
  if (a > b) return -1;
  if (a < b) return 1;
  if (a === b) return 0;
  return (a === a ? 0 : 1) - (b === b ? 0 : 1);
}

export const orderKernels: KernelTable<"cumulative" | "argsort"> = {
  cumulative: (context, [x], { op, axis, reverse }, [aval]) => {
    const out = context.arena.allocate(aval);
    out.data.set(x.data);
    const { outer, length, inner } = linesAlong(x.shape, axis);
    const width = lanes(x.dtype);
    const accumulate = accumulator(op, x.dtype);
    for (let a = 0; a < outer; a++) {
      for (let k = 1; k < length; k++) {
        const row = (a * length + (reverse ? length - 1 - k : k)) * inner;
        const before = row + (reverse ? inner : -inner);
        for (let b = 0; b < inner; b++) accumulate(out.data, (row + b) * width, out.data, (before + b) * width);
      }
    }
    return [out];
  },
  argsort: (context, [x], { axis, descending }, [aval]) => {
    const out = context.arena.allocate(aval);
    const { outer, length, inner } = linesAlong(x.shape, axis);
    const width = lanes(x.dtype);
    const keys = new Float64Array(length * width);
    const order = new Int32Array(length);
    const compare = descending ? compareNumbersDown : compareNumbers;
    const sign = descending ? -1 : 1;
    // Ties go by index: stable whatever the engine's sort does.
    const byKey =
      width === 1
        ? (i: number, j: number): number => compare(keys[i], keys[j]) || i - j
        : (i: number, j: number): number => sign * compareLanes(keys, 2 * i, keys, 2 * j) || i - j;
    for (let a = 0; a < outer; a++) {
      for (let b = 0; b < inner; b++) {
        const start = a * length * inner + b;
        for (let k = 0; k < length; k++) {
          order[k] = k;
          for (let lane = 0; lane < width; lane++) keys[k * width + lane] = x.data[(start + k * inner) * width + lane];
        }
        order.sort(byKey);
        for (let k = 0; k < length; k++) out.data[start + k * inner] = order[k];
      }
    }
    return [out];
  },
};
