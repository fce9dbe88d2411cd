import type { IrNode, IrNodeOf } from "../../ir/node.ts";
import type { DotKernel } from "../../plan/plan.ts";
import { type LoweringContext, axesMap, operandView } from "./body.ts";

/** The operands of a dot, transposes and broadcasts absorbed into strides. */
export function dotOperands(node: IrNodeOf<"dot">, context: LoweringContext): Omit<DotKernel, "epilogue"> {
  const [lhs, rhs] = node.inputs as [IrNode, IrNode];
  const rank = lhs.shape.length;
  return {
    kind: "dot",
    dtype: node.dtype,
    batch: lhs.shape.slice(0, rank - 2),
    m: lhs.shape[rank - 2] as number,
    n: rhs.shape[rank - 1] as number,
    k: lhs.shape[rank - 1] as number,
    lhs: operandView(context, lhs, axesMap(lhs.shape)),
    rhs: operandView(context, rhs, axesMap(rhs.shape)),
  };
}
