import { expect, test } from "vitest";
import { plotGrowth } from "./plot.ts";
import { axes, sizesAlong } from "./sizes.ts";

test("the picture has a column for each axis and a line for each thing measured", () => {
  const growth = new Map(
    axes.map((axis) => [axis, sizesAlong(axis).map((size) => {
      const several = { size, step: size[axis], compile: 0, arena: 2, state: 3 };
      return { several, one: several, ratio: 1 };
    })]), // prettier-ignore
  );
  const svg = plotGrowth(growth);
  expect(svg).toMatch(/^<svg /);
  for (const text of [...axes, "ms", "MiB", "step", "step, 1 thread", "trace and compile", "arena", "weights and optimizer"])
    expect(svg).toContain(`>${text}</text>`);
  expect(svg).not.toContain("NaN");
});
