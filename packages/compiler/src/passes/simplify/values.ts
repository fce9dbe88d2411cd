import type { Builder } from "../../ir/builder.ts";
import type { IrNode } from "../../ir/node.ts";
import { sameNumbers } from "../../views/strides.ts";

/** The 0-d constant of which `node` is copies, or null. */
export function constantNode(node: IrNode): Extract<IrNode, { op: "constant" }> | null {
  let base = node;
  while (base.op === "broadcast" || base.op === "reshape") base = base.inputs[0] as IrNode;
  return base.op === "constant" ? base : null;
}

/** The number that all elements of `node` are, or null. Of int64, only numbers that a double holds. */
export function constantNumber(node: IrNode): number | null {
  const constant = constantNode(node);
  if (constant === null) return null;
  const number = Number(constant.params.value);
  return typeof constant.params.value === "bigint" && !Number.isSafeInteger(number) ? null : number;
}

/** `node` stretched to `shape`; itself where it has it. */
export function stretched(node: IrNode, shape: readonly number[], builder: Builder): IrNode {
  return sameNumbers(node.shape, shape) ? node : builder.broadcast(node, shape);
}

/** A constant of `like`'s dtype. */
export function number(value: number, like: IrNode, builder: Builder): IrNode {
  if (like.dtype === "bool") return builder.constant(value !== 0, "bool");
  return builder.constant(like.dtype === "int64" ? BigInt(value) : value, like.dtype);
}
