import { describe } from "../describe.ts";
import { ValueError } from "../errors.ts";
import { flattenTree } from "../tree.ts";

/** An axis for each leaf of a tree: where the tree goes deeper than this, the entry is that of all leaves below. */
export type AxesTree = number | null | readonly AxesTree[] | { readonly [key: string]: AxesTree };

const isBranch = (x: unknown): x is object => {
  if (typeof x !== "object" || x === null) return false;
  const prototype = Object.getPrototypeOf(x) as unknown;
  return Array.isArray(x) || prototype === Object.prototype || prototype === null;
};

/**
 * The axis of each leaf of `tree`, in order.
 * @throws ValueError where the axes' tree is no beginning of it, or an entry is no integer and not null.
 */
export function axesOfLeaves(op: string, name: string, axes: AxesTree, tree: unknown): (number | null)[] {
  if (axes === null || typeof axes === "number") {
    if (axes !== null && !Number.isInteger(axes)) throw new ValueError(`[${op}] ${name} must hold integers and null: received ${axes}`);
    return flattenTree(tree).map(() => axes);
  }
  if (!isBranch(axes)) throw new ValueError(`[${op}] ${name} must hold integers and null: received ${describe(axes)}`);
  const [wanted, found] = [Object.keys(axes), isBranch(tree) ? Object.keys(tree) : []];
  if (
    !isBranch(tree) ||
    Array.isArray(axes) !== Array.isArray(tree) ||
    wanted.length !== found.length ||
    !found.every((key) => key in axes)
  ) {
    throw new ValueError(`[${op}] ${name} must have the structure of what it is for: received ${describe(axes)} for ${describe(tree)}`);
  }
  return found.flatMap((key) =>
    axesOfLeaves(op, name, (axes as Record<string, AxesTree>)[key] as AxesTree, (tree as Record<string, unknown>)[key]),
  );
}
