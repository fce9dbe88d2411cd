import { type DType, bytesPerElement } from "@neurite/core";
import { sizeOf } from "../ir/node.ts";
import type { Block, Buffer, Kernel, LinalgName, View } from "./plan.ts";
import { bodiesOf, visitReads, writesOf } from "./views.ts";

/** What transcendental functions cost, in multiplications. */
const costs: Readonly<Record<string, number>> = {
  exp: 8,
  expm1: 12,
  log: 10,
  log1p: 12,
  sin: 12,
  cos: 12,
  tanh: 12,
  erf: 16,
  pow: 20,
  atan2: 20,
  div: 4,
  sqrt: 4,
  rsqrt: 4,
  rem: 8,
  random: 60,
  load: 0,
  constant: 0,
  scalar: 0,
  result: 0,
};

/** Floating-point operations for each m·n·min(m, n). */
const linalgCosts: Readonly<Record<LinalgName, number>> = {
  cholesky: 1 / 3,
  triangular_solve: 0,
  lu: 2 / 3,
  qr: 4,
  svd: 20,
  eigh: 9,
  eig: 25,
};

/** How many steps a loop is taken to have when nobody can know. */
const supposedSteps = 100;

/** The cost of a branch or loop by those of its blocks; null for other kernels. */
function nested(kernel: Kernel, costOf: (block: Block) => number): number | null {
  switch (kernel.kind) {
    case "scan":
      return kernel.length * costOf(kernel.body);
    case "while":
      return Math.min(kernel.maxIterations ?? supposedSteps, supposedSteps) * (costOf(kernel.test) + costOf(kernel.body));
    case "cond":
      return Math.max(costOf(kernel.then), costOf(kernel.otherwise));
    default:
      return null;
  }
}

/**
 * Rough floating-point operations of one kernel.
 *
 * @example
 * const { graph } = traceGraph([{ dtype: "float32", shape: [3] }], ([x]) => [build.add(x, 1)]);
 * flopsOf(compileGraph(graph).kernels[0]); // 3
 */
export function flopsOf(kernel: Kernel): number {
  const inside = nested(kernel, (block) => block.kernels.reduce((sum, inner) => sum + flopsOf(inner), 0));
  if (inside !== null) return inside;
  let flops = 0;
  for (const { body, space } of bodiesOf(kernel)) {
    let each = 0;
    for (const instruction of body.instructions) each += costs[instruction.op] ?? 1;
    flops += each * sizeOf(space);
  }
  switch (kernel.kind) {
    case "loop":
      return flops;
    case "reduce":
      return flops + sizeOf(kernel.shape) * kernel.reductions.length;
    case "dot":
      return flops + 2 * sizeOf(kernel.batch) * kernel.m * kernel.n * kernel.k;
    case "conv":
      return flops + 2 * kernel.groups * kernel.batch * sizeOf(kernel.output) * sizeOf(kernel.window) * kernel.channels * kernel.features;
    case "argreduce":
      return sizeOf(kernel.shape);
    case "gather":
    case "scatter":
      return kernel.outer * kernel.count * kernel.inner;
    case "cumulative":
      return kernel.outer * kernel.size * kernel.inner;
    case "argsort":
    case "fft":
      return 5 * kernel.outer * kernel.size * kernel.inner * Math.ceil(Math.log2(kernel.size + 1));
    case "linalg": {
      const side = Math.min(kernel.m, kernel.n);
      return kernel.batch * (linalgCosts[kernel.op] * kernel.m * kernel.n * side + kernel.m * kernel.n * kernel.columns);
    }
    case "scan":
    case "while":
    case "cond":
      return flops;
    default:
      return sizeOf(kernel.output) * sizeOf(kernel.window);
  }
}

/** The most elements of the buffer `view` is of that a kernel touches through it: gathers and scatters work on a few rows of many. */
function reachOf(kernel: Kernel, view: View): number {
  const picks = (kernel.kind === "gather" && view === kernel.x) || (kernel.kind === "scatter" && view === kernel.out);
  return picks ? kernel.outer * kernel.count * kernel.inner : Infinity;
}

/**
 * Rough bytes of one kernel: each buffer it touches once.
 *
 * @example
 * // 3 numbers are read and 3 are written.
 * const { graph } = traceGraph([{ dtype: "float32", shape: [3] }], ([x]) => [build.neg(x)]);
 * const plan = compileGraph(graph);
 * bytesMovedBy(plan.kernels[0], plan.buffers); // 24
 */
export function bytesMovedBy(kernel: Kernel, buffers: readonly Buffer[]): number {
  const inside = nested(kernel, (block) => block.kernels.reduce((sum, inner) => sum + bytesMovedBy(inner, buffers), 0));
  if (inside !== null) return inside;
  const touched = new Set<number>();
  let bytes = 0;
  const count = (view: View): void => {
    const { size, dtype } = buffers[view.buffer] as { size: number; dtype: DType };
    bytes += Math.min(size, reachOf(kernel, view)) * bytesPerElement(dtype);
  };
  visitReads(kernel, (view) => {
    if (touched.has(view.buffer)) return;
    touched.add(view.buffer);
    count(view);
  });
  for (const view of writesOf(kernel)) count(view);
  return bytes;
}
