import type { IrNode, IrProgram } from "../ir/node.ts";
import { stripReshape } from "./memory-view.ts";

/** Stands for all that lies between inputs and outputs: one array. */
const arena = -1;

/**
 * Values whose expressions read more arrays than a kernel may use get operands in memory, those with the most arrays first. Arrays are counted by
 * node: parameters, results, and what is in between as one.
 */
export function realizeCrowded(
  ir: IrProgram,
  mostMemories: number,
  realize: (node: IrNode) => void,
  isRealized: (node: IrNode) => boolean,
): void {
  const results = new Set(ir.results.map(stripReshape));
  /** By node, what an expression reads that contains it. */
  const reads = new Map<IrNode, ReadonlySet<number>>();
  // Its own array, and that between.
  const most = mostMemories - 2;
  for (const node of ir.nodes) {
    // Pieces of a concatenation are put in place one by one.
    const operands = node.op === "concat" ? [] : node.inputs;
    const union = (): ReadonlySet<number> => new Set(operands.flatMap((input) => [...(reads.get(input) ?? [])]));
    let own = union();
    while (own.size > most) {
      const sizeOf = (input: IrNode): number => reads.get(input)?.size ?? 0;
      const largest = operands.reduce((a, b) => (sizeOf(b) > sizeOf(a) ? b : a));
      if (sizeOf(largest) <= 1) break;
      realize(largest);
      reads.set(largest, new Set([arena]));
      own = union();
    }
    const base = stripReshape(node);
    if (!isRealized(node)) reads.set(node, own);
    else reads.set(node, new Set([base.op === "parameter" || results.has(base) ? base.id : arena]));
  }
}
