import type { IrNode, IrNodeOf } from "../../ir/node.ts";
import { sizeOf } from "../../ir/node.ts";
import type { GatherKernel, ScatterKernel } from "../../plan/plan.ts";
import { type LoweringContext, groupedView } from "./body.ts";

interface Sizes {
  readonly outer: number;
  readonly size: number;
  readonly inner: number;
  readonly count: number;
}

function sizes(x: IrNode, indices: IrNode, axis: number): Sizes {
  return {
    outer: sizeOf(x.shape.slice(0, axis)),
    size: x.shape[axis] as number,
    inner: sizeOf(x.shape.slice(axis + 1)),
    count: indices.size,
  };
}

function outOfRange(size: number): string {
  return `an index is outside 0..${size - 1}`;
}

/** `slot` receives the result, row-major. */
export function gatherKernel(node: IrNodeOf<"gather">, slot: number, context: LoweringContext): GatherKernel {
  const [x, indices] = node.inputs as [IrNode, IrNode];
  const { axis } = node.params;
  const all = sizes(x, indices, axis);
  return {
    kind: "gather",
    dtype: node.dtype,
    ...all,
    site: context.sites.of(node, outOfRange(all.size)),
    x: groupedView(context, x, [axis, 1, x.shape.length - axis - 1]),
    indices: groupedView(context, indices, [indices.shape.length]),
    out: { buffer: slot, offset: 0, strides: [all.count * all.inner, all.inner, 1] },
  };
}

/** `slot` holds x already, and receives the result. */
export function scatterKernel(node: IrNodeOf<"scatter">, slot: number, context: LoweringContext): ScatterKernel {
  const [x, indices, updates] = node.inputs as [IrNode, IrNode, IrNode];
  const { axis, op } = node.params;
  const all = sizes(x, indices, axis);
  return {
    kind: "scatter",
    op,
    dtype: node.dtype,
    ...all,
    site: context.sites.of(node, outOfRange(all.size)),
    indices: groupedView(context, indices, [indices.shape.length]),
    updates: groupedView(context, updates, [axis, indices.shape.length, x.shape.length - axis - 1]),
    out: { buffer: slot, offset: 0, strides: [all.size * all.inner, all.inner, 1] },
  };
}
