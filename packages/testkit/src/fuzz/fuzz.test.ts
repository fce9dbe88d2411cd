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
  // log1p of tanh of -9
  const seed = 11078;
  const options = { backend: reference(), oracle, dtypes: ["float32"] as const, steps: 30 };
  const { steps, values } = randomProgram(seed, options);
  const slope = steps.find(({ op }) => op === "log1p")!;
  expect(steps.find(({ outputs }) => outputs[0] === slope.inputs[0])!.op).toBe("tanh");
  expect(Math.min(...values[slope.outputs[0]!]!.sample.data.map(Number))).toBeLessThan(-16);
  expect(await fuzzOnce(seed, options)).toBeNull();
});

test("a seed gives the same program again", () => {
  const options = { backend: oracle, oracle, dtypes };
  const print = (seed: number): string => JSON.stringify(randomProgram(seed, options).steps.map(({ op, inputs }) => [op, inputs]));
  expect(print(7)).toBe(print(7));
  expect(print(7)).not.toBe(print(8));
});

test("programs are made of every primitive", () => {
  const used = new Set<PrimitiveName>(["input"]);
  for (let seed = 1; seed <= 400; seed++) {
    for (const { op } of randomProgram(seed, { backend: oracle, oracle, dtypes, steps: 24 }).steps) used.add(op);
  }
  expect((Object.keys(primitives) as PrimitiveName[]).filter((op) => !used.has(op))).toEqual([]);
});
