import { expect, test } from "vitest";
import { flattenTree, mapTree } from "./tree.ts";

const tree = { a: [1, null], b: { c: 3 } };

test("every leaf is replaced, with its path at hand, in the order of flattenTree", () => {
  const paths: string[] = [];
  const doubled = mapTree(tree, (leaf, path) => (paths.push(path), Number(leaf) * 2));
  expect(doubled).toEqual({ a: [2, 0], b: { c: 6 } });
  expect(paths).toEqual(["a[0]", "a[1]", "b.c"]);
  expect(flattenTree(tree)).toEqual([1, null, 3]);
});

test("null stays where it is no leaf", () => {
  expect(mapTree(tree, (leaf) => Number(leaf) * 2, { noneIsLeaf: false })).toEqual({ a: [2, null], b: { c: 6 } });
  expect(mapTree(null, () => 1, { noneIsLeaf: false })).toBeNull();
});
