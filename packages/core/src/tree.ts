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

/** Options of {@link mapTree}. */
export interface MapTreeOptions {
  /** Whether null is a leaf; if not, it stays where it is. Default true. */
  readonly noneIsLeaf?: boolean;
}

/**
 * The same tree with each leaf replaced; `replace` gets the leaf and its path, as "a[0].b".
 *
 * @example
 * mapTree([1, [2, 3]], (leaf) => 10 * (leaf as number)); // [10, [20, 30]]
 */
export function mapTree(tree: unknown, replace: (leaf: unknown, path: string) => unknown, options: MapTreeOptions = {}): unknown {
  const { noneIsLeaf = true } = options;
  const visit = (value: unknown, path: string): unknown => {
    if (value === null && !noneIsLeaf) return null;
    if (!isBranch(value)) return replace(value, path);
    if (Array.isArray(value)) return value.map((child, i) => visit(child, `${path}[${i}]`));
    return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, visit(child, path === "" ? key : `${path}.${key}`)]));
  };
  return visit(tree, "");
}
