import { build as b } from "@neurite/core";
import { expect, test } from "vitest";
import { compileGraph } from "../compile.ts";
import { stepsOf } from "../plan/steps.ts";
import { programGraph } from "../testing/graphs.ts";
import { stepRenderer } from "./render.ts";
import { wgsl } from "./wgsl.ts";
import { functionsIn, wgslFunctions } from "./wgsl-functions.ts";
import { linear } from "./writer.ts";

const float = (...shape: number[]): { dtype: "float32"; shape: number[] } => ({ dtype: "float32", shape });

test("products of one shape share a source, wherever their arrays lie", () => {
  const graph = programGraph({
    inputs: [float(6, 5), float(5, 5), float(5, 5)],
    states: [],
    scalars: [],
    build: ([x, v, w]) => ({ outputs: [b.dot(b.dot(b.dot(b.dot(x, v), w), v), w)], updates: {} }),
  });
  const plan = compileGraph(graph);
  const rendered = stepsOf(plan).map(stepRenderer(plan, () => wgsl));
  expect(rendered.map(({ entry }) => entry)).toEqual(["neurite_dot", "neurite_dot", "neurite_dot", "neurite_dot"]);
  // From the arena to the arena both, at different places.
  expect(rendered[1]?.buffers).not.toEqual(rendered[2]?.buffers);
  expect(rendered[1]?.source).toBe(rendered[2]?.source);
  expect(rendered[0]?.buffers.map(({ written }) => written)).toEqual([false, false, true]);
  expect(rendered[0]?.workgroups).toBe(1);
});

test("numbers that WGSL refuses as constants are made at run time", () => {
  expect(wgsl.literal(Number.NaN, "float32")).toBe("nr_float(0x7fc00000u)");
  expect(wgsl.literal(-Infinity, "float32")).toBe("nr_float(0xff800000u)");
  expect(wgsl.literal(-0, "float32")).toBe("bitcast<f32>(0x80000000u)");
  expect(wgsl.literal(-2147483648, "int32")).toBe("(-2147483647 - 1)");
  expect(wgsl.literal(4294967295, "uint32")).toBe("4294967295u");
});

test("a dtype that the language lacks is refused by name", () => {
  expect(() => wgsl.type("float64")).toThrow("[webgpu] there are no kernels for float64");
});

test("functions come with those that they call, and no others", () => {
  expect(functionsIn("nr_lt(a, b)")).toContain("fn nr_is_nan");
  expect(functionsIn("nr_lt(a, b)")).not.toContain("fn nr_exp");
  for (const source of Object.values(wgslFunctions)) {
    for (const [name] of source.matchAll(/\bnr_\w+(?=\()/g)) expect(Object.keys(wgslFunctions)).toContain(name);
  }
});

test("names that a kernel makes are no words of a language, however many there are", () => {
  const graph = programGraph({ inputs: [float(9, 9)], build: ([x]) => ({ outputs: b.svd(x as never) }) });
  const plan = compileGraph(graph);
  const [source] = stepsOf(plan).map((step) => stepRenderer(plan, () => wgsl)(step).source);
  const names = [...(source as string).matchAll(/\b(?:let|var) (\w+)/g)].map(([, name]) => name as string);
  expect(names.length).toBeGreaterThan(100);
  expect(names.filter((name) => /^[iuf](8|16|32|64)$/.test(name))).toEqual([]);
});

test("indices are folded where they are known", () => {
  expect(linear(3, [4, 0, 1], ["i", "j", "2"])).toBe("i * 4 + 5");
  expect(linear(0, [1], ["i"])).toBe("i");
  expect(linear(0, [], [])).toBe("0");
});
