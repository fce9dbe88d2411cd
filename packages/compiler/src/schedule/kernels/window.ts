import type { IrNode, IrNodeOf } from "../../ir/node.ts";
import type { WindowKernel } from "../../plan/plan.ts";
import { contiguousStrides } from "../../views/strides.ts";
import { type LoweringContext, axesMap, operandView } from "./body.ts";

/** Pooling and its gradients. `slot` receives the result. */
export function windowKernel(
  node: IrNodeOf<"reduce_window"> | IrNodeOf<"window_gather"> | IrNodeOf<"window_scatter">,
  slot: number,
  context: LoweringContext,
): WindowKernel {
  const x = node.inputs[0] as IrNode;
  const y = node.inputs[1];
  const { op, window, strides, padding, dilation } = node.params;
  return {
    kind: node.op,
    op,
    dtype: node.dtype,
    input: x.shape,
    output: node.op === "window_scatter" ? (y as IrNode).shape : node.shape,
    window,
    strides,
    padding,
    dilation,
    x: operandView(context, x, axesMap(x.shape)),
    y: y === undefined ? null : operandView(context, y, axesMap(y.shape)),
    out: { buffer: slot, offset: 0, strides: contiguousStrides(node.shape) },
  };
}
