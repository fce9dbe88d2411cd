import type { Builder } from "../ir/builder.ts";
import { isBinary, isUnary } from "../ir/classify.ts";
import type { IrNode } from "../ir/node.ts";
import { simplifyBinary } from "./simplify/arithmetic.ts";
import { broadcastLast, foldConstants } from "./simplify/constants.ts";
import { simplifyCast, simplifyLogic, simplifySelect } from "./simplify/logic.ts";
import { simplifyPaddedSum } from "./simplify/padded-sum.ts";
import { simplifyReduce } from "./simplify/reduce.ts";
import { simplifyUnary } from "./simplify/unary.ts";
import { simplifyConcat, simplifyPad, simplifyView } from "./simplify/views.ts";

/**
 * A simpler node of the same value, or null. Operands of `node` are simplified already. Rules keep IEEE semantics: NaN,
 * infinities and signed zeros come out as before, values up to rounding (x - x and x * 0 stay).
 */
export function simplify(node: IrNode, builder: Builder): IrNode | null {
  return foldConstants(node, builder) ?? broadcastLast(node, builder) ?? rulesOf(node, builder);
}

function rulesOf(node: IrNode, builder: Builder): IrNode | null {
  switch (node.op) {
    case "reshape":
    case "transpose":
    case "broadcast":
    case "slice":
    case "flip":
      return simplifyView(node, builder);
    case "pad":
      return simplifyPad(node, builder);
    case "concat":
      return simplifyConcat(node, builder);
    case "add":
      return simplifyPaddedSum(node, builder) ?? simplifyBinary(node, builder);
    case "reduce":
      return simplifyReduce(node, builder);
    case "select":
      return simplifySelect(node, builder);
    case "cast":
      return simplifyCast(node, builder);
    case "and":
    case "or":
    case "xor":
    case "not":
      return simplifyLogic(node, builder);
    default:
      if (isUnary(node.op)) return simplifyUnary(node, builder);
      return isBinary(node.op) ? simplifyBinary(node, builder) : null;
  }
}
