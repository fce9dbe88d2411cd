import { expect, test } from "vitest";
import { limitsFor, overBudget } from "./compare.mjs";

test("a figure at its limit passes, one above it does not", () => {
  expect(overBudget({ packed: { a: 5, b: 7 } }, { packed: { a: 5, b: 6 } })).toEqual(["packed, b: 7, above its limit of 6"]);
});

test("a figure without a limit and a limit without a figure are told", () => {
  expect(overBudget({ packed: { a: 5 } }, { loaded: { a: 9 } })).toEqual([
    "packed, a: 5, and no limit",
    "loaded, a: there is a limit of 9, and nothing that it limits",
  ]);
});

test("limits leave a tenth, rounded up to two digits; files are counted exactly", () => {
  const measured = { t: { "x: files": 9, "x: KiB": 1459, "y: KiB": 27, "z: KiB": 3 } };
  expect(limitsFor(measured)).toEqual({ t: { "x: files": 9, "x: KiB": 1700, "y: KiB": 30, "z: KiB": 4 } });
  expect(overBudget(measured, limitsFor(measured))).toEqual([]);
});
