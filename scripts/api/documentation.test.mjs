import { expect, test } from "vitest";
import { declarationsOf, lacksOf, throwsUntold, undocumented } from "./documentation.mjs";

const symbol = (given) => ({
  name: "f",
  kind: "function",
  file: "packages/core/src/ops/f.ts",
  line: 1,
  doc: "",
  tags: [],
  parameters: [],
  ...given,
});
const example = { name: "example", text: "f(1)" };

test("a function about tensors needs a description, shapes and an example", () => {
  expect(lacksOf(symbol({}), "export function f() {}")).toEqual(["description", "shapes", "example"]);
  expect(lacksOf(symbol({ doc: "Doubles x, of any shape.", tags: [example] }), "export function f() {}")).toEqual([]);
  expect(lacksOf(symbol({ doc: "Doubles x.", tags: [{ name: "returns", text: "[batch, …]" }, example] }), "")).toEqual([]);
});

test("a shape in an example does not count as said", () => {
  expect(lacksOf(symbol({ doc: "Doubles x.", tags: [{ name: "example", text: "f([1])" }] }), "")).toEqual(["shapes"]);
});

test("types and values need a description alone", () => {
  expect(lacksOf(symbol({ kind: "type" }), "throw new Error()")).toEqual(["description"]);
  expect(lacksOf(symbol({ kind: "value", doc: "Names." }), "throw new Error()")).toEqual([]);
});

test("errors must be told where they are thrown, in the symbol or in what it uses of its file", () => {
  const source = "function need() { throw new Error(); }\nexport function f() { need(); }\nexport const g = () => ({ need: 1 }).need;";
  expect(throwsUntold("f", source)).toBe(true);
  expect(throwsUntold("g", source)).toBe(false);
  expect(throwsUntold("C", "export class C {\n  /** @throws Error always. */\n  m() { throw new Error(); }\n}")).toBe(false);
  expect(throwsUntold("is", "class C { m() { throw new Error(); } }\nexport const is = (x): x is C => x instanceof C;")).toBe(false);
  expect(lacksOf(symbol({ doc: "Any shape.", tags: [example] }), source)).toEqual(["throws"]);
  expect(lacksOf(symbol({ doc: "Any shape.", tags: [example, { name: "throws", text: "Error always." }] }), source)).toEqual([]);
});

test("a symbol counts once, in whatever entry points and namespaces it is", () => {
  const namespace = { ...symbol({ name: "ops" }), members: [symbol({})] };
  const found = undocumented(declarationsOf([[symbol({})], [namespace]]), () => "");
  expect(found).toEqual([
    "description: packages/core/src/ops/f.ts f",
    "example: packages/core/src/ops/f.ts f",
    "shapes: packages/core/src/ops/f.ts f",
  ]);
});
