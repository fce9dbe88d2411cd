import { isSymbolic, isTensor, type Mask, maskOf, mapTree, setMask } from "@neurite/core";

/** Masks in the tree of the tensors they go with; null where a tensor has none. */
export type MaskTree = Mask | null | readonly MaskTree[] | { readonly [key: string]: MaskTree };

const isTensorLike = (x: unknown): x is Parameters<typeof setMask>[0] => isTensor(x) || isSymbolic(x);

/** The masks that go with tensors; null where none has one. */
export function masksOf(tensors: unknown): MaskTree {
  if (isTensorLike(tensors)) return maskOf(tensors);
  // Nested arrays of numbers are one tensor without a mask.
  if (typeof tensors !== "object" || tensors === null || (Array.isArray(tensors) && !tensors.some(isTensorLike))) return null;
  let found = false;
  const masks = mapTree(tensors, (leaf) => {
    const mask = maskOf(leaf);
    found ||= mask !== null;
    return mask;
  });
  return found ? (masks as MaskTree) : null;
}

/** Gives each tensor of `outputs` the mask at its place among `masks`, where it has none of its own. */
export function giveMasks(outputs: unknown, masks: MaskTree): void {
  const tensors = leavesOf(outputs).filter(isTensorLike);
  const given = leavesOf(masks) as (Mask | null)[];
  tensors.forEach((tensor, i) => {
    const mask = given[i] ?? null;
    if (mask !== null && maskOf(tensor) === null) setMask(tensor, mask);
  });
}

/** Tensors and nulls of a tree, in order. */
function leavesOf(tree: unknown): unknown[] {
  if (tree === null || isTensorLike(tree)) return [tree];
  if (Array.isArray(tree)) return tree.flatMap(leavesOf);
  return typeof tree === "object" ? Object.values(tree).flatMap(leavesOf) : [];
}
