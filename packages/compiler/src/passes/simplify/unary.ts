import { isUnsigned } from "@neurite/core";
import type { Builder } from "../../ir/builder.ts";
import type { IrNode } from "../../ir/node.ts";
import { stretched } from "./values.ts";

export function simplifyUnary(node: IrNode, builder: Builder): IrNode | null {
  const x = node.inputs[0] as IrNode;
  switch (node.op) {
    case "neg":
      return x.op === "neg" ? (x.inputs[0] as IrNode) : null;
    case "abs":
      if (x.op === "abs" && x.dtype === node.dtype) return x;
      // Unsigned numbers wrap: |-1| is 255 in uint8.
      if (x.op === "neg" && !isUnsigned(node.dtype)) return builder.add("abs", {}, x.inputs, node.dtype, node.shape);
      return null;
    case "floor":
    case "ceil":
    case "round":
    case "sign":
      return x.op === node.op ? x : null;
    case "real":
    case "imag":
      return x.op === "complex" ? stretched(x.inputs[node.op === "real" ? 0 : 1] as IrNode, node.shape, builder) : null;
    default:
      return null;
  }
}
