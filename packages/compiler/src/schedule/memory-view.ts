import { isView } from "../ir/classify.ts";
import type { IrNode } from "../ir/node.ts";
import { spaceOf } from "../views/strides.ts";
import { type FlatMap, type IndexMap, flatten, rowMajorMap, throughView } from "../views/index-map.ts";

/** The value whose row-major elements are those of `node`: below reshapes and barriers. */
export function stripReshape(node: IrNode): IrNode {
  let base = node;
  while (base.op === "reshape" || base.op === "barrier") base = base.inputs[0] as IrNode;
  return base;
}

/** A value in memory, seen through views. */
export interface MemoryView extends FlatMap {
  readonly base: IrNode;
}

/** Follows views below `node` down to a value in memory; null where there is none, or a reshape on the way cannot be expressed. */
export function memoryView(node: IrNode, map: IndexMap, inMemory: (node: IrNode) => boolean): MemoryView | null {
  let current = node;
  let currentMap = map;
  while (true) {
    const base = stripReshape(current);
    if (inMemory(base)) return { base, ...flatten(currentMap, current.shape) };
    if (!isView(current)) return null;
    const next = throughView(current, currentMap);
    if (next === null) return null;
    currentMap = next;
    current = current.inputs[0] as IrNode;
  }
}

/** {@link memoryView} with one stride for each axis of `shape`, a reshape of the node's own (size-1 axes get stride 0). */
export function axisView(node: IrNode, inMemory: (node: IrNode) => boolean): MemoryView | null {
  const space = spaceOf(node.shape);
  const view = memoryView(node, rowMajorMap(node.shape, space), inMemory);
  if (view === null) return null;
  let position = 0;
  return { base: view.base, offset: view.offset, strides: node.shape.map((dim) => (dim === 1 ? 0 : (view.strides[position++] as number))) };
}
