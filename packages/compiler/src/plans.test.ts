import { type Graph, build as b } from "@neurite/core";
import { describe, expect, it } from "vitest";
import { compileGraph, printPlan } from "./index.ts";
import { difference, runCompiled, runReference } from "./testing/execute.ts";
import { float32, programGraph, randomData, randomNumbers } from "./testing/graphs.ts";
import { adam, adamUpdate, attention, batchNorm, cnnStep, convBlock, mlpStep, sgd, softmax } from "./testing/models.ts";

const programs: Readonly<Record<string, () => Graph>> = {
  "mlp-sgd": () => mlpStep([20, 16, 10], 8, sgd, 0),
  "mlp-adam": () => mlpStep([20, 16, 10], 8, adam, 2),
  "cnn-sgd": () => cnnStep(2),
  "adam-update": adamUpdate,
  "batch-norm": batchNorm,
  "conv-bias-relu-pool": convBlock,
  softmax: () => programGraph({ inputs: [float32(8, 100)], build: ([x]) => ({ outputs: [softmax(x!)] }) }),
  attention,
  "transposed-sum": () =>
    programGraph({
      inputs: [float32(6, 5), float32(5, 6), float32(5)],
      build: ([x, y, row]) => ({ outputs: [b.add(b.add(b.transpose(x!, [1, 0]), y!), b.reshape(row!, [5, 1]))] }),
    }),
};

describe("plans of typical programs", () => {
  for (const [name, make] of Object.entries(programs)) {
    it(`${name} reads as it did`, async () => {
      await expect(printPlan(compileGraph(make()))).toMatchFileSnapshot(`./testing/plans/${name}.txt`);
    });

    it(`${name} computes what its graph says`, () => {
      const graph = make();
      const random = randomNumbers(7);
      // States may be second moments: not negative.
      const data = {
        inputs: graph.inputs.map((value) => randomData(value, random)),
        states: graph.state.map((value) => randomData(value, random).map(Math.abs)),
        scalars: graph.scalars.map(() => 0.25),
      };
      expect(difference(runCompiled(graph, data), runReference(graph, data))).toBeLessThan(3e-6);
    });
  }
});
