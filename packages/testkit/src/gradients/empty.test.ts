import { reference } from "@neurite/backend-reference";
import { build, type WindowParams } from "@neurite/core";
import { expect, test } from "vitest";
import { exactly, type GradientCase, uniform } from "./case.ts";
import { gradientsAt } from "./check.ts";

const window: WindowParams = { window: [2], strides: [1], padding: [[0, 0]], dilation: [1] };
const conv = { strides: [1], padding: [[1, 1]] as const, lhsDilation: [1], rhsDilation: [1] };

/** Functions of operands without elements, and how many elements each gradient has. */
const cases: [name: string, sizes: number[], inputs: GradientCase["inputs"], fn: GradientCase["fn"]][] = [
  ["reduce prod", [0], [uniform([2, 0])], ([x]) => [build.reduce("prod", x, [1])]],
  ["cumulative prod", [0], [uniform([2, 0])], ([x]) => [build.cumulative("prod", x, 1)]],
  ["cumulative max", [0], [uniform([0, 2])], ([x]) => [build.cumulative("max", x, 0)]],
  ["concat", [0, 2], [uniform([0]), uniform([2])], ([a, b]) => [build.concat([a, b], 0)]],
  ["slice to nothing", [3], [uniform([3])], ([x]) => [build.slice(x, [2], [2], [2])]],
  ["pad from nothing", [0], [uniform([0])], ([x]) => [build.pad(x, [1], [2], [3])]],
  ["gather nothing", [3], [uniform([3]), exactly("int32", [0], [])], ([x, i]) => [build.gather(x, i, 0)]],
  [
    "scatter mul nothing",
    [3, 0],
    [uniform([3]), exactly("int32", [0], []), uniform([0])],
    ([x, i, u]) => [build.scatter("mul", x, i, u, 0)],
  ],
  [
    "scatter set nothing",
    [3, 0],
    [uniform([3]), exactly("int32", [0], []), uniform([0])],
    ([x, i, u]) => [build.scatter("set", x, i, u, 0)],
  ],
  ["dot over nothing", [0, 0], [uniform([2, 0]), uniform([0, 3])], ([a, b]) => [build.dot(a, b)]],
  ["conv of an empty batch", [0, 4], [uniform([1, 0, 3, 2]), uniform([1, 2, 2, 1])], ([a, b]) => [build.conv(a, b, conv)]],
  ["reduce_window sum", [0], [uniform([0])], ([x]) => [build.reduceWindow("sum", x, window)]],
];

for (const [name, sizes, inputs, fn] of cases) {
  test(`${name}: gradients of empty operands have the operands' sizes and are finite`, async () => {
    const gradients = await gradientsAt(reference(), { inputs, fn });
    expect(gradients.map((gradient) => gradient.length)).toEqual(sizes);
    expect(gradients.flat().every(Number.isFinite)).toBe(true);
  });
}
