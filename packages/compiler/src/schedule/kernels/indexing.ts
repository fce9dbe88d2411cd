import type { IrNode, IrNodeOf } from "../../ir/node.ts";
import { sizeOf } from "../../ir/node.ts";
import type { GatherKernel, ScatterKernel, View } from "../../plan/plan.ts";
import { collapseGroups } from "../realize.ts";
import { type LoweringContext, axesMap, operandView } from "./body.ts";

/** A view of `node` with its axes grouped: one stride a group. */
function grouped(context: LoweringContext, node: IrNode, groups: readonly number[]): View {
  const { buffer, offset, strides } = operandView(context, node, axesMap(node.shape));
  const collapsed = collapseGroups(node.shape, strides, groups);
  if (collapsed === null) throw new Error(`[compiler] an operand (${node.op}) is not walked by one stride for each group of axes`);
  return { buffer, offset, strides: collapsed };
}

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
    x: grouped(context, x, [axis, 1, x.shape.length - axis - 1]),
    indices: grouped(context, indices, [indices.shape.length]),
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
    indices: grouped(context, indices, [indices.shape.length]),
    updates: grouped(context, updates, [axis, indices.shape.length, x.shape.length - axis - 1]),
    out: { buffer: slot, offset: 0, strides: [all.size * all.inner, all.inner, 1] },
  };
}
