import { reference } from "@neurite/backend-reference";
import { type Backend, bind, build, type Executable, type Graph, primitives, type PrimitiveName, traceGraph } from "@neurite/core";
import { expect, test } from "vitest";
import { fuzzOnce, randomProgram } from "./fuzz.ts";

const oracle = reference({ precision: "float64" });
const dtypes = ["float32", "int32", "uint8", "bool", "uint32", "complex64", "float64"] as const;

/** A backend that takes every product for a sum. */
function broken(): Backend {
  const inner = reference();
  const wrong = (graph: Graph): Graph => {
    const { graph: changed } = traceGraph(graph.inputs, (xs) => {
      const at = new Map(graph.inputs.map((input, i) => [input, xs[i]]));
      for (const node of graph.nodes) {
        const operands = node.inputs.map((input) => at.get(input)!);
        const outputs = node.op === "mul" ? [build.add(operands[0]!, operands[1]!)] : bind(node.op, operands, node.params as never);
        node.outputs.forEach((output, i) => at.set(output, outputs[i]));
      }
      return graph.outputs.map((output) => at.get(output)!);
    });
    return changed;
  };
  return new Proxy(inner, {
    get(target, key) {
      if (key === "compile") return (graph: Graph): Executable => target.compile(wrong(graph));
      const value = Reflect.get(target, key) as unknown;
      return typeof value === "function" ? (value as (...args: unknown[]) => unknown).bind(target) : value;
    },
  });
}

test("a wrong primitive is found, and the graph is cut down to it alone", async () => {
  const options = { backend: broken(), oracle, dtypes };
  let faults = 0;
  for (let seed = 1; seed <= 60 && faults < 3; seed++) {
    const fault = await fuzzOnce(seed, options);
    if (fault === null) continue;
    faults++;
    expect(fault.program.steps.map(({ op }) => op), fault.text).toEqual(["mul"]); // prettier-ignore
    expect(fault.text).toContain(`seed ${seed}`);
  }
  expect(faults).toBe(3);
});

test("rounding before a pole is no fault", async () => {
  // log1p of tanh of about -9
  const seed = 41411;
  const options = { backend: reference(), oracle, dtypes: ["float32"] as const, steps: 30 };
  const { steps, values } = randomProgram(seed, options);
  const slopes = steps.filter(
    ({ op, inputs: [x] }) => op === "log1p" && steps.some(({ op: of, outputs }) => of === "tanh" && outputs[0] === x),
  );
  const lowest = slopes.flatMap(({ outputs: [y] }) => values[y!]!.sample.data.map(Number));
  expect(Math.min(...lowest)).toBeLessThan(-16);
  expect(await fuzzOnce(seed, options)).toBeNull();
});

test("a seed gives the same program again", () => {
  const options = { backend: oracle, oracle, dtypes };
  const print = (seed: number): string => JSON.stringify(randomProgram(seed, options).steps.map(({ op, inputs }) => [op, inputs]));
  expect(print(7)).toBe(print(7));
  expect(print(7)).not.toBe(print(8));
});

test("a share of programs begins with a product or convolution that kernels cut up", async () => {
  const options = { backend: reference(), oracle, dtypes: ["float32", "int32"] as const, steps: 3, large: 1 };
  const terms = { dot: new Set<number>(), conv: new Set<number>() };
  let mostGroups = 0;
  for (let seed = 1; seed <= 60; seed++) {
    const { steps, values } = randomProgram(seed, options);
    for (const { op, inputs } of steps) {
      if (op !== "dot" && op !== "conv") continue;
      const { shape } = values[inputs[1]!]!.sample;
      if (op === "conv") mostGroups = Math.max(mostGroups, shape[0]!);
      terms[op].add(shape.slice(op === "dot" ? -2 : 1, -1).reduce((a, b) => a * b, 1));
    }
  }
  expect(Math.max(...terms.dot)).toBeGreaterThan(300);
  expect(Math.max(...terms.conv)).toBeGreaterThan(300);
  expect(mostGroups).toBeGreaterThanOrEqual(16);
  for (let seed = 1; seed <= 3; seed++) expect(await fuzzOnce(seed, options)).toBeNull();
  const none = Array.from({ length: 20 }, (_, seed) => randomProgram(seed, { ...options, large: 0 }).values);
  expect(Math.max(...none.flat().map(({ sample }) => sample.data.length))).toBeLessThanOrEqual(400);
});

test("programs are made of every primitive", () => {
  const used = new Set<PrimitiveName>(["input"]);
  for (let seed = 1; seed <= 400; seed++) {
    for (const { op } of randomProgram(seed, { backend: oracle, oracle, dtypes, steps: 24 }).steps) used.add(op);
  }
  expect((Object.keys(primitives) as PrimitiveName[]).filter((op) => !used.has(op))).toEqual([]);
});
