import type { IndexMap } from "../../views/index-map.ts";
import type { LoopKernel } from "../../plan/plan.ts";
import type { LoopUnit } from "../units.ts";
import { BodyBuilder, type LoweringContext } from "./body.ts";

/** Emits a loop unit's expression into `body`, and its stores. */
export function emitLoop(unit: LoopUnit, body: BodyBuilder, map: IndexMap): void {
  const value = unit.computes ? body.compute(unit.root, map) : body.value(unit.root, map);
  if (unit.computes) body.define(unit.root, map, value);
  for (const target of unit.targets) body.store(value, target, map);
}

/** Loop units over one space, which refines the shape of each. */
export function loopKernel(units: readonly LoopUnit[], space: readonly number[], context: LoweringContext): LoopKernel {
  const body = new BodyBuilder(context, space);
  for (const unit of units) emitLoop(unit, body, body.rowMajor(unit.root.shape));
  return { kind: "loop", shape: space, row: false, ...body.body() };
}
