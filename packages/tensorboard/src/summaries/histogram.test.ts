import { expect, it } from "vitest";
import { histogramRows } from "./histogram.ts";

it("counts values in buckets of equal width, the greatest in the last", () => {
  expect(histogramRows([0, 1, 1, 2, 4], 4)).toEqual([0, 1, 1, 1, 2, 2, 2, 3, 1, 3, 4, 1]);
});

it("puts equal values into the last bucket, and no values into none", () => {
  expect(histogramRows([3, 3], 2)).toEqual([3, 3, 0, 3, 3, 2]);
  expect(histogramRows([], 2)).toEqual([0, 0, 0, 0, 0, 0]);
});

it("refuses what is not finite", () => {
  expect(() => histogramRows([1, NaN], 2)).toThrow(/value 1 is NaN/);
});
