/** Kernels that work along one axis: running reductions, sorting, Fourier transforms. */
import type { IrNode, IrNodeOf } from "../../ir/node.ts";
import { sizeOf } from "../../ir/node.ts";
import type { ArgSortKernel, CumulativeKernel, FftKernel, View } from "../../plan/plan.ts";
import { type LoweringContext, groupedView } from "./body.ts";

interface Lines {
  readonly outer: number;
  readonly size: number;
  readonly inner: number;
  readonly x: View;
  readonly out: View;
}

/** The operand as [outer, size, inner]; `slot` receives the result, row-major. */
function lines(node: IrNode, axis: number, slot: number, context: LoweringContext): Lines {
  const x = node.inputs[0] as IrNode;
  const outer = sizeOf(x.shape.slice(0, axis));
  const size = x.shape[axis] as number;
  const inner = sizeOf(x.shape.slice(axis + 1));
  return {
    outer,
    size,
    inner,
    x: groupedView(context, x, [axis, 1, x.shape.length - axis - 1]),
    out: { buffer: slot, offset: 0, strides: [size * inner, inner, 1] },
  };
}

export function axisKernel(
  node: IrNodeOf<"cumulative"> | IrNodeOf<"argsort"> | IrNodeOf<"fft">,
  slot: number,
  context: LoweringContext,
): CumulativeKernel | ArgSortKernel | FftKernel {
  const all = lines(node, node.params.axis, slot, context);
  switch (node.op) {
    case "cumulative":
      return { kind: "cumulative", op: node.params.op, dtype: node.dtype, reverse: node.params.reverse, ...all };
    case "argsort":
      return { kind: "argsort", dtype: (node.inputs[0] as IrNode).dtype, descending: node.params.descending, ...all };
    case "fft":
      return { kind: "fft", inverse: node.params.inverse, ...all };
  }
}
