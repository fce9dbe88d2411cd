import { build } from "@neurite/core";
import { complexNumbers, distinct, exactly, type GradientCase, type GradientInput, uniform } from "../case.ts";

const { exp, mul } = build;

function cumulativeCase(
  op: "sum" | "prod" | "max" | "min",
  axis: number,
  reverse: boolean,
  input: GradientInput,
  variant = "",
): GradientCase {
  return {
    name: `cumulative: ${op}${reverse ? ", reverse" : ""}${variant}`,
    primitive: "cumulative",
    inputs: [input],
    fn: ([x]) => [mul(build.cumulative(op, x, axis, reverse), exp(x))],
  };
}

const withZeros = exactly("float64", [2, 4], [0.5, 0, -1.5, 2, 0, 1.2, 0, 0.7]);

export const reduceCases: readonly GradientCase[] = [
  { name: "reduce: sum", primitive: "reduce", inputs: [uniform([2, 3, 2])], fn: ([x]) => [exp(build.sum(mul(x, x), [0, 2]))] },
  { name: "reduce: prod", primitive: "reduce", inputs: [uniform([2, 3, 2])], fn: ([x]) => [exp(build.reduce("prod", x, [0, 2]))] },
  { name: "reduce: prod, all axes", primitive: "reduce", inputs: [uniform([2, 2], 2)], fn: ([x]) => [build.reduce("prod", x, [1, 0])] },
  { name: "reduce: prod with zeros", primitive: "reduce", inputs: [withZeros], fn: ([x]) => [build.reduce("prod", x, [1])] },
  { name: "reduce: prod, complex", primitive: "reduce", inputs: [complexNumbers([3])], fn: ([x]) => [build.reduce("prod", x, [0])] },
  { name: "reduce: max", primitive: "reduce", inputs: [distinct([2, 3, 2])], fn: ([x]) => [exp(build.reduce("max", mul(x, exp(x)), [1]))] },
  { name: "reduce: min", primitive: "reduce", inputs: [distinct([2, 6])], fn: ([x]) => [exp(build.reduce("min", x, [0, 1]))] },
  cumulativeCase("sum", 1, false, uniform([2, 3])),
  cumulativeCase("sum", 0, true, uniform([3, 2])),
  cumulativeCase("prod", 1, false, uniform([2, 5])),
  cumulativeCase("prod", 0, true, uniform([5, 2], 2)),
  cumulativeCase("prod", 1, false, withZeros, ", zeros"),
  cumulativeCase("prod", 1, true, withZeros, ", zeros"),
  {
    name: "cumulative: prod, complex",
    primitive: "cumulative",
    inputs: [complexNumbers([3])],
    fn: ([x]) => [build.cumulative("prod", x, 0)],
  },
  cumulativeCase("max", 1, false, distinct([2, 5])),
  cumulativeCase("max", 1, true, distinct([2, 5], 2)),
  cumulativeCase("min", 0, false, distinct([5, 2], 3)),
  cumulativeCase("min", 1, true, distinct([2, 5], 4)),
];
