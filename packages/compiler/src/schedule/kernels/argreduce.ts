import type { IrNode, IrNodeOf } from "../../ir/node.ts";
import type { ArgReduceKernel } from "../../plan/plan.ts";
import { contiguousStrides } from "../../views/strides.ts";
import { type LoweringContext, axesMap, operandView } from "./body.ts";

/** Index of the first extreme along one axis. `slot` receives the result. */
export function argreduceKernel(node: IrNodeOf<"argreduce">, slot: number, context: LoweringContext): ArgReduceKernel {
  const x = node.inputs[0] as IrNode;
  return {
    kind: "argreduce",
    op: node.params.op,
    dtype: x.dtype,
    shape: x.shape,
    axis: node.params.axis,
    x: operandView(context, x, axesMap(x.shape)),
    out: { buffer: slot, offset: 0, strides: contiguousStrides(node.shape) },
  };
}
