import { bind, build, type Graph, traceGraph, type Value } from "@neurite/core";
import { expect, test } from "vitest";
import { compileGraph } from "../compile.ts";
import type { DotKernel, Store } from "./plan.ts";
import { type Count, type Jump, type ProgramItem, programOf, type Step, stepsOf } from "./steps.ts";

test("steps carry the labels of their own kernels, around and in loops of several rounds", () => {
  const matrix = { dtype: "float32", shape: [3, 3] } as const;
  const body = traceGraph([matrix, matrix], ([h, w]) => [build.dot(h as never, w as never)]).graph;
  const { graph } = traceGraph([matrix, matrix], ([h, w]) => {
    const [last] = bind("scan", [build.dot(h as never, w as never), w as never], { body, carry: 1, xs: 0, length: 4, reverse: false });
    return [build.argreduce("max", last as never, 1)];
  });
  const plan = compileGraph(graph);
  const expected = plan.kernels.flatMap((kernel, i) =>
    kernel.kind === "scan" ? Array.from({ length: kernel.length }, () => kernel.body.labels).flat() : [plan.labels[i]],
  );
  expect(plan.kernels.map(({ kind }) => kind)).toContain("scan");
  expect(expected.length).toBeGreaterThan(plan.kernels.length);
  expect(stepsOf(plan).map(({ label }) => label)).toEqual(expected);
  expect(stepsOf(plan).at(-1)?.label).toMatch(/argreduce|argmax/);
});

/** What an item is, and where it goes on. */
const shapeOf = (item: ProgramItem): string => {
  if ("kernel" in item) return item.kernel.kind;
  if ("counter" in item) return item.most === null ? "reset" : `count ${item.most} → ${item.to}`;
  return item.jump === "always" ? `jump → ${item.to}` : `unless → ${item.to}`;
};

test("a loop that exchanges its state is there twice, and what it carries is copied back after an odd number of rounds", () => {
  const [matrix, count] = [{ dtype: "float32", shape: [3, 3] } as const, { dtype: "int32", shape: [] } as const];
  const trace = (fn: (i: Value, s: Value) => Value[]): Graph => traceGraph([count, matrix], ([i, s]) => fn(i as Value, s as Value)).graph;
  const { graph } = traceGraph([count, matrix], (inputs) => [
    ...bind("while", inputs, {
      test: trace((i) => [build.lt(i, 4)]),
      body: trace((i, s) => [build.add(i, 1), build.dot(s, s)]),
      carry: 2,
      maxIterations: 7,
    }),
  ]);
  const plan = compileGraph(graph);
  const items = programOf(plan);
  const start = items.findIndex((item) => "counter" in item && item.most === null);
  const loop = items.slice(start);
  const jump = loop.findIndex((item) => "jump" in item && item.jump === "always");
  const copies = loop.findIndex((item, i) => i > jump && !("kernel" in item && item.kernel.kind === "loop"));
  const after = start + jump + 1;
  const end = copies < 0 ? items.length : start + copies;
  // A round, and the same with places exchanged: the first leaves behind the copies, the second before them.
  const half = (jump - 1) / 2;
  const rounds = loop.slice(1, jump).map(shapeOf);
  expect(rounds.slice(0, half).map((text) => text.replace(`→ ${end}`, "→ out"))).toEqual(
    rounds.slice(half).map((text) => text.replace(`→ ${after}`, "→ out")),
  );
  expect(rounds).toContain(`count 7 → ${end}`);
  expect(rounds).toContain(`unless → ${after}`);
  expect((loop[jump] as Jump).to).toBe(start + 1);
  expect((loop[0] as Count).most).toBeNull();
  const dots = loop.filter((item): item is Step => "kernel" in item && item.kernel.kind === "dot");
  const [read, written] = dots.map(({ kernel, places }) => {
    const { lhs, epilogue } = kernel as DotKernel;
    return [places.get(lhs.buffer), places.get((epilogue.stores[0] as Store).view.buffer)];
  }) as [unknown[], unknown[]];
  expect(read).toEqual([...written].reverse());
  expect(() => stepsOf(plan)).toThrow("can neither branch nor loop");
});
