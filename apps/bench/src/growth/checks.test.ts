import { expect, test } from "vitest";
import { check } from "./checks.ts";
import type { Pair } from "./measure.ts";
import { type Axis, flops, parameters, sizesAlong } from "./sizes.ts";

/** Pairs whose step times and compile times are given by their place. */
function pairs(
  axis: Axis,
  step: (i: number) => number,
  options: { one?: (i: number) => number; compile?: (depth: number) => number } = {},
): Pair[] {
  const { one = (i) => 2 * step(i), compile = (depth) => depth } = options;
  return sizesAlong(axis).map((size, i) => {
    const several = { size, step: step(i), compile: compile(size.depth), arena: 1, state: 1 };
    return { several, one: { ...several, step: one(i) }, ratio: step(i) / one(i) };
  });
}

const verdicts = (axis: Axis, given: Pair[]): boolean[] => check(axis, given).map(({ holds }) => holds);

test("parameters and operations are those of the layers", () => {
  // 64x8+8, 8x8+8, 8x10+10.
  expect(parameters({ batch: 1, width: 8, depth: 2 })).toBe(520 + 72 + 90);
  // 2 for each weight in each direction, three directions, but two for the first layer; biases count like a row of weights.
  expect(flops({ batch: 3, width: 8, depth: 2 })).toBe(3 * (6 * 682 - 2 * 64 * 8));
});

test("steps that double with the batch have no cliff, one that takes five times as long is named", () => {
  expect(
    verdicts(
      "batch",
      pairs("batch", (i) => 2 ** i),
    ),
  ).toEqual([true, true]);
  const [finding] = check(
    "batch",
    pairs("batch", (i) => 2 ** i * (i >= 5 ? 2.5 : 1)),
  );
  expect(finding).toMatchObject({ holds: false, text: "batch: step time has no cliffs, but 16 to 32: 5.0x for 2.0x the work" });
});

test("several threads that take longer than one are named", () => {
  const given = pairs("width", () => 1, { one: (i) => (i === 2 ? 0.5 : 0.95) });
  const [, finding] = check("width", given);
  expect(finding).toEqual({ holds: false, text: "width: several threads never lose to one, but 32: 2.00x" });
});

test("compiling is held to a time for the deepest model and to a straight line", () => {
  expect(
    verdicts(
      "depth",
      pairs("depth", (i) => i + 1, { compile: (depth) => depth }),
    ),
  ).toEqual([true, true, true, true]);
  expect(
    verdicts(
      "depth",
      pairs("depth", (i) => i + 1, { compile: (depth) => 2 * depth }),
    ),
  ).toEqual([true, true, false, true]);
  expect(
    verdicts(
      "depth",
      pairs("depth", (i) => i + 1, { compile: (depth) => depth ** 2 / 200 }),
    ),
  ).toEqual([true, true, true, false]);
});
