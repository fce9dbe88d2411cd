import { build, type ScatterOp } from "@neurite/core";
import { distinct, exactly, type GradientCase, type GradientInput, uniform } from "../case.ts";

const { exp, mul } = build;
/** Place 0 twice, place 2 never. */
const indices = exactly("int32", [2, 2], [3, 0, 1, 0]);

function scatterCase(op: ScatterOp, x: GradientInput, updates: GradientInput, axis: number, variant = ""): GradientCase {
  return {
    name: `scatter: ${op}${variant}`,
    primitive: "scatter",
    inputs: [x, indices, updates],
    fn: ([a, i, u]) => [exp(build.scatter(op, mul(a, exp(a)), i, mul(u, exp(u)), axis))],
  };
}

export const indexingCases: readonly GradientCase[] = [
  {
    name: "gather",
    primitive: "gather",
    inputs: [uniform([2, 4, 2]), indices],
    fn: ([x, i]) => [exp(build.gather(mul(x, x), i, 1))],
  },
  {
    name: "gather: scalar index",
    primitive: "gather",
    inputs: [uniform([2, 3]), exactly("int32", [], [2])],
    fn: ([x, i]) => [exp(build.gather(mul(x, x), i, 1))],
  },
  scatterCase("set", uniform([4, 2]), uniform([2, 2, 2], 2), 0),
  scatterCase("set", uniform([2, 4]), uniform([2, 2, 2], 2), 1, ", axis 1"),
  scatterCase("add", uniform([4, 2]), uniform([2, 2, 2], 2), 0),
  scatterCase("add", uniform([2, 4]), uniform([2, 2, 2], 2), 1, ", axis 1"),
  scatterCase("mul", uniform([4, 2]), uniform([2, 2, 2], 2), 0),
  scatterCase("mul", uniform([2, 4, 1]), uniform([2, 2, 2, 1], 2), 1, ", axis 1"),
  scatterCase("mul", exactly("float64", [4], [0.5, 0, 0.25, -0.4]), exactly("float64", [2, 2], [0.3, 0, 0, -0.7]), 0, ", zeros"),
  scatterCase("max", distinct([4, 2]), distinct([2, 2, 2], 5), 0),
  scatterCase("min", distinct([2, 4]), distinct([2, 2, 2], 6), 1, ", axis 1"),
];
