import type { Builder } from "../ir/builder.ts";
import type { IrNode } from "../ir/node.ts";
import { identityOf } from "../numbers/scalar.ts";

/**
 * Rewrites that lowering relies on, done whether or not the program is simplified: kernels never see a reduction of nothing,
 * or of axes of size 1 only, or a product over no terms.
 */
export function normalize(node: IrNode, builder: Builder): IrNode | null {
  const fill = (value: number): IrNode => {
    const { dtype } = node;
    const constant = builder.constant(dtype === "bool" ? value !== 0 : dtype === "int64" ? toInt64(value) : value, dtype);
    return node.shape.length === 0 ? constant : builder.broadcast(constant, node.shape);
  };
  if (node.op === "reduce") {
    const x = node.inputs[0] as IrNode;
    const { axes, op } = node.params;
    if (axes.every((axis) => x.shape[axis] === 1)) return builder.reshape(x, node.shape);
    if (x.size === 0 && node.size > 0) return fill(identityOf(op, node.dtype));
  }
  if (node.op === "dot" && (node.inputs[0] as IrNode).shape.at(-1) === 0) return fill(0);
  return null;
}

function toInt64(value: number): bigint {
  if (Number.isFinite(value)) return BigInt(value);
  return value < 0 ? -(2n ** 63n) : 2n ** 63n - 1n;
}
