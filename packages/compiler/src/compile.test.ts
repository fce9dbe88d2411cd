import { describe, expect, it } from "vitest";
import type { Passes } from "./compile.ts";
import { difference, runCompiled, runReference } from "./testing/execute.ts";
import { randomData, randomNumbers } from "./testing/graphs.ts";
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
