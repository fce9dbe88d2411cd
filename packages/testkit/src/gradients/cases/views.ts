import { build } from "@neurite/core";
import { type GradientCase, uniform } from "../case.ts";

/** A nonlinear function around a view, so that second derivatives are not all zero. */
const { exp, mul } = build;

export const viewCases: readonly GradientCase[] = [
  { name: "reshape", primitive: "reshape", inputs: [uniform([2, 3])], fn: ([x]) => [exp(build.reshape(mul(x, x), [3, 2]))] },
  { name: "transpose", primitive: "transpose", inputs: [uniform([2, 3, 2])], fn: ([x]) => [exp(build.transpose(mul(x, x), [2, 0, 1]))] },
  { name: "broadcast", primitive: "broadcast", inputs: [uniform([2, 1])], fn: ([x]) => [exp(build.broadcast(mul(x, x), [3, 2, 2]))] },
  { name: "slice", primitive: "slice", inputs: [uniform([3, 8])], fn: ([x]) => [exp(build.slice(mul(x, x), [1, 1], [3, 7], [1, 1]))] },
  {
    name: "slice: strides",
    primitive: "slice",
    inputs: [uniform([4, 9])],
    fn: ([x]) => [exp(build.slice(mul(x, x), [0, 1], [4, 8], [2, 3]))],
  },
  { name: "flip", primitive: "flip", inputs: [uniform([2, 3])], fn: ([x]) => [exp(build.flip(mul(x, x), [0, 1]))] },
  {
    name: "pad: value",
    primitive: "pad",
    inputs: [uniform([2, 3]), uniform([], 2)],
    fn: ([x, value]) => [exp(build.pad(mul(x, x), [1, 0], [0, 2], [0, 0], mul(value, value)))],
  },
  {
    name: "pad: interior, cropping",
    primitive: "pad",
    inputs: [uniform([3, 4]), uniform([], 2)],
    fn: ([x, value]) => [exp(build.pad(mul(x, x), [-1, 2], [1, -3], [1, 2], mul(value, value)))],
  },
  {
    name: "concat",
    primitive: "concat",
    inputs: [uniform([2, 1]), uniform([2, 3], 2)],
    fn: ([a, b]) => [exp(build.concat([mul(a, a), b, a], 1))],
  },
];
