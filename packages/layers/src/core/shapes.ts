import { isSymbolic, isTensor, mapTree, type Shape, ShapeError, type SymbolicShape } from "@neurite/core";

/** One shape, or arrays and objects of shapes: what a layer with several inputs is built with. */
export type ShapeTree = SymbolicShape | readonly ShapeTree[] | { readonly [key: string]: ShapeTree };

/**
 * The shape as users write it: null for what is not known, so [NaN, 3] is [null, 3].
 *
 * @example
 * symbolicShape([NaN, 3]); // [null, 3]
 */
export function symbolicShape(shape: readonly (number | null)[]): SymbolicShape {
  return shape.map((dim) => (dim === null || Number.isNaN(dim) ? null : dim));
}

/**
 * The shape as the graph writes it: NaN for what is not known, so [null, 3] is [NaN, 3].
 *
 * @example
 * graphShape([null, 3]); // [NaN, 3]
 */
export function graphShape(shape: SymbolicShape): Shape {
  return shape.map((dim) => dim ?? NaN);
}

/**
 * True for one shape: a list of numbers and nulls.
 *
 * @example
 * isShape([null, 3]); // true
 * isShape([[2], [3]]); // false
 */
export function isShape(tree: unknown): tree is SymbolicShape {
  return Array.isArray(tree) && tree.every((dim) => dim === null || typeof dim === "number");
}

/**
 * The shapes of tensors in a tree, as the same tree.
 *
 * @example
 * shapesOf([tensor([1, 2]), tensor([[3]])]); // [[2], [1, 1]]
 */
export function shapesOf(inputs: unknown): ShapeTree {
  return mapTree(inputs, (leaf) => (isTensor(leaf) || isSymbolic(leaf) ? symbolicShape(leaf.shape) : [])) as ShapeTree;
}

/**
 * Replaces each shape of a tree.
 *
 * @throws ShapeError for what is neither a shape nor a list or plain object of them.
 * @example
 * mapShapes([[2, 3], [4]], (shape) => shape.length); // [2, 1]
 */
export function mapShapes(tree: ShapeTree, replace: (shape: SymbolicShape) => unknown): unknown {
  if (isShape(tree)) return replace(tree);
  if (Array.isArray(tree)) return tree.map((child) => mapShapes(child as ShapeTree, replace));
  if (typeof tree !== "object" || tree === null || Object.getPrototypeOf(tree) !== Object.prototype)
    throw new ShapeError(`[layer] a shape must be a list of sizes, null where not known, or a tree of such lists: received ${typeof tree}`);
  return Object.fromEntries(Object.entries(tree).map(([key, child]) => [key, mapShapes(child as ShapeTree, replace)]));
}
