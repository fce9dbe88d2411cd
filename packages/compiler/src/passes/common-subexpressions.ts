import { isBinary, isUnary } from "../ir/classify.ts";
import type { IrNode, IrOp } from "../ir/node.ts";

/** Ids fit in so many bits: programs have fewer than four million nodes. */
const idRange = 2 ** 22;

const opNumbers = new Map<string, number>();

/** A number for `op` applied to one or two operands: much quicker to make and to look up than a string. */
export function pairKey(op: IrOp, a: number, b: number): number {
  let number = opNumbers.get(op);
  if (number === undefined) opNumbers.set(op, (number = opNumbers.size));
  return (number * idRange + a) * idRange + b;
}

/**
 * Equal for nodes that compute the same value from the same operands; null for nodes that must stay apart: parameters, and
 * barriers, whose purpose is that recomputed values are not merged with the originals.
 */
export function nodeKey(node: IrNode): string | number | null {
  const { op, inputs } = node;
  if (inputs.length === 2 && isBinary(op)) return pairKey(op, (inputs[0] as IrNode).id, (inputs[1] as IrNode).id);
  if (inputs.length === 1 && isUnary(op)) return pairKey(op, (inputs[0] as IrNode).id, idRange - 1);
  switch (op) {
    case "parameter":
    case "barrier":
    case "cond":
    case "while":
    case "scan":
      return null;
    case "constant":
      return `constant ${node.dtype} ${Object.is(node.params.value, -0) ? "-0" : String(node.params.value)}`;
    default: {
      let key: string = op;
      for (const input of inputs) key += ` ${input.id}`;
      for (const name in node.params) key += ` ${JSON.stringify((node.params as Readonly<Record<string, unknown>>)[name])}`;
      return key;
    }
  }
}
