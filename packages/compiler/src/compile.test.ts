import { DeviceError, bindOne, build as b, withScope } from "@neurite/core";
import { describe, expect, it } from "vitest";
import { type Passes, compileGraph } from "./compile.ts";
import { difference, runCompiled, runReference } from "./testing/execute.ts";
import { float32, programGraph, randomData, randomNumbers } from "./testing/graphs.ts";
import { randomProgram } from "./testing/random-graph.ts";

const configurations: Readonly<Record<string, Passes>> = {
  "no passes": { simplify: false, commonSubexpressions: false, fusion: false, inPlace: false, peephole: false },
  "rewriting alone": { fusion: false, inPlace: false, peephole: false },
  "fusion without rewriting": { simplify: false, commonSubexpressions: false },
  "all passes": {},
};

describe("a compiled random program computes what its graph says, node by node", () => {
  for (const [name, passes] of Object.entries(configurations)) {
    it(`with ${name}`, () => {
      for (let seed = 1; seed <= 150; seed++) {
        const { graph, inputs, states } = randomProgram(seed, 4 + (seed % 22));
        const random = randomNumbers(seed + 1000);
        const data = {
          inputs: inputs.map((input) => randomData(input, random)),
          states: states.map((state) => randomData(state, random)),
          scalars: [0.5],
        };
        const found = runCompiled(graph, data, { passes });
        expect(difference(found, runReference(graph, data)), `seed ${seed}`).toBeLessThan(2e-6);
      }
    });
  }
});

describe("compileGraph", () => {
  it("refuses what the backend lacks, naming the primitive, the reason and the layer", () => {
    const graph = programGraph({
      inputs: [float32(4)],
      build: ([x]) => ({ outputs: [withScope("rnn", () => b.cumulative("sum", x!, 0))] }),
    });
    const unsupported = new Map([["cumulative", "is not on the toy backend yet"]] as const);
    expect(() => compileGraph(graph, { unsupported })).toThrow('[cumulative] is not on the toy backend yet, in layer "rnn"');
    expect(() => compileGraph(graph, { unsupported })).toThrow(DeviceError);
  });

  it("puts a loss and a metric over the same batch into one reduction", () => {
    const graph = programGraph({
      inputs: [float32(16), float32(16)],
      build: ([losses, hits]) => ({ outputs: [b.div(b.sum(losses!, [0]), 16), b.div(b.sum(hits!, [0]), 16)] }),
    });
    expect(compileGraph(graph).kernels).toHaveLength(1);
  });

  it("keeps what is recomputed behind a barrier apart from the original", () => {
    const graph = programGraph({
      inputs: [float32(64, 64), float32(64, 64)],
      build: ([x, w]) => {
        const hidden = b.exp(b.dot(x!, w!));
        const total = b.sum(hidden, [0, 1]);
        const again = b.exp(b.dot(bindOne("barrier", [x!], {}), w!));
        return { outputs: [b.add(again, total)] };
      },
    });
    expect(compileGraph(graph).kernels.filter((kernel) => kernel.kind === "dot")).toHaveLength(2);
  });
});
