import type { IrNode } from "../ir/node.ts";

/** `nodes` without those that no root needs, in the same order. `nodes[i].id` must be `i`. */
export function removeDeadCode(nodes: readonly IrNode[], roots: readonly IrNode[]): IrNode[] {
  const needed = new Uint8Array(nodes.length);
  for (const root of roots) needed[root.id] = 1;
  for (let i = nodes.length - 1; i >= 0; i--) {
    if (needed[i] === 0) continue;
    for (const input of (nodes[i] as IrNode).inputs) needed[input.id] = 1;
  }
  return nodes.filter((node) => needed[node.id] === 1);
}
