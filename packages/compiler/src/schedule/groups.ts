import type { Kernel } from "../plan/plan.ts";
import type { LoweringContext } from "./kernels/body.ts";
import { loopKernel } from "./kernels/loop.ts";
import { productKernel } from "./kernels/product.ts";
import { reduceKernel } from "./kernels/reduce.ts";
import type { ConvUnit, DotUnit, KernelUnit, LoopUnit, ReduceUnit, Unit } from "./units.ts";

/** Units that become one kernel. */
export interface Group {
  /** In program order. */
  readonly units: readonly Unit[];
  readonly space: readonly number[];
}

export function lowerGroup(group: Group, context: LoweringContext): Kernel {
  const loops: LoopUnit[] = [];
  const reduces: ReduceUnit[] = [];
  let main: DotUnit | ConvUnit | KernelUnit | null = null;
  for (const unit of group.units) {
    if (unit.kind === "loop") loops.push(unit);
    else if (unit.kind === "reduce") reduces.push(unit);
    else main = unit;
  }
  if (main !== null) return main.kind === "kernel" ? main.kernel : productKernel(main, loops, context);
  if (reduces.length > 0) return reduceKernel(reduces, loops, context);
  return loopKernel(loops, group.space, context);
}
