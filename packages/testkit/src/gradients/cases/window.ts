import { build, type WindowParams } from "@neurite/core";
import { distinct, type GradientCase, uniform } from "../case.ts";

const overlapping: WindowParams = { window: [1, 3], strides: [1, 2], padding: [[0, 0], [1, 1]], dilation: [1, 1] }; // prettier-ignore
const dilated: WindowParams = { window: [2, 2], strides: [2, 3], padding: [[1, 0], [0, 2]], dilation: [1, 2] }; // prettier-ignore
/** Steps over elements that no window sees. */
const sparse: WindowParams = { window: [1, 2], strides: [1, 3], padding: [[0, 0], [0, 0]], dilation: [1, 1] }; // prettier-ignore

const { exp, mul } = build;

function casesOf(variant: string, window: WindowParams, shape: readonly number[], outShape: readonly number[]): GradientCase[] {
  return [
    {
      name: `reduce_window: sum, ${variant}`,
      primitive: "reduce_window",
      inputs: [uniform(shape)],
      fn: ([x]) => [exp(build.reduceWindow("sum", mul(x, x), window))],
    },
    ...(["max", "min"] as const).flatMap((op): GradientCase[] => [
      {
        name: `reduce_window: ${op}, ${variant}`,
        primitive: "reduce_window",
        inputs: [distinct(shape)],
        fn: ([x]) => [exp(build.reduceWindow(op, x, window))],
      },
      {
        name: `window_gather: ${op}, ${variant}`,
        primitive: "window_gather",
        inputs: [distinct(shape), uniform(shape, 2)],
        fn: ([x, y]) => [exp(build.windowGather(op, x, mul(y, y), window))],
      },
      {
        name: `window_scatter: ${op}, ${variant}`,
        primitive: "window_scatter",
        inputs: [distinct(shape), uniform(outShape, 2)],
        fn: ([x, y]) => [exp(build.windowScatter(op, x, mul(y, y), window))],
      },
    ]),
  ];
}

export const windowCases: readonly GradientCase[] = [
  ...casesOf("overlapping", overlapping, [2, 5], [2, 3]),
  ...casesOf("dilated", dilated, [3, 6], [2, 2]),
  ...casesOf("sparse", sparse, [1, 7], [1, 2]),
];
