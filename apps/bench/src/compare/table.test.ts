import { expect, test } from "vitest";
import { markdown, resultTable, summary } from "./table.ts";
import type { RowResult } from "./targets.ts";

test("columns are as wide as their widest cell", () => {
  expect(
    markdown(
      ["a", "number"],
      [
        ["long name", "1"],
        ["b", "22"],
      ],
    ),
  ).toBe(
    // prettier-ignore
    ["| a         | number |", "| --------- | -----: |", "| long name |      1 |", "| b         |     22 |"].join("\n"),
  );
});

const step: RowResult = {
  work: "W1",
  row: "step",
  unit: "us",
  others: 0.05,
  numbers: new Map([["torch", [900, 1000, 1100]], ["neurite", [300, 301, 302]], ["jax-scan", [390, 400, 410]]]), // prettier-ignore
};

test("neurite comes first, then the best rival, with ratios and what must be reached", () => {
  const lines = resultTable([step]).split("\n").map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim())); // prettier-ignore
  expect(lines.slice(2)).toEqual([
    ["W1 step", "neurite", "us", "301", "300", "", "", "", ""],
    ["", "jax-scan", "us", "400", "390", "0.75", "0.77", "0.75", "0.75 missed"],
    ["", "torch", "us", "1000", "900", "0.30", "0.33", "0.30", "0.40 met"],
  ]);
});

test("the summary counts what was met and names what was not", () => {
  expect(summary([step])).toBe("1 of 3 targets met\nmissed: W1 step (jax-scan)\nno rival: W1 step (keras-tf, keras-tf-xla)");
});

test("a row that neurite had no number for has no ratios", () => {
  const table = resultTable([{ ...step, numbers: new Map([["torch", [2]]]) }]);
  expect(table).toContain("| torch |   us |   2.00 | 2.00 |         |        |        |");
});
