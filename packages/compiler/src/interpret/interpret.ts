import { DTypeError } from "@neurite/core";
import type { Kernel, Plan } from "../plan/plan.ts";
import { runArgSort, runCumulative, runLinalg } from "./axis.ts";
import { type Run, runLoop } from "./body.ts";
import { runArgReduce, runConv, runDot, runGather, runReduce, runScatter, runWindow } from "./kernels.ts";
import { runControl } from "./control.ts";
import { Memory } from "./memory.ts";

/** What a run of the interpreter gave. */
export interface InterpretedRun {
  readonly outputs: readonly number[][];
  /** The site that complained first, or -1. */
  readonly status: number;
}

/**
 * Runs a plan on plain numbers: what every backend must do, as slowly and plainly as possible. Floats are doubles, bool is 0 and
 * 1. `states` is updated in place. After a kernel that set the status no other kernel runs.
 *
 * @throws Error for a kernel of a kind that there is not.
 *
 * @example
 * const { graph } = traceGraph([{ dtype: "float32", shape: [3] }], ([x]) => [build.neg(x)]);
 * interpretPlan(compileGraph(graph), [[1, 2, 3]]).outputs; // [[-1, -2, -3]]
 */
export function interpretPlan(
  plan: Plan,
  inputs: readonly number[][],
  states: readonly number[][] = [],
  scalars: readonly number[] = [],
): InterpretedRun {
  const outputs = plan.outputBytes.map((): number[] => []);
  const memory = new Memory(plan, inputs, states, outputs);
  const run: Run = { memory, scalars, status: -1 };
  runKernels(plan.kernels, run);
  return { outputs, status: run.status };
}

function runKernels(kernels: readonly Kernel[], run: Run): void {
  for (const kernel of kernels) {
    runKernel(kernel, run);
    if (run.status >= 0) return;
  }
}

function runKernel(kernel: Kernel, run: Run): void {
  switch (kernel.kind) {
    case "loop":
      return runLoop(kernel, run);
    case "reduce":
      return runReduce(kernel, run);
    case "dot":
      return runDot(kernel, run);
    case "conv":
      return runConv(kernel, run);
    case "argreduce":
      return runArgReduce(kernel, run);
    case "gather":
      return runGather(kernel, run);
    case "scatter":
      return runScatter(kernel, run);
    case "cumulative":
      return runCumulative(kernel, run);
    case "argsort":
      return runArgSort(kernel, run);
    case "linalg":
      return runLinalg(kernel, run);
    case "scan":
    case "while":
    case "cond":
      return runControl(kernel, run, runKernels);
    case "fft":
      throw new DTypeError("[interpret] complex numbers are not interpreted: fft");
    default:
      return runWindow(kernel, run);
  }
}
