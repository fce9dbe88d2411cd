import { describe, expect, it } from "vitest";
import { collapse, contiguousStrides, joinStrides, mergeableRuns, refine, splitStrides } from "./strides.ts";

describe("refine", () => {
  it("gives the coarsest space that splits both", () => {
    expect(refine([6, 4], [2, 12])).toEqual([2, 3, 4]);
    expect(refine([24], [2, 3, 4])).toEqual([2, 3, 4]);
    expect(refine([], [])).toEqual([]);
    expect(refine([8, 5], [8, 5])).toEqual([8, 5]);
  });

  it("is null where the cuts do not nest", () => {
    expect(refine([6, 4], [8, 3])).toBeNull();
    expect(refine([2, 3], [3, 2])).toBeNull();
  });
});

describe("strides", () => {
  it("split and join again", () => {
    expect(splitStrides([20, 1], [6, 4], [2, 3, 4])).toEqual([60, 20, 1]);
    expect(joinStrides([60, 20, 1], [2, 3, 4], [6, 4])).toEqual([20, 1]);
    expect(joinStrides([0, 20, 1], [2, 3, 4], [6, 4])).toBeNull();
    expect(joinStrides([0, 0, 1], [2, 3, 4], [6, 4])).toEqual([0, 1]);
  });

  it("collapse to one when axes lie behind each other", () => {
    expect(collapse([2, 3, 4], contiguousStrides([2, 3, 4]))).toBe(1);
    expect(collapse([2, 3], [6, 2])).toBe(2);
    expect(collapse([2, 3], [1, 2])).toBeNull();
    expect(collapse([1, 1], [7, 9])).toBe(0);
    expect(collapse([3, 1], [5, 0])).toBe(5);
  });

  it("merge where every vector allows it", () => {
    expect(mergeableRuns([2, 3, 4], [[12, 4, 1]])).toEqual([[0, 1, 2]]);
    expect(
      mergeableRuns(
        [2, 3, 4],
        [
          [12, 4, 1],
          [0, 4, 1],
        ],
      ),
    ).toEqual([[0], [1, 2]]);
    expect(mergeableRuns([2, 3, 4], [[12, 4, 1]], (outer) => outer !== 1)).toEqual([[0, 1], [2]]);
  });
});
