/** The outputs of a model as Keras flattens them: depth first, dictionaries in the order of their sorted keys. */
export function flatOutputs(tree: unknown): unknown[] {
  if (Array.isArray(tree)) return tree.flatMap(flatOutputs);
  if (typeof tree !== "object" || tree === null || Object.getPrototypeOf(tree) !== Object.prototype) return [tree];
  return Object.entries(tree)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, child]) => flatOutputs(child));
}
