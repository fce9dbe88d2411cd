import { build, type PrimitiveParams } from "@neurite/core";
import { complexNumbers, type GradientCase, uniform } from "../case.ts";

function convCase(variant: string, lhs: readonly number[], rhs: readonly number[], params: Partial<PrimitiveParams["conv"]>): GradientCase {
  const spatial = lhs.length - 3;
  const ones = new Array<number>(spatial).fill(1);
  const full = { strides: ones, lhsDilation: ones, rhsDilation: ones, padding: ones.map((): [number, number] => [0, 0]), ...params };
  return { name: `conv: ${variant}`, primitive: "conv", inputs: [uniform(lhs), uniform(rhs, 2)], fn: ([a, b]) => [build.conv(a, b, full)] };
}

export const dotConvCases: readonly GradientCase[] = [
  { name: "dot", primitive: "dot", inputs: [uniform([2, 3]), uniform([3, 2], 2)], fn: ([a, b]) => [build.dot(a, b)] },
  { name: "dot: batch", primitive: "dot", inputs: [uniform([2, 2, 3]), uniform([2, 3, 1], 2)], fn: ([a, b]) => [build.dot(a, b)] },
  { name: "dot: complex", primitive: "dot", inputs: [complexNumbers([2, 2]), complexNumbers([2, 1], 2)], fn: ([a, b]) => [build.dot(a, b)] },
  { name: "dot: square of one operand", primitive: "dot", inputs: [uniform([3, 3])], fn: ([a]) => [build.dot(a, a)] },
  convCase("plain", [1, 2, 5, 2], [1, 3, 2, 2], {}),
  convCase("same padding", [1, 1, 5, 2], [1, 3, 2, 1], { padding: [[1, 1]] }),
  convCase("strides that do not tile", [1, 1, 8, 1], [1, 3, 1, 2], { strides: [3], padding: [[1, 0]] }),
  convCase("dilated window, strides", [1, 1, 10, 1], [1, 3, 1, 1], { strides: [2], rhsDilation: [3], padding: [[2, 1]] }),
  convCase("dilated input (transposed)", [1, 1, 4, 2], [1, 3, 2, 1], { lhsDilation: [2], padding: [[1, 2]] }),
  convCase("everything dilated", [1, 1, 5, 1], [1, 2, 1, 1], { strides: [2], lhsDilation: [3], rhsDilation: [2], padding: [[1, 3]] }),
  convCase("negative padding", [1, 1, 9, 1], [1, 2, 1, 1], { strides: [2], padding: [[-2, -1]] }),
  convCase("negative padding, dilated input", [1, 1, 5, 1], [1, 2, 1, 1], { lhsDilation: [2], padding: [[-1, 2]] }),
  convCase("padding beyond the window", [1, 1, 3, 1], [1, 2, 1, 1], { padding: [[4, 3]] }),
  convCase("groups", [2, 1, 4, 2], [2, 2, 2, 1], {}),
  convCase("two axes", [1, 1, 5, 4, 2], [1, 3, 2, 2, 1], { strides: [2, 1], padding: [[1, 1], [0, 1]], rhsDilation: [1, 2] }),
  convCase("three axes", [1, 1, 3, 3, 2, 1], [1, 2, 2, 2, 1, 1], { padding: [[0, 1], [0, 0], [1, 0]] }),
]; // prettier-ignore
