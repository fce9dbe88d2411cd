import type { IrNode } from "../../ir/node.ts";
import type { ReduceKernel } from "../../plan/plan.ts";
import type { Form } from "../clusters.ts";
import type { LoopUnit, ReduceUnit } from "../units.ts";
import { BodyBuilder, type LoweringContext } from "./body.ts";
import { emitLoop } from "./loop.ts";

/** Reductions of one space along the same axes, and the loop units over the axes kept that follow them. */
export function reduceKernel(
  reduces: readonly ReduceUnit[],
  epilogue: readonly LoopUnit[],
  { space, reduced, kept }: Extract<Form, { kind: "reduce" }>,
  context: LoweringContext,
): ReduceKernel {
  const body = new BodyBuilder(context, space);
  const after = new BodyBuilder(context, kept);
  const reductions = reduces.map((unit, index) => {
    const { root } = unit;
    const operand = root.inputs[0] as IrNode;
    const value = body.value(operand, body.rowMajor(operand.shape));
    const map = after.rowMajor(root.shape);
    const result = after.instruction({ op: "result", dtype: root.dtype, index });
    after.define(root, map, result);
    for (const target of unit.targets) after.store(result, target, map);
    return { op: root.params.op, value, dtype: root.dtype };
  });
  for (const unit of epilogue) emitLoop(unit, after, after.rowMajor(unit.root.shape));
  return { kind: "reduce", shape: space, reduced, body: body.body(), reductions, epilogue: after.body() };
}
