import { bind, build, type Graph, traceGraph, type Value } from "@neurite/core";
import { describe, expect, test } from "vitest";
import { evaluate, evaluateAll, f32, i32, sample, type Sample } from "../../test/evaluate.ts";

const scalar = { dtype: "float32", shape: [] } as const;
const count = { dtype: "int32", shape: [] } as const;

function body(avals: Parameters<typeof traceGraph>[0], fn: (...xs: Value[]) => Value[]): Graph {
  return traceGraph(avals, (xs) => fn(...xs)).graph;
}

test("cond runs one branch; the other may not even be valid", () => {
  const params = {
    // oxlint-disable-next-line unicorn/no-thenable -- `then` is the branch's name
    then: body([scalar, count], (x) => [build.mul(x, 2), x]),
    otherwise: body([scalar, count], (x, i) => [x, build.cast(build.div(i, 0), "float32")]),
  };
  const run = (flag: number): number[][] =>
    evaluateAll([sample("bool", [], [flag]), f32([], [3]), i32([], [1])], (p, x, i) => bind("cond", [p, x, i], params)) as number[][];
  expect(run(1)).toEqual([[6], [3]]);
  expect(() => run(0)).toThrow("[div] integer division by zero");
});

describe("while", () => {
  const test3 = body([count, scalar, scalar], (i) => [build.lt(i, 5)]);
  const step = body([count, scalar, scalar], (i, x, c) => [build.add(i, 1), build.mul(x, c)]);
  const run = (maxIterations: number | null, start = 0): number[][] =>
    evaluateAll([i32([], [start]), f32([], [1]), f32([], [2])], (i, x, c) =>
      bind("while", [i, x, c], { test: test3, body: step, carry: 2, maxIterations }),
    ) as number[][];

  test("goes on while its test holds, constants stay", () => expect(run(null)).toEqual([[5], [32]]));
  test("stops after maxIterations", () => expect(run(3)).toEqual([[3], [8]]));
  test("may not run at all", () => expect(run(null, 9)).toEqual([[9], [1]]));
});

describe("scan", () => {
  const pair = { dtype: "float32", shape: [2] } as const;
  const step = body([pair, pair, scalar], (total, x, scale) => {
    const next = build.add(total, build.mul(x, scale));
    return [next, build.reduce("sum", next, [0]), x];
  });
  const run = (reverse: boolean, length = 3): number[][] => {
    const xs: Sample = f32([length, 2], [1, 2, 3, 4, 5, 6].slice(0, 2 * length));
    return evaluateAll([f32([2], [0, 1]), xs, f32([], [10])], (carry, x, scale) =>
      bind("scan", [carry, x, scale], { body: step, carry: 1, xs: 1, length, reverse }),
    ) as number[][];
  };

  test("carries forward and stacks what each step gives", () => {
    expect(run(false)).toEqual([
      [90, 121],
      [31, 101, 211],
      [1, 2, 3, 4, 5, 6],
    ]);
  });

  test("in reverse, results keep their step's place", () => {
    expect(run(true)).toEqual([
      [90, 121],
      [211, 181, 111],
      [1, 2, 3, 4, 5, 6],
    ]);
  });

  test("of no steps gives the first carry", () => expect(run(false, 0)).toEqual([[0, 1], [], []]));

  test("carries of two lanes are sliced whole", () => {
    const wide = { dtype: "int64", shape: [] } as const;
    const sum = body([wide, wide], (a, x) => [build.add(a, x), build.sub(a, x)]);
    const found = evaluateAll([sample("int64", [], [1n]), sample("int64", [3], [2n ** 40n, -5n, 7n])], (a, xs) =>
      bind("scan", [a, xs], { body: sum, carry: 1, xs: 1, length: 3, reverse: false }),
    );
    expect(found).toEqual([[2n ** 40n + 3n], [1n - 2n ** 40n, 2n ** 40n + 6n, 2n ** 40n - 11n]]);
  });
});

test("a composite is its body, which may give an operand twice", () => {
  const square = body([scalar], (x) => [build.mul(x, x), x, x]);
  const run = evaluateAll([f32([], [3])], (x) => bind("composite", [x], { name: "square", attributes: {}, body: square, vjp: null }));
  expect(run).toEqual([[9], [3], [3]]);
});

test("bodies nest", () => {
  const inner = body([count, scalar], (i, x) => [build.add(i, 1), build.add(x, 1)]);
  const test2 = body([count, scalar], (i) => [build.lt(i, 2)]);
  const outer = body([scalar, scalar], (carry, x) => {
    const start = build.constant(0, "int32");
    const [, looped] = bind("while", [start, carry], { test: test2, body: inner, carry: 2, maxIterations: null });
    return [build.mul(looped, x)];
  });
  const found = evaluate([f32([], [1]), f32([2], [2, 3])], (carry, xs) =>
    bind("scan", [carry, xs], { body: outer, carry: 1, xs: 1, length: 2, reverse: false }),
  );
  // ((1 + 2) · 2 + 2) · 3
  expect(found).toEqual([24]);
});
