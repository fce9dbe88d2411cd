import { expect, test } from "vitest";
import { median } from "./lib/places/count.mjs";
import { renderPlaces, replaceBetween } from "./lib/places/render.mjs";
import { roundedLines, withoutComments } from "./lib/places/sources.mjs";

test("comments and blank lines are no code; text that looks like a comment is", () => {
  const text = '/**\n * Says.\n */\nconst a = "http://x"; // why\n\n  // alone\nconst b = 1;\n';
  expect(withoutComments(text)).toBe('const a = "http://x";\nconst b = 1;');
});

test("lines are rounded to the nearest hundred", () => {
  const lines = (count) => [{ path: "x.ts", code: Array(count).fill("x").join("\n") }];
  expect([49, 50, 149, 150].map((count) => roundedLines(lines(count)))).toEqual([0, 100, 100, 200]);
});

test("the median is a number that occurs, and of nothing an error", () => {
  expect(median([5, 1, 3])).toBe(3);
  expect(median([4, 1, 2, 3])).toBe(2);
  expect(() => median([])).toThrow("nothing was found");
});

test("only what is between the markers is replaced; a page without markers is an error", () => {
  const counts = { op: 2, layer: 3, primitives: [], backends: [{ name: "x", typescript: 100, native: 0 }] };
  const page = "before\n<!-- places: begin, written by scripts/count-places.mjs -->\nstale\n<!-- places: end -->\nafter\n";
  const replaced = replaceBetween(page, renderPlaces(counts));
  expect(replaced).toMatch(/^before\n[^]*\| an op \| 2 \|[^]*\| x \| 100 \| {2}\|\n<!-- places: end -->\nafter\n$/);
  expect(replaced).not.toContain("stale");
  expect(replaceBetween(replaced, renderPlaces(counts))).toBe(replaced);
  expect(() => replaceBetween("no markers", "x")).toThrow("the page has no");
});
