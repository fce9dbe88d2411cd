/** Branches and loops that the host drives: what the reference backend gives, over the driver that runs kernels on the host. */
import { reference } from "@neurite/backend-reference";
import { type Backend, bind, build as b, type Graph, type Storage, traceGraph, type Value } from "@neurite/core";
import { afterAll, describe, expect, test } from "vitest";
import { openFake } from "./testing/fake-cuda.ts";

const float = (...shape: number[]) => ({ dtype: "float32", shape }) as const;
const int = (...shape: number[]) => ({ dtype: "int32", shape }) as const;

type Build = (...values: Value[]) => readonly Value[];
const trace = (values: readonly Value[], fn: Build): Graph => traceGraph(values, (xs) => fn(...xs)).graph;

function whileLoop(initial: readonly Value[], test: Build, body: Build, maxIterations: number | null = null): readonly Value[] {
  return bind("while", initial, { test: trace(initial, test), body: trace(initial, body), carry: initial.length, maxIterations });
}

function cond(predicate: Value, operands: readonly Value[], then: Build, otherwise: Build): readonly Value[] {
  return bind("cond", [predicate, ...operands], { then: trace(operands, then), otherwise: trace(operands, otherwise) });
}

/** Of h [3, 3] and n, from which loops count to 4. */
const programs: Readonly<Record<string, Build>> = {
  "a loop whose state changes places": (h, n) =>
    whileLoop(
      [n, h],
      (i) => [b.lt(i, 4)],
      (i, s) => [b.add(i, 1), b.tanh(b.dot(s, s))],
    ),
  "a loop with a bound": (h, n) =>
    whileLoop(
      [n, h],
      (i) => [b.lt(i, 4)],
      (i, s) => [b.add(i, 1), b.transpose(s, [1, 0])],
      3,
    ),
  "a loop in a loop, both bounded": (h, n) =>
    whileLoop(
      [n, h],
      (i) => [b.lt(i, 4)],
      (i, s) => {
        const [, inner] = whileLoop(
          [i, s],
          (j) => [b.lt(j, 9)],
          (j, t) => [b.add(j, 2), b.dot(t, t)],
          2,
        );
        return [b.add(i, 1), b.tanh(inner as Value)];
      },
      5,
    ),
  branches: (h, n) =>
    cond(
      b.lt(n, 2),
      [h],
      (x) => [b.dot(x, x), b.constant(1, "int32")],
      (x) => [b.neg(x), b.constant(2, "int32")],
    ),
};

function run(backend: Backend, graph: Graph, h: Float32Array, n: number): number[][] {
  const upload = (data: Float32Array | Int32Array): Storage => {
    const storage = backend.alloc(data.byteLength);
    backend.write(storage, data);
    return storage;
  };
  const outputs = backend.run(backend.bind(backend.compile(graph), []), [upload(h), upload(Int32Array.of(n))], []);
  return graph.outputs.map(({ dtype }, i) => {
    const storage = outputs[i] as Storage;
    const data = backend.readSync?.(storage, 0, storage.bytes) as ArrayBuffer;
    return [...(dtype === "int32" ? new Int32Array(data) : new Float32Array(data))];
  });
}

const h = Float32Array.from({ length: 9 }, (_, i) => Math.sin(i + 1));

describe("the host goes where predicates say", () => {
  const device = openFake();
  afterAll(() => device.dispose());
  for (const [name, program] of Object.entries(programs)) {
    const { graph } = traceGraph([float(3, 3), int()], ([x, n]) => [...program(x as Value, n as Value)]);
    test.each([0, 1, 2, 3, 4])(`${name}, from %i`, (n) => {
      const expected = run(reference(), graph, h, n);
      const found = run(device, graph, h, n);
      expected.forEach((values, i) => values.forEach((value, j) => expect(found[i]?.[j]).toBeCloseTo(value, 5)));
      expect(found.map(({ length }) => length)).toEqual(expected.map(({ length }) => length));
    });
  }

  test("a loop that would never end ends with the complaint of its body", () => {
    const { graph } = traceGraph([float(3, 3), int()], ([x, n]) => [
      ...whileLoop(
        [n as Value, x as Value],
        (i) => [b.le(i, 100)],
        (i, s) => [i, b.gather(s, b.broadcast(b.reshape(b.add(i, 3), [1]), [3]), 0)],
      ),
    ]);
    expect(() => run(device, graph, h, 0)).toThrow(/^\[gather\] an index is outside 0\.\.2/);
    expect(run(device, traceGraph([float(3, 3), int()], ([x]) => [b.neg(x as Value)]).graph, h, 0)[0]?.[0]).toBeCloseTo(-Math.sin(1), 6);
  });
});
