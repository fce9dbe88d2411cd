import type { Kernel } from "../plan/plan.ts";
import type { LoweringContext } from "./kernels/body.ts";
import { loopKernel } from "./kernels/loop.ts";
import { productKernel } from "./kernels/product.ts";
import { reduceKernel } from "./kernels/reduce.ts";
import { rowKernel } from "./kernels/rows.ts";
import type { Group } from "./partition.ts";
import type { ConvUnit, DotUnit, KernelUnit, LoopUnit, ReduceUnit } from "./units.ts";

/** The kernel that a group of units becomes. */
export function lowerGroup({ units, form }: Group, context: LoweringContext): Kernel {
  switch (form.kind) {
    case "loop":
      return loopKernel(units as readonly LoopUnit[], form.space, context);
    case "row":
      return rowKernel(units as readonly (LoopUnit | ReduceUnit)[], form, context);
    case "reduce":
      return reduceKernel(ofKind<ReduceUnit>(units, "reduce"), ofKind<LoopUnit>(units, "loop"), form, context);
    case "product": {
      const main = units.find((unit) => unit.kind !== "loop") as DotUnit | ConvUnit;
      return productKernel(main, ofKind<LoopUnit>(units, "loop"), form, context);
    }
    case "kernel":
      return (units[0] as KernelUnit).kernel;
  }
}

function ofKind<U extends Group["units"][number]>(units: Group["units"], kind: U["kind"]): U[] {
  return units.filter((unit): unit is U => unit.kind === kind);
}
