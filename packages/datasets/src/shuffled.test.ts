import { expect, test } from "vitest";
import { shuffledIndices } from "./shuffled.ts";

test("a shuffle holds every number once, the same for the same seed and another for another", () => {
  const order = shuffledIndices(1000, 7);
  expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
  expect(shuffledIndices(1000, 7)).toEqual(order);
  const other = shuffledIndices(1000, 8);
  expect([...other].filter((value, i) => value === order[i]).length).toBeLessThan(20);
});

test("every number gets to every place about equally often", () => {
  const seen = new Float64Array(16);
  const trials = 4000;
  for (let seed = 0; seed < trials; seed++) {
    const order = shuffledIndices(4, seed);
    for (let place = 0; place < 4; place++) (seen[place * 4 + (order[place] as number)] as number)++;
  }
  // Binomial with p = 1/4: standard deviation 27.
  for (const count of seen) expect(Math.abs(count - trials / 4)).toBeLessThan(140);
});

test("nothing and one thing can be shuffled", () => {
  expect([...shuffledIndices(0, 1)]).toEqual([]);
  expect([...shuffledIndices(1, 1)]).toEqual([0]);
});
