import { describe, expect, it } from "vitest";
import { compileGraph, printPlan } from "./index.ts";
import type { Passes } from "./compile.ts";
import { difference, runCompiled, runReference } from "./testing/execute.ts";
import { randomData, randomNumbers } from "./testing/graphs.ts";
import { randomControl } from "./testing/random-control.ts";

const configurations: Readonly<Record<string, Passes>> = {
  "no passes": { simplify: false, commonSubexpressions: false, fusion: false, inPlace: false, peephole: false },
  "nothing in place": { inPlace: false },
  "all passes": {},
};

describe("random branches and loops in each other compute what their graph says, node by node", () => {
  for (const [name, passes] of Object.entries(configurations)) {
    it(`with ${name}`, () => {
      for (let seed = 1; seed <= 150; seed++) {
        const graph = randomControl(seed, 1 + (seed % 3));
        const random = randomNumbers(seed + 1000);
        const data = {
          inputs: graph.inputs.map((input) => randomData(input, random)),
          states: graph.state.map((state) => randomData(state, random)),
          scalars: [0.5],
        };
        const found = runCompiled(graph, data, { passes });
        const expected = runReference(graph, data);
        if (!(difference(found, expected) < 3e-6)) console.log(seed, printPlan(compileGraph(graph, { passes })));
        expect(difference(found, expected), `seed ${seed}`).toBeLessThan(3e-6);
      }
    });
  }
});
