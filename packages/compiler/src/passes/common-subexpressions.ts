import type { IrNode } from "../ir/node.ts";

/**
 * A string that is equal for nodes that compute the same value from the same operands, or null for nodes that must stay apart:
 * parameters, and barriers, whose purpose is that recomputed values are not merged with the originals.
 */
export function nodeKey(node: IrNode): string | null {
  switch (node.op) {
    case "parameter":
    case "barrier":
    case "cond":
    case "while":
    case "scan":
      return null;
    case "constant":
      return `constant ${node.dtype} ${Object.is(node.params.value, -0) ? "-0" : String(node.params.value)}`;
    default: {
      let key: string = node.op;
      for (const input of node.inputs) key += ` ${input.id}`;
      for (const name in node.params) key += ` ${JSON.stringify((node.params as Readonly<Record<string, unknown>>)[name])}`;
      return key;
    }
  }
}
