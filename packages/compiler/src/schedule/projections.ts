import type { IrNode, IrProgram } from "../ir/node.ts";

/** The outputs of primitives that have several: for each such node its projections by index; those nobody needs are missing. */
export function findProjections(ir: Pick<IrProgram, "nodes">): ReadonlyMap<IrNode, readonly (IrNode | undefined)[]> {
  const projections = new Map<IrNode, (IrNode | undefined)[]>();
  for (const node of ir.nodes) {
    if (node.op !== "project") continue;
    const base = node.inputs[0] as IrNode;
    const parts = projections.get(base) ?? [];
    while (parts.length < node.params.index) parts.push(undefined);
    parts[node.params.index] = node;
    projections.set(base, parts);
  }
  return projections;
}
