/** Nested arrays and plain objects of something: the arguments and results of user functions. */
export type Tree<T> = T | readonly Tree<T>[] | { readonly [key: string]: Tree<T> };

function isBranch(value: unknown): value is readonly unknown[] | Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return true;
  const prototype = Object.getPrototypeOf(value) as unknown;
  return prototype === Object.prototype || prototype === null;
}

/**
 * Leaves depth first, object keys in their own order.
 *
 * @example
 * flattenTree({ a: [1, 2], b: { c: 3 } }); // [1, 2, 3]
 */
export function flattenTree(tree: unknown): unknown[] {
  const leaves: unknown[] = [];
  const visit = (value: unknown): void => {
    if (!isBranch(value)) leaves.push(value);
    else for (const child of Object.values(value)) visit(child);
  };
  visit(tree);
  return leaves;
}

/**
 * The same tree with each leaf replaced.
 *
 * @example
 * mapTree([1, [2, 3]], (leaf) => 10 * (leaf as number)); // [10, [20, 30]]
 */
export function mapTree(tree: unknown, replace: (leaf: unknown, path: string) => unknown, path = ""): unknown {
  if (!isBranch(tree)) return replace(tree, path);
  if (Array.isArray(tree)) return tree.map((child, i) => mapTree(child, replace, `${path}[${i}]`));
  return Object.fromEntries(
    Object.entries(tree).map(([key, child]) => [key, mapTree(child, replace, path === "" ? key : `${path}.${key}`)]),
  );
}
