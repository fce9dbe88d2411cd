import type { Body, ConvKernel, DotKernel } from "../../plan/plan.ts";
import { rowMajorMap } from "../../views/index-map.ts";
import type { ConvUnit, DotUnit, LoopUnit } from "../units.ts";
import { BodyBuilder, type LoweringContext } from "./body.ts";
import { emitLoop } from "./loop.ts";

/** A dot or a convolution, and the loop units that follow it at the same index. */
export function productKernel(unit: DotUnit | ConvUnit, epilogue: readonly LoopUnit[], context: LoweringContext): DotKernel | ConvKernel {
  return { ...unit.operands, epilogue: epilogueBody(unit, epilogue, context) };
}

function epilogueBody(unit: DotUnit | ConvUnit, epilogue: readonly LoopUnit[], context: LoweringContext): Body {
  const body = new BodyBuilder(context, unit.space);
  const map = rowMajorMap(unit.root.shape, unit.space);
  const result = body.instruction({ op: "result", dtype: unit.root.dtype, index: 0 });
  body.define(unit.root, map, result);
  for (const target of unit.targets) body.store(result, target, map);
  for (const loop of epilogue) emitLoop(loop, body, rowMajorMap(loop.root.shape, unit.space));
  return body.body();
}
