import { bind, build, traceGraph } from "@neurite/core";
import { expect, test } from "vitest";
import { compileGraph } from "../compile.ts";
import { stepsOf } from "./steps.ts";

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
