import type { IrNode, IrNodeOf } from "../../ir/node.ts";
import type { ConvKernel } from "../../plan/plan.ts";
import { type LoweringContext, axesMap, operandView } from "./body.ts";

/** The operands of a convolution: lhs [G, N, ...input, C], rhs [G, ...window, C, O]. */
export function convOperands(node: IrNodeOf<"conv">, context: LoweringContext): Omit<ConvKernel, "epilogue"> {
  const [lhs, rhs] = node.inputs as [IrNode, IrNode];
  const rank = lhs.shape.length;
  return {
    kind: "conv",
    dtype: node.dtype,
    groups: lhs.shape[0] as number,
    batch: lhs.shape[1] as number,
    input: lhs.shape.slice(2, rank - 1),
    window: rhs.shape.slice(1, rank - 2),
    output: node.shape.slice(2, rank - 1),
    channels: lhs.shape[rank - 1] as number,
    features: rhs.shape[rank - 1] as number,
    ...node.params,
    lhs: operandView(context, lhs, axesMap(lhs.shape)),
    rhs: operandView(context, rhs, axesMap(rhs.shape)),
  };
}
