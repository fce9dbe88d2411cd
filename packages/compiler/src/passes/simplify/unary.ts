import type { Builder } from "../../ir/builder.ts";
import type { IrNode } from "../../ir/node.ts";

export function simplifyUnary(node: IrNode, builder: Builder): IrNode | null {
  const x = node.inputs[0] as IrNode;
  switch (node.op) {
    case "neg":
      return x.op === "neg" ? (x.inputs[0] as IrNode) : null;
    case "abs":
      if (x.op === "abs" && x.dtype === node.dtype) return x;
      if (x.op === "neg") return builder.add("abs", {}, x.inputs, node.dtype, node.shape);
      return null;
    case "floor":
    case "ceil":
    case "round":
    case "sign":
      return x.op === node.op ? x : null;
    default:
      return null;
  }
}
