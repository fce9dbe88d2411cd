/** Gradients on the backend against the oracle's, which are held to central differences where gradient rules are tested. */
import { type DType, isInexact, type Value, vjpOf, build } from "@neurite/core";
import type { GradientCase, GradientInput } from "../gradients/case.ts";
import { gradientCases } from "../gradients/cases.ts";
import { ones } from "../gradients/check.ts";
import { type Fn, runGraph, traced } from "../samples/run-graph.ts";
import { findDifference } from "./compare.ts";
import type { SuiteTest } from "./options.ts";
import { requireSupport, type SuiteSetting } from "./setting.ts";

/** Gradients go through several nodes, which a device may round in another order. */
const accuracy = { ulps: 64, spread: 256 };

export function gradientTests(setting: SuiteSetting): readonly SuiteTest[] {
  // Cases are written in float64; a device without it is asked in its widest dtype.
  const widest = (["float64", "float32", "bfloat16"] as const).find((dtype) => setting.dtypes.includes(dtype));
  if (widest === undefined) return [];
  return gradientCases.map((each): SuiteTest => ({
    name: `gradients/${each.name}`,
    part: "gradients",
    run: () => compareGradients(setting, inDType(each, widest)),
  }));
}

function inDType(each: GradientCase, dtype: DType): GradientCase {
  return { ...each, inputs: each.inputs.map((input): GradientInput => (input.dtype === "float64" ? { ...input, dtype } : input)) };
}

/** Outputs, gradients (with cotangents of one), and gradients of the sum of the gradients. */
function upToSecondOrder(fn: Fn): Fn {
  const smooth = (values: readonly Value[]): readonly Value[] => values.filter(({ dtype }) => isInexact(dtype));
  const gradientsOf =
    (f: Fn): Fn =>
    (xs) => {
      const { outputs, pull } = vjpOf((inner) => smooth(f(inner)), xs);
      const gradients = pull(outputs.map((output) => ones(output)));
      return gradients.flatMap((gradient, i) => (isInexact(xs[i].dtype) ? [gradient ?? build.zerosLike(xs[i])] : []));
    };
  const first = gradientsOf(fn);
  return (xs) => [...smooth(fn(xs)), ...first(xs), ...gradientsOf(first)(xs)];
}

async function compareGradients(setting: SuiteSetting, { inputs, fn }: GradientCase): Promise<void> {
  const graph = traced(inputs, upToSecondOrder(fn));
  requireSupport(setting.backend, graph);
  const [found, expected] = [await runGraph(setting.backend, graph, inputs), await runGraph(setting.oracle, graph, inputs)];
  // Where derivatives cancel to nothing, what is left has the size of the errors of the terms.
  const magnitude = Math.max(...expected.flatMap(({ data }) => data.map((x) => Math.abs(Number(x)))).filter(Number.isFinite));
  expected.forEach((output, i) => {
    const difference = findDifference(found[i], output, accuracy, { ...setting, magnitude });
    if (difference !== null) throw new Error(`output ${i} of ${expected.length} (values, then gradients, then second ones): ${difference}`);
  });
}
