import { build as b, type Graph, type Value } from "@neurite/core";
import { expect, test } from "vitest";
import { compileGraph } from "../compile.ts";
import type { Kernel } from "../plan/plan.ts";
import { stepsOf } from "../plan/steps.ts";
import { difference, runCompiled, runReference } from "../testing/execute.ts";
import { float32, programGraph, randomData, randomNumbers } from "../testing/graphs.ts";
import { adam, mlpStep } from "../testing/models.ts";
import { randomProgram } from "../testing/random-graph.ts";

/** Arrays that the kernels of a graph use, each by itself. */
function memories(graph: Graph, mostMemories?: number): { readonly kernel: Kernel; readonly count: number }[] {
  const plan = compileGraph(graph, mostMemories === undefined ? {} : { mostMemories });
  return stepsOf(plan).map(({ kernel, places }) => {
    const used = new Set([...places.values()].map(({ memory }) => `${memory.kind} ${memory.index}`));
    return { kernel, count: used.size };
  });
}

const sum = programGraph({
  inputs: Array.from({ length: 30 }, () => float32(5)),
  build: (inputs) => ({ outputs: [inputs.reduce((x, y) => b.add(x, b.exp(y)))] }),
});

/** As many results as inputs, each of its own, all of one size: one kernel where nothing is in the way. */
const apart = programGraph({
  inputs: Array.from({ length: 20 }, () => float32(5)),
  build: (inputs) => ({ outputs: inputs.map((x) => b.exp(x)) }),
});

const programs: readonly (readonly [name: string, graph: Graph])[] = [
  ["a long sum", sum],
  ["many small results", apart],
  ["a training step", mlpStep([20, 30, 10], 8, adam, 2)],
  ...[1, 2, 3, 4, 5, 6].map((seed) => [`random program ${seed}`, randomProgram(seed, 60).graph] as const),
];

test.each(programs)("kernels use no more arrays than they may: %s", (_, graph) => {
  for (const most of [6, 7, 9]) expect(Math.max(...memories(graph, most).map(({ count }) => count))).toBeLessThanOrEqual(most);
});

test("without a limit there are fewer kernels", () => {
  expect(memories(sum)).toHaveLength(1);
  expect(memories(sum, 7).length).toBeGreaterThan(5);
  expect(memories(apart, 7).length).toBeGreaterThan(memories(apart).length);
});

test("the values stay what they were", () => {
  const random = randomNumbers(3);
  const data = { inputs: (sum.inputs as Value[]).map((value) => randomData(value, random)) };
  expect(difference(runCompiled(sum, data, { mostMemories: 7 }), runReference(sum, data))).toBeLessThanOrEqual(1e-5);
});
