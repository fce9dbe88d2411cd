import { expect, test } from "vitest";
import { replaceSection } from "./page.ts";

const page = "# Title\n\n<!-- W1: begin -->\n\nold\n\n<!-- W1: end -->\n\nmore\n\n<!-- W2: begin -->\n<!-- W2: end -->\n";

test("a section is replaced and the rest of the page stays", () => {
  const once = replaceSection(page, "W1", "| new |\n");
  expect(once).toBe(page.replace("old", "| new |"));
  expect(replaceSection(once, "W1", "| new |")).toBe(once);
});

test("a page without the section is refused", () => {
  expect(() => replaceSection(page, "W3", "x")).toThrow('[bench] the page has no section "W3". Hint: it begins with <!-- W3: begin -->');
});
