/** Reductions over sliding windows, and those that pick the place of each window's extreme. */
import type { WindowParams } from "@neurite/core";
import { type HostArray, lanes, rowMajorStrides, sizeOf } from "../array.ts";
import { compareLanes } from "../numbers/int64.ts";
import { accumulator, fillNeutral } from "./accumulators.ts";
import type { KernelTable } from "./kernel.ts";
import { collapseAxes, forEachOffset } from "./strided.ts";

/** `length` windows from `o` on, stepping by `oStep`, meet the elements from `i` on, stepping by `iStep`. In elements. */
type VisitRun = (length: number, o: number, oStep: number, i: number, iStep: number) => void;

/** Goes through the elements of all windows, in row-major order within each; what falls into the padding is left out. */
function forEachWindowRun(shape: readonly number[], outShape: readonly number[], params: WindowParams, visit: VisitRun): void {
  const rank = shape.length;
  const strides = rowMajorStrides(shape);
  const outStrides = rowMajorStrides(outShape);
  const steps = strides.map((stride, axis) => stride * params.strides[axis]);
  const none = new Array<number>(rank).fill(0);
  const element = [...none];
  for (let count = sizeOf(params.window); count > 0; count--) {
    const counts = new Array<number>(rank);
    let o = 0;
    let i = 0;
    for (let axis = 0; axis < rank; axis++) {
      // Window `at` meets input position at·stride + shift.
      const shift = element[axis] * params.dilation[axis] - params.padding[axis][0];
      const first = Math.max(0, Math.ceil(-shift / params.strides[axis]));
      const last = Math.min(outShape[axis] - 1, Math.floor((shape[axis] - 1 - shift) / params.strides[axis]));
      counts[axis] = Math.max(0, last - first + 1);
      o += first * outStrides[axis];
      i += (first * params.strides[axis] + shift) * strides[axis];
    }
    visitRegion(counts, outStrides, steps, o, i, visit);
    for (let axis = rank - 1; axis >= 0 && ++element[axis] === params.window[axis]; axis--) element[axis] = 0;
  }
}

function visitRegion(
  counts: readonly number[],
  outStrides: readonly number[],
  steps: readonly number[],
  o: number,
  i: number,
  visit: VisitRun,
): void {
  if (counts.includes(0)) return;
  const collapsed = collapseAxes(counts, [outStrides, steps]);
  const last = collapsed.shape.length - 1;
  if (last < 0) {
    visit(1, o, 0, i, 0);
    return;
  }
  const [outs, ins] = collapsed.strides;
  forEachOffset(collapsed.shape.slice(0, last), outs, ins, (a, b) => visit(collapsed.shape[last], o + a, outs[last], i + b, ins[last]));
}

type RunOp = (out: Float64Array, x: Float64Array, length: number, o: number, oStep: number, i: number, iStep: number) => void;

const runOps: Record<"sum" | "max" | "min", RunOp> = {
  sum: (out, x, length, o, oStep, i, iStep) => {
    for (let k = 0; k < length; k++, o += oStep, i += iStep) out[o] += x[i];
  },
  max: (out, x, length, o, oStep, i, iStep) => {
    for (let k = 0; k < length; k++, o += oStep, i += iStep) out[o] = Math.max(out[o], x[i]);
  },
  min: (out, x, length, o, oStep, i, iStep) => {
    for (let k = 0; k < length; k++, o += oStep, i += iStep) out[o] = Math.min(out[o], x[i]);
  },
};

/** Updates the places of the extremes that a run of windows has seen; the first of equal elements and the first NaN stay. */
type ChooseRun = (chosen: Int32Array, x: Float64Array, length: number, o: number, oStep: number, i: number, iStep: number) => void;

const chooseRuns: Record<"max" | "min", ChooseRun> = {
  max: (chosen, x, length, o, oStep, i, iStep) => {
    for (let k = 0; k < length; k++, o += oStep, i += iStep) {
      const best = chosen[o] < 0 ? -1 : x[chosen[o]];
      if (chosen[o] < 0 || x[i] > best || (x[i] !== x[i] && best === best)) chosen[o] = i;
    }
  },
  min: (chosen, x, length, o, oStep, i, iStep) => {
    for (let k = 0; k < length; k++, o += oStep, i += iStep) {
      const best = chosen[o] < 0 ? -1 : x[chosen[o]];
      if (chosen[o] < 0 || x[i] < best || (x[i] !== x[i] && best === best)) chosen[o] = i;
    }
  },
};

/** The same for int64, of two lanes an element. */
function chooseInt64(op: "max" | "min"): ChooseRun {
  const sign = op === "max" ? 1 : -1;
  return (chosen, x, length, o, oStep, i, iStep) => {
    for (let k = 0; k < length; k++, o += oStep, i += iStep) {
      if (chosen[o] < 0 || sign * compareLanes(x, 2 * i, x, 2 * chosen[o]) > 0) chosen[o] = i;
    }
  };
}

/** For each window, the position in `x` of its first extreme; -1 where the window holds padding alone. */
function extremes(op: "max" | "min", x: HostArray, outShape: readonly number[], params: WindowParams): Int32Array {
  const chosen = new Int32Array(sizeOf(outShape)).fill(-1);
  const choose = x.dtype === "int64" ? chooseInt64(op) : chooseRuns[op];
  forEachWindowRun(x.shape, outShape, params, (length, o, oStep, i, iStep) => choose(chosen, x.data, length, o, oStep, i, iStep));
  return chosen;
}

export const windowKernels: KernelTable<"reduce_window" | "window_gather" | "window_scatter"> = {
  reduce_window: (context, [x], params, [aval]) => {
    const out = context.arena.allocate(aval);
    const width = lanes(x.dtype);
    fillNeutral(params.op, x.dtype, out.data, width);
    if (width === 1) {
      const run = runOps[params.op];
      forEachWindowRun(x.shape, aval.shape, params, (length, o, oStep, i, iStep) => run(out.data, x.data, length, o, oStep, i, iStep));
    } else {
      const accumulate = accumulator(params.op, x.dtype);
      forEachWindowRun(x.shape, aval.shape, params, (length, o, oStep, i, iStep) => {
        for (let k = 0; k < length; k++, o += oStep, i += iStep) accumulate(out.data, 2 * o, x.data, 2 * i);
      });
    }
    return [out];
  },
  window_gather: (context, [x, y], params, [aval]) => {
    const out = context.arena.zeros(aval);
    const width = lanes(x.dtype);
    const chosen = extremes(params.op, x, aval.shape, params);
    for (let window = 0; window < chosen.length; window++) {
      if (chosen[window] < 0) continue;
      for (let lane = 0; lane < width; lane++) out.data[window * width + lane] = y.data[chosen[window] * width + lane];
    }
    return [out];
  },
  window_scatter: (context, [x, y], params, [aval]) => {
    const out = context.arena.zeros(aval);
    const width = lanes(x.dtype);
    const accumulate = accumulator("sum", x.dtype);
    const chosen = extremes(params.op, x, y.shape, params);
    for (let window = 0; window < chosen.length; window++) {
      if (chosen[window] >= 0) accumulate(out.data, chosen[window] * width, y.data, window * width);
    }
    return [out];
  },
};
