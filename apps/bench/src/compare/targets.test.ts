import { expect, test } from "vitest";
import { works } from "../works/index.ts";
import { rivals } from "./rivals.ts";
import { judge, ratio, type RowResult, type Target, targets } from "./targets.ts";

test("ratios are of medians, of minima and of each turn", () => {
  // Turn by turn 0.5, 2, 1.
  expect(ratio([1, 4, 3], [2, 2, 3])).toEqual({ medians: 1.5, minima: 0.5, paired: 1 });
});

const target: Target = { work: "W1", row: "step", rivals: ["jax", "torch"], atMost: 0.8, stretch: 0.5 };
const result = (numbers: Record<string, number[]>, more: Partial<RowResult> = {}): RowResult => ({
  work: "W1",
  row: "step",
  unit: "us",
  others: 0.1,
  numbers: new Map(Object.entries(numbers)),
  ...more,
});
const judged = (neurite: number[], others: Record<string, number[]>, more: Partial<RowResult> = {}): string => {
  const [{ rival, verdict }] = judge(result({ neurite, ...others }, more), [target]) as [ReturnType<typeof judge>[number]];
  return `${rival} ${verdict}`;
};

test("a target is held to the best of its rivals", () => {
  expect(judged([8], { jax: [10], torch: [100], tfjs: [1] })).toBe("jax met");
  expect(judged([8.1], { jax: [10], torch: [100] })).toBe("jax missed");
  expect(judged([8], { jax: [20], torch: [16] })).toBe("torch stretch met");
  expect(judged([8], { tfjs: [100] })).toBe("null no rival");
});

test("noise that hits one turn of both does not change the verdict", () => {
  expect(judged([7, 700, 7], { jax: [10, 1000, 10] })).toBe("jax met");
});

test("a rival that others disturbed most of the time is not beaten by that", () => {
  // Its best turn says that undisturbed it takes 8.
  expect(judged([7, 7, 7], { jax: [80, 8, 90], torch: [10, 10, 10] })).toBe("jax unclear");
});

test("where others used the machine times say nothing, and memory what it says", () => {
  expect(judged([7], { jax: [10] }, { others: 0.3 })).toBe("jax disturbed");
  expect(judged([7], { jax: [10] }, { others: 0.3, unit: "MiB" })).toBe("jax met");
  expect(judged([7], { jax: [10] }, { others: null })).toBe("jax met");
});

test("a target of another row or work says nothing", () => {
  expect(judge(result({ neurite: [1], jax: [1] }, { row: "step with accuracy" }), [target])).toEqual([]);
  expect(judge(result({ neurite: [1], jax: [1] }, { work: "W2" }), [target])).toEqual([]);
});

test("a target without a row or rivals goes for all of them", () => {
  const [verdict] = judge(result({ neurite: [1], numpy: [2], torch: [0.5] }), [{ work: "W1", atMost: 1.5 }]);
  expect(verdict).toMatchObject({ rival: "torch", ratio: { medians: 2, minima: 2, paired: 2 }, verdict: "missed" });
});

test("targets name works, rows and rivals that there are", () => {
  for (const { work, row, rivals: named = [] } of targets) {
    const rows = Object.keys(works[work]?.rows ?? {});
    expect(rows, work).not.toEqual([]);
    if (row !== undefined) expect(rows).toContain(row);
    const there = rivals.filter((rival) => rival.works.includes(work)).map(({ name }) => name);
    expect(there, work).not.toEqual([]);
    if (named.length > 0) expect(there.some((name) => named.includes(name)), `${work} ${row}`).toBe(true); // prettier-ignore
  }
});
