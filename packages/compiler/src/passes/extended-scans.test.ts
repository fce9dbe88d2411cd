import { type Aval, type Value, bind, build as b, traceGraph, vjpOf } from "@neurite/core";
import { describe, expect, it } from "vitest";
import { allKernels, compileGraph } from "../index.ts";
import { difference, runPlan, runReference } from "../testing/execute.ts";
import { float32, programGraph, randomData, randomNumbers } from "../testing/graphs.ts";

/** h ← tanh(x + h·w): its last h, and the gradient of the sum of that by w. */
function recurrent(): ReturnType<typeof programGraph> {
  const last = (h: Value, xs: Value, w: Value): Value => {
    const row: Aval = { dtype: "float32", shape: [2, 3] };
    const { graph } = traceGraph([h, row, w], ([state, x, weights]) => [b.tanh(b.add(x!, b.dot(state!, weights!)))]);
    return bind("scan", [h, xs, w], { body: graph, carry: 1, xs: 1, length: 5, reverse: false })[0] as Value;
  };
  return programGraph({
    inputs: [float32(2, 3), float32(5, 2, 3), float32(3, 3)],
    build: ([h, xs, w]) => {
      const { outputs, pull } = vjpOf(([weights]) => [last(h!, xs!, weights!)], [w!]);
      return { outputs: [outputs[0]!, pull([b.full([2, 3], 1, "float32")])[0]!] };
    },
  });
}

describe("a recurrence and its gradient", () => {
  const plan = compileGraph(recurrent());

  it("go through the steps twice: there and back", () => {
    expect(plan.kernels.filter(({ kind }) => kind === "scan")).toHaveLength(2);
  });

  it("take one product a step each, and one over all steps for the weights", () => {
    const inLoops = plan.kernels.flatMap((kernel) => (kernel.kind === "scan" ? [...allKernels(kernel.body.kernels)] : []));
    expect(inLoops.filter(({ kind }) => kind === "dot")).toHaveLength(2);
    expect(plan.kernels.filter(({ kind }) => kind === "dot")).toHaveLength(1);
  });

  it("compute what the graph says", () => {
    const graph = recurrent();
    const random = randomNumbers(5);
    const data = { inputs: graph.inputs.map((value) => randomData(value, random)) };
    expect(difference(runPlan(plan, data), runReference(graph, data))).toBeLessThan(3e-6);
  });
});
