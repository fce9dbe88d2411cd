import { type Graph, type Value, build as b } from "@neurite/core";
import { describe, expect, it } from "vitest";
import { type Plan, compileGraph, interpretPlan } from "../index.ts";
import { type Data, difference, runPlan, runReference } from "../testing/execute.ts";
import { aval, float32, programGraph } from "../testing/graphs.ts";

function check(graph: Graph, data: Data): Plan {
  const plan = compileGraph(graph);
  expect(difference(runPlan(plan, data), runReference(graph, data))).toBeLessThan(1e-6);
  return plan;
}

describe("state updates", () => {
  it("are written in place where the kernel reads the state at the same element", () => {
    const graph = programGraph({
      inputs: [float32(4)],
      states: [float32(4)],
      build: ([x], [w]) => ({ updates: { 0: b.sub(w!, b.mul(x!, 0.5)) } }),
    });
    const plan = check(graph, { inputs: [[1, 2, 3, 4]], states: [[1, 1, 1, 1]] });
    expect(plan.kernels).toHaveLength(1);
    expect(plan.arenaBytes).toBe(0);
  });

  it("wait for the other readers of the old contents", () => {
    const graph = programGraph({
      inputs: [float32(2, 3)],
      states: [float32(3, 3)],
      build: ([x], [w]) => ({ outputs: [b.dot(x!, w!)], updates: { 0: b.mul(w!, 2) } }),
    });
    const plan = check(graph, { inputs: [[1, 2, 3, 4, 5, 6]], states: [[1, 2, 3, 4, 5, 6, 7, 8, 9]] });
    expect(plan.arenaBytes).toBe(0);
    expect(plan.kernels.map((kernel) => kernel.kind)).toEqual(["dot", "loop"]);
  });

  it("go through the arena when the state is read at other elements than are written", () => {
    const graph = programGraph({
      states: [float32(3, 3)],
      build: (_, [w]) => ({ updates: { 0: b.add(w!, b.transpose(w!, [1, 0])) } }),
    });
    const plan = check(graph, { inputs: [], states: [[1, 2, 3, 4, 5, 6, 7, 8, 9]] });
    expect(plan.arenaBytes).toBeGreaterThan(0);
  });

  it("go through the arena when a reader of the old contents needs the new ones", () => {
    const graph = programGraph({
      states: [float32(3)],
      build: (_, [w]) => {
        const next = b.exp(w!);
        // Needs all of `next` before its own elements, and the old state as well.
        return { outputs: [b.add(b.flip(next, [0]), w!)], updates: { 0: next } };
      },
    });
    check(graph, { inputs: [], states: [[0.1, 0.2, 0.3]] });
  });

  it("may swap two states", () => {
    const graph = programGraph({
      states: [float32(3), float32(3)],
      build: (_, [first, second]) => ({ updates: { 0: second!, 1: first! } }),
    });
    check(graph, {
      inputs: [],
      states: [
        [1, 2, 3],
        [4, 5, 6],
      ],
    });
  });

  it("may give one value to two states and an output", () => {
    const graph = programGraph({
      states: [float32(3), float32(3)],
      build: (_, [first, second]) => {
        const sum = b.add(first!, second!);
        return { outputs: [sum, sum, first!], updates: { 0: sum, 1: sum } };
      },
    });
    check(graph, {
      inputs: [],
      states: [
        [1, 2, 3],
        [4, 5, 6],
      ],
    });
  });

  it("scatter into a state without copying it", () => {
    const graph = programGraph({
      inputs: [aval("int32", 2), float32(2, 3)],
      states: [float32(5, 3)],
      build: ([indices, rows], [table]) => ({ updates: { 0: b.scatter("add", table!, indices!, rows!, 0) } }),
    });
    const plan = check(graph, {
      inputs: [
        [3, 3],
        [1, 2, 3, 4, 5, 6],
      ],
      states: [Array.from({ length: 15 }, (_, i) => i)],
    });
    expect(plan.kernels.map((kernel) => kernel.kind)).toEqual(["scatter"]);
    expect(plan.arenaBytes).toBe(0);
  });

  it("scatter into a copy when the old rows are read afterwards", () => {
    const graph = programGraph({
      inputs: [aval("int32", 2)],
      states: [float32(5, 3)],
      build: ([indices], [table]) => {
        const rows = b.gather(table!, indices!, 0);
        const next = b.scatter("set", table!, b.add(indices!, 1), b.mul(rows, 2), 0);
        return { outputs: [b.add(b.sum(next, [0, 1]), table!)], updates: { 0: next } };
      },
    });
    check(graph, { inputs: [[0, 2]], states: [Array.from({ length: 15 }, (_, i) => i)] });
  });
});

describe("a run whose check fails", () => {
  const failing = (x: Value): Value => b.check(x, b.lt(x, 10), "x must be below 10");

  it("leaves states as they were, even where the update comes first in the program", () => {
    const graph = programGraph({
      inputs: [float32(3)],
      states: [float32(3), aval("int32")],
      build: ([x], [w, count]) => ({
        updates: { 0: b.mul(w!, 2), 1: b.add(count!, 1) },
        outputs: [b.sum(failing(x!), [0])],
      }),
    });
    const states = [[1, 2, 3], [7]];
    const { status } = interpretPlan(compileGraph(graph), [[1, 20, 3]], states);
    expect(status).toBe(0);
    expect(states).toEqual([[1, 2, 3], [7]]);
  });

  it("leaves states as they were where the check is on an updated state, and other states too", () => {
    const graph = programGraph({
      states: [float32(3), float32(3), aval("int32")],
      build: (_, [w, v, count]) => {
        const next = b.mul(w!, 10);
        return { updates: { 0: next, 1: b.add(v!, failing(b.flip(next, [0]))), 2: b.add(count!, 1) } };
      },
    });
    const plan = compileGraph(graph);
    const states = [[1, 2, 3], [1, 1, 1], [7]];
    expect(interpretPlan(plan, [], states).status).toBe(0);
    expect(states).toEqual([[1, 2, 3], [1, 1, 1], [7]]);
    const fine = [[0.1, 0.2, 0.3], [1, 1, 1], [7]];
    expect(interpretPlan(plan, [], fine).status).toBe(-1);
    expect(fine).toEqual([[1, 2, 3], [4, 3, 2], [8]]);
  });

  it("leaves states as they were where several scatters into states may fail, and only then makes copies", () => {
    const scatters = (count: number): Graph =>
      programGraph({
        inputs: [aval("int32", 2), float32(2)],
        states: [float32(4), float32(4)].slice(0, count),
        build: ([i, u], states) => ({
          updates: Object.fromEntries(states.map((state, at) => [at, b.scatter("add", state, b.add(i!, 3 * at), u!, 0)])),
        }),
      });
    const one = compileGraph(scatters(1));
    expect(one.arenaBytes).toBe(0);
    for (const count of [1, 2]) {
      const states = [
        [1, 2, 3, 4],
        [5, 6, 7, 8],
      ].slice(0, count);
      const before = states.map((state) => [...state]);
      const indices = count === 1 ? [0, 4] : [0, 1];
      expect(interpretPlan(compileGraph(scatters(count)), [indices, [1, 1]], states).status).toBeGreaterThanOrEqual(0);
      expect(states).toEqual(before);
    }
  });

  it("says where: the op, the layer and the message", () => {
    const graph = programGraph({
      inputs: [float32(3), aval("int32", 2)],
      build: ([x, i]) => ({ outputs: [b.gather(failing(x!), i!, 0)] }),
    });
    const { sites } = compileGraph(graph);
    expect(sites.map((site) => [site.op, site.message]).sort()).toEqual([
      ["check", "x must be below 10"],
      ["gather", "an index is outside 0..2"],
    ]);
  });

  it("does not run kernels after the failure: an index out of range", () => {
    const graph = programGraph({
      inputs: [float32(4, 2), aval("int32", 2)],
      states: [float32(2, 2)],
      build: ([x, i], [w]) => ({ updates: { 0: b.add(w!, b.gather(x!, i!, 0)) } }),
    });
    const states = [[1, 2, 3, 4]];
    expect(
      interpretPlan(
        compileGraph(graph),
        [
          [1, 2, 3, 4, 5, 6, 7, 8],
          [1, 9],
        ],
        states,
      ).status,
    ).toBe(0);
    expect(states).toEqual([[1, 2, 3, 4]]);
  });
});

describe("memory", () => {
  it("reuses an operand's place for the result when it dies there", () => {
    const graph = programGraph({
      inputs: [float32(64, 64)],
      build: ([x]) => {
        let y = b.dot(x!, x!);
        for (let i = 0; i < 6; i++) y = b.dot(b.transpose(b.exp(b.dot(y, x!)), [1, 0]), x!);
        return { outputs: [y] };
      },
    });
    // A product cannot overwrite its operands: two buffers take turns.
    expect(compileGraph(graph).arenaBytes).toBe(2 * 64 * 64 * 4);
  });

  it("keeps buffers of empty arrays and runs no kernels for them", () => {
    const graph = programGraph({
      inputs: [float32(0, 3), float32(2, 3)],
      build: ([empty, x]) => ({
        outputs: [b.exp(empty!), b.concat([empty!, x!], 0), b.sum(empty!, [0]), b.dot(x!, b.transpose(empty!, [1, 0]))],
      }),
    });
    const plan = check(graph, { inputs: [[], [1, 2, 3, 4, 5, 6]] });
    expect(plan.outputBytes).toEqual([0, 24, 12, 0]);
    expect(plan.kernels.map((kernel) => (kernel.kind === "loop" ? kernel.shape : []))).toEqual([[3], [6]]);
  });
});
