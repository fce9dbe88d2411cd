/** Branches and loops on the native engine: what the interpreter of plans gives, on every instruction set, with 1 and 2 threads. */
import { type Plan, compileGraph, interpretPlan } from "@neurite/compiler";
import { type Aval, type Graph, type Value, allocateArray, bind, build as b, traceGraph, type TypedArray } from "@neurite/core";
import { describe, expect, test } from "vitest";
import { bindPlan, download, eachBackend, makeBackend, randomNumbers, runPlan, upload } from "./testing/plans.ts";

const float = (...shape: number[]): Aval => ({ dtype: "float32", shape });
const int = (...shape: number[]): Aval => ({ dtype: "int32", shape });

type Build = (values: readonly Value[]) => readonly Value[];

function scan(initial: readonly Value[], xs: readonly Value[], length: number, reverse: boolean, step: Build): readonly Value[] {
  const slices = xs.map(({ dtype, shape }) => ({ dtype, shape: shape.slice(1) }));
  const { graph, captures } = traceGraph([...initial, ...slices], step);
  return bind("scan", [...initial, ...xs, ...captures], { body: graph, carry: initial.length, xs: xs.length, length, reverse });
}

function whileLoop(initial: readonly Value[], test: Build, body: Build, maxIterations: number | null = null): readonly Value[] {
  return bind("while", initial, {
    test: traceGraph(initial, test).graph,
    body: traceGraph(initial, body).graph,
    carry: initial.length,
    maxIterations,
  });
}

function cond(predicate: Value, operands: readonly Value[], then: Build, otherwise: Build): readonly Value[] {
  return bind("cond", [predicate, ...operands], {
    then: traceGraph(operands, then).graph,
    otherwise: traceGraph(operands, otherwise).graph,
  });
}

/** Of x [5, 8, 8], h [8, 8] and n (int32). */
const programs: Readonly<Record<string, Build>> = {
  "a recurrence whose state changes places": ([x, h]) => scan([h!], [x!], 5, false, ([s, t]) => [b.tanh(b.add(b.dot(s!, t!), t!)), s!]),
  "a recurrence in place, backwards": ([x, h]) => scan([h!], [x!], 5, true, ([s, t]) => [b.sin(b.add(s!, t!)), b.mul(s!, t!)]),
  "states that change roles": ([x, h]) => scan([h!, b.neg(h!)], [x!], 5, false, ([p, q, t]) => [q!, b.add(p!, t!), b.dot(p!, q!)]),
  "an array seen through other views": ([x, h]) =>
    scan([h!], [b.flip(b.slice(x!, [1, 0, 0], [4, 8, 8]), [0])], 3, false, ([s, t]) => [b.add(s!, t!)]),
  "no step at all": ([x, h]) => scan([h!], [b.slice(x!, [0, 0, 0], [0, 8, 8])], 0, false, ([s, t]) => [b.add(s!, t!), t!]),
  "a carry without elements": ([x, h]) => {
    const none = b.slice(h!, [0, 0], [0, 0]);
    const steps = b.slice(x!, [0, 0, 0], [5, 0, 0]);
    return scan([none, h!], [steps, x!], 5, false, ([s, g, t, u]) => [b.sub(t!, s!), b.add(g!, u!), b.maximum(t!, s!)]);
  },
  "a loop until the data say so": ([, h, n]) =>
    whileLoop(
      [n!, h!],
      ([i]) => [b.lt(i!, 7)],
      ([i, s]) => [b.add(i!, 1), b.tanh(b.dot(s!, s!))],
    ),
  "a loop with a bound": ([, h, n]) =>
    whileLoop(
      [n!, h!],
      ([i]) => [b.lt(i!, 7)],
      ([i, s]) => [b.add(i!, 1), b.transpose(s!, [1, 0])],
      3,
    ),
  "branches in loops in a loop": ([x, h, n]) =>
    scan([h!, n!], [x!], 5, false, ([s, k, t]) => {
      const [inner] = whileLoop(
        [s!, b.constant(0, "int32"), k!],
        ([, i, m]) => [b.lt(i!, m!)],
        ([u, i, m]) => [
          cond(
            b.lt(b.constant(1, "int32"), i!),
            [u!],
            ([v]) => [b.dot(v!, v!)],
            ([v]) => [b.mul(v!, 0.5)],
          )[0]!,
          b.add(i!, 1),
          m!,
        ],
      );
      return [b.tanh(b.add(inner!, t!)), b.sub(b.constant(4, "int32"), k!), b.sum(inner!, [0, 1])];
    }),
};

function graphOf(avals: readonly Aval[], fn: Build): Graph {
  return traceGraph(avals, fn).graph;
}

function arrayOf({ dtype }: Aval, numbers: readonly number[]): TypedArray {
  const array = allocateArray(dtype, numbers.length) as unknown as { [i: number]: number };
  numbers.forEach((number, i) => (array[i] = number));
  return array as unknown as TypedArray;
}

const avals = [float(5, 8, 8), float(8, 8), int()];
const random = randomNumbers(3);
const data = [320, 64].map((size) => Array.from({ length: size }, () => Math.fround(random() - 0.5)));

describe("native control flow gives what the interpreter of plans gives", () => {
  const backends = eachBackend();
  for (const [name, program] of Object.entries(programs)) {
    const plan = compileGraph(graphOf(avals, program));
    for (const count of [0, 1, 3]) {
      const inputs = [...data, [count]];
      const { outputs } = interpretPlan(plan, inputs);
      test(`${name}, from ${count}`, () => {
        for (const backend of backends) {
          const found = runPlan(
            backend,
            plan,
            inputs.map((numbers, i) => arrayOf(avals[i]!, numbers)),
          );
          outputs.forEach((expected, i) => {
            const actual = found.outputs[i] as unknown as ArrayLike<number>;
            expect(actual.length, backend.description).toBe(expected.length);
            expected.forEach((value, at) => expect(Math.abs(actual[at]! - value), backend.description).toBeLessThan(1e-4));
          });
        }
      });
    }
  }
});

/** Of h [20, 96] and w [96, 96]: products large enough for their right operand to be packed. */
const products: Readonly<Record<string, Build>> = {
  "the same in all steps, as it is and transposed": ([h, w]) =>
    scan([h!], [], 4, false, ([s]) => [b.tanh(b.add(b.dot(s!, w!), b.dot(s!, b.transpose(w!, [1, 0]))))]),
  "carried and halved by each step": ([h, w]) => scan([h!, w!], [], 4, false, ([s, k]) => [b.tanh(b.dot(s!, k!)), b.mul(k!, 0.5)]),
  "halved by the steps of an outer loop": ([h, w]) =>
    scan([h!, w!], [], 3, false, ([s, k]) => [scan([s!], [], 2, false, ([t]) => [b.tanh(b.dot(t!, k!))])[0]!, b.mul(k!, 0.5)]),
  "until the data say so": ([h, w]) =>
    whileLoop(
      [b.constant(0, "int32"), h!, w!],
      ([i]) => [b.lt(i!, 4)],
      ([i, s, k]) => [b.add(i!, 1), b.tanh(b.dot(s!, k!)), k!],
    ),
};

describe("products in loops, with a right operand that is", () => {
  const operands = [float(20, 96), float(96, 96)];
  const numbers = (size: number): number[] => Array.from({ length: size }, () => Math.fround((random() - 0.5) / 4));
  const h = numbers(20 * 96);
  const weights = [numbers(96 * 96), numbers(96 * 96)];
  for (const [name, program] of Object.entries(products)) {
    test(name, () => {
      const plan = compileGraph(graphOf(operands, program));
      const expected = weights.map((w) => interpretPlan(plan, [h, w]).outputs);
      for (const backend of eachBackend()) {
        const { program: bound } = bindPlan(backend, plan);
        // The second run has other weights, and must not use what the first has packed.
        weights.forEach((w, run) => {
          const outputs = backend.run(bound, [new Float32Array(h), new Float32Array(w)].map((data) => upload(backend, data)), []); // prettier-ignore
          expected[run]!.forEach((values, i) => {
            if (plan.outputBytes[i] === 4) return;
            const found = download(backend, "float32", outputs[i]!) as Float32Array;
            const worst = values.reduce((most, value, at) => Math.max(most, Math.abs(found[at]! - value)), 0);
            expect(worst, backend.description).toBeLessThan(1e-5);
          });
        });
      }
    });
  }
});

describe("a complaint inside of a loop", () => {
  const graph = graphOf([float(4), int(6)], ([x, indices]) =>
    scan([x!], [indices!], 6, false, ([s, i]) => [b.add(s!, b.gather(s!, b.reshape(i!, [1]), 0))]),
  );
  const plan: Plan = compileGraph(graph);
  const backend = makeBackend();
  const run = (indices: readonly number[]): TypedArray => {
    const { program } = bindPlan(backend, plan);
    const storages = [upload(backend, new Float32Array([1, 2, 3, 4])), upload(backend, new Int32Array(indices))];
    const [out] = backend.run(program, storages, []);
    return download(backend, "float32", out!);
  };

  test("ends the run, says what was wrong, and leaves the program usable", () => {
    const good = run([0, 1, 2, 3, 0, 1]);
    expect(() => run([0, 1, 2, 9, 0, 1])).toThrow("[gather] an index is outside 0..3");
    expect(run([0, 1, 2, 3, 0, 1])).toEqual(good);
  });
});
