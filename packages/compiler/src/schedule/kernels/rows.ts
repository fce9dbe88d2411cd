import { type IrNode, sizeOf } from "../../ir/node.ts";
import type { LoopKernel } from "../../plan/plan.ts";
import type { Form } from "../clusters.ts";
import type { LoopUnit, ReduceUnit } from "../units.ts";
import { BodyBuilder, type LoweringContext } from "./body.ts";
import { emitLoop } from "./loop.ts";

/** Loops over rows, reductions of rows, and loops over one value a row, in one kernel. */
export function rowKernel(
  units: readonly (LoopUnit | ReduceUnit)[],
  { rows, length }: Extract<Form, { kind: "row" }>,
  context: LoweringContext,
): LoopKernel {
  const space = [...rows, length];
  const body = new BodyBuilder(context, space);
  const rowCount = sizeOf(rows);
  for (const unit of units) {
    if (unit.kind === "loop") {
      emitLoop(unit, body, body.rowMajor(unit.root.shape, unit.root.size === rowCount ? 1 : 0));
      continue;
    }
    const { root } = unit;
    const operand = root.inputs[0] as IrNode;
    const value = body.value(operand, body.rowMajor(operand.shape));
    const result = body.instruction({ op: "row_reduce", dtype: root.dtype, reduce: root.params.op, args: [value] });
    const map = body.rowMajor(root.shape, 1);
    body.define(root, map, result);
    for (const target of unit.targets) body.store(result, target, map);
  }
  return { kind: "loop", shape: space, row: true, ...body.body() };
}
