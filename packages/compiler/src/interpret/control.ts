import type { ControlKernel, Kernel, View } from "../plan/plan.ts";
import type { Run } from "./body.ts";

type RunKernels = (kernels: readonly Kernel[], run: Run) => void;

/** Branches and loops; `runKernels` runs a block and stops at the first complaint. */
export function runControl(kernel: ControlKernel, run: Run, runKernels: RunKernels): void {
  const holds = (predicate: View): boolean => run.memory.read(predicate, []) !== 0;
  if (kernel.kind === "cond") {
    runKernels((holds(kernel.predicate) ? kernel.then : kernel.otherwise).kernels, run);
    return;
  }
  let steps = 0;
  const step = (): void => {
    runKernels(kernel.body.kernels, run);
    for (const [first, second] of kernel.swaps) run.memory.swap(first, second);
    steps++;
  };
  if (kernel.kind === "scan") {
    for (; steps < kernel.length && run.status < 0; step()) {
      run.memory.move(kernel.slices, kernel.reverse ? kernel.length - 1 - steps : steps);
    }
  } else {
    while (run.status < 0 && (kernel.maxIterations === null || steps < kernel.maxIterations)) {
      runKernels(kernel.test.kernels, run);
      if (run.status >= 0 || !holds(kernel.predicate)) break;
      step();
    }
  }
  if (steps % 2 === 0) return;
  for (const [first, second] of kernel.swaps) {
    run.memory.swap(first, second);
    run.memory.copy(second, first);
  }
}
