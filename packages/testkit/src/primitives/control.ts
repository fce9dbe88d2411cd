import { type Aval, bind, build, type DType, type Graph, isComplex, isFloating, type Value } from "@neurite/core";
import { type Fn, traced } from "../samples/run-graph.ts";
import { given, ordinary, small } from "../samples/values.ts";
import type { CaseGenerator, PrimitiveCase } from "./case.ts";

const { add, mul } = build;

function body(avals: readonly Aval[], fn: Fn): Graph {
  return traced(avals, fn);
}

/** Something that stays in range: a·b, capped where the dtype has an order. */
function step(a: Value, b: Value): Value {
  const next = add(mul(a, b), a);
  return isComplex(a.dtype) ? mul(next, build.constant(0.25, a.dtype)) : build.minimum(next, 3);
}

const isNumber = (dtype: DType): boolean => dtype !== "bool";

function condCases(dtype: DType): PrimitiveCase[] {
  return [0, 1].flatMap((predicate): PrimitiveCase[] => [
    {
      name: predicate === 1 ? "true" : "false",
      inputs: [given("bool", [], [predicate]), small(dtype, [3, 4]), small(dtype, [3, 4], 2)],
      fn: ([test, a, b]) => {
        const then = body([a, b], ([x, y]) => [isNumber(dtype) ? step(x, y) : y, x]);
        const otherwise = body([a, b], ([x, y]) => [build.flip(y, [0]), isNumber(dtype) ? mul(x, y) : y]);
        return bind("cond", [test, a, b], { then, otherwise });
      },
    },
    {
      name: `${predicate === 1 ? "true" : "false"}, inside a larger graph`,
      inputs: [given("bool", [], [predicate]), small(dtype, [65])],
      fn: ([test, a]) => {
        const before = build.flip(a, [0]);
        const then = body([before], ([x]) => [build.flip(x, [0])]);
        const otherwise = body([before], ([x]) => [x]);
        const [result] = bind("cond", [test, before], { then, otherwise });
        return [build.concat([result, before], 0), result];
      },
    },
  ]);
}

/** Counts to `count` (int32 [] operand) while it changes a carry of `dtype`. */
function whileCase(name: string, dtype: DType, count: number, shape: readonly number[], maxIterations: number | null): PrimitiveCase {
  return {
    name,
    inputs: [given("int32", [], [0]), small(dtype, shape), small(dtype, shape, 2), given("int32", [], [count])],
    fn: ([n, x, factor, limit]) => {
      const avals = [n, x, factor, limit];
      const test = body(avals, ([i, , , end]) => [build.lt(i, end)]);
      const advance = body(avals, ([i, y, f]) => [add(i, 1), isNumber(dtype) ? step(y, f) : build.not(y)]);
      return bind("while", avals, { test, body: advance, carry: 2, maxIterations });
    },
  };
}

function scanCase(name: string, dtype: DType, length: number, shape: readonly number[], reverse: boolean): PrimitiveCase {
  return {
    name: `${name}${reverse ? ", reverse" : ""}`,
    inputs: [small(dtype, shape), small(dtype, [length, ...shape], 2), small(dtype, shape, 3)],
    fn: ([h, xs, w]) => {
      const advance = body([h, { dtype, shape }, w], ([carry, x, weight]) => {
        const next = isNumber(dtype) ? step(build.select(build.eq(x, weight), carry, x), weight) : build.binary("xor", carry, x);
        return [next, isNumber(dtype) ? add(next, x) : build.not(next)];
      });
      return bind("scan", [h, xs, w], { body: advance, carry: 1, xs: 1, length, reverse });
    },
  };
}

/** Bodies in bodies: a branch in a loop in a scan. What they carry changes places, so it must be where the next step looks for it. */
function nestedCases(dtype: DType): PrimitiveCase[] {
  const [count, x]: Aval[] = [
    { dtype: "int32", shape: [] },
    { dtype, shape: [2, 3] },
  ];
  const turn = (y: Value): Value => build.reshape(build.transpose(y, [1, 0]), [2, 3]);
  /** Turns `y` `i % 3` times, at most twice, and every other time flips it. */
  const inner = (y: Value, i: Value): Value => {
    const avals = [count, x, count] as const;
    const flipped = body([x], ([z]) => [build.flip(z as Value, [0])]);
    const turned = body([x], ([z]) => [turn(z as Value)]);
    const test = body(avals, ([n, , end]) => [build.lt(n as Value, build.binary("rem", end as Value, build.constant(3, "int32")))]);
    const step = body(avals, ([n, z]) => {
      const isFirst = build.eq(n as Value, 0);
      return [add(n as Value, 1), turn(bind("cond", [isFirst, z as Value], { then: turned, otherwise: flipped })[0] as Value)];
    });
    return bind("while", [build.constant(0, "int32"), y, i], { test, body: step, carry: 2, maxIterations: 2 })[1] as Value;
  };
  return [
    {
      name: "in a scan, around a branch",
      inputs: [small(dtype, x.shape), small(dtype, [7, ...x.shape], 2)],
      fn: ([h, xs]) => {
        const advance = body([count, x, x], ([i, carry, slice]) => {
          const next = inner(carry as Value, i as Value);
          return [add(i as Value, 1), isNumber(dtype) ? step(next, slice as Value) : build.binary("xor", next, slice as Value), next];
        });
        return bind("scan", [build.constant(0, "int32"), h as Value, xs as Value], {
          body: advance,
          carry: 2,
          xs: 1,
          length: 7,
          reverse: false,
        });
      },
    },
    ...[0, 1, 2, 3].map((times): PrimitiveCase => ({
      name: `${times} times around another`,
      inputs: [given("int32", [], [times]), small(dtype, x.shape)],
      fn: ([limit, h]) => {
        const avals = [count, x, count] as const;
        const test = body(avals, ([i, , end]) => [build.lt(i as Value, end as Value)]);
        const advance = body(avals, ([i, y]) => [add(i as Value, 1), turn(inner(y as Value, add(i as Value, 1)))]);
        return bind("while", [build.constant(0, "int32"), h as Value, limit as Value], {
          test,
          body: advance,
          carry: 2,
          maxIterations: null,
        });
      },
    })),
  ];
}

function compositeCases(dtype: DType): PrimitiveCase[] {
  return [
    {
      name: "a body nobody claims",
      inputs: [ordinary(dtype, [4, 5]), ordinary(dtype, [5], 2)],
      fn: ([a, b]) => {
        const graph = body([a, b], ([x, y]) => [build.select(build.eq(x, y), y, x), build.broadcast(y, [4, 5])]);
        return bind("composite", [a, b], { name: "testkit_unclaimed", attributes: { factor: 2 }, body: graph, vjp: null });
      },
    },
    {
      name: "one in another",
      inputs: [ordinary(dtype, [9])],
      fn: ([a]) => {
        const inner = body([a], ([x]) => [build.flip(x, [0])]);
        const outer = body([a], ([x]) => bind("composite", [x], { name: "testkit_inner", attributes: {}, body: inner, vjp: null }));
        return bind("composite", [a], { name: "testkit_outer", attributes: {}, body: outer, vjp: null });
      },
    },
  ];
}

export const controlGenerators: Record<"cond" | "while" | "scan" | "composite", CaseGenerator> = {
  cond: (dtype, { dtypes }) => (dtypes.includes("bool") ? condCases(dtype) : []),
  while: (dtype, { dtypes }) =>
    dtypes.includes("bool") && dtypes.includes("int32")
      ? [
          whileCase("not once", dtype, 0, [3], null),
          whileCase("once", dtype, 1, [3], null),
          whileCase("7 times", dtype, 7, [2, 5], null),
          whileCase("7 times of at most 20", dtype, 7, [], 20),
          whileCase("stopped by maxIterations", dtype, 9, [33], 4),
          whileCase("not once: maxIterations is 0", dtype, 9, [2], 0),
          whileCase("an empty carry", dtype, 3, [0], null),
          ...nestedCases(dtype),
        ]
      : [],
  scan: (dtype, { dtypes }) =>
    dtypes.includes("bool")
      ? [false, true].flatMap((reverse) => [
          scanCase("5 steps", dtype, 5, [3], reverse),
          scanCase("one step", dtype, 1, [2, 2], reverse),
          scanCase("no steps", dtype, 0, [3], reverse),
          scanCase("numbers", dtype, 9, [], reverse),
          scanCase("wide", dtype, 4, [65], reverse),
          ...(isFloating(dtype) || isComplex(dtype) ? [recurrent(dtype, reverse)] : []),
        ])
      : [],
  composite: (dtype, { dtypes }) => (dtypes.includes("bool") ? compositeCases(dtype) : []),
};

/** A recurrent layer: products with weights that all steps share. */
function recurrent(dtype: DType, reverse: boolean): PrimitiveCase {
  return {
    name: `recurrent${reverse ? ", reverse" : ""}`,
    inputs: [small(dtype, [3, 4]), small(dtype, [6, 3, 2], 2), small(dtype, [4, 4], 3), small(dtype, [2, 4], 4)],
    fn: ([h, xs, w, u]) => {
      const quarter = build.constant(0.25, dtype);
      const advance = body([h, { dtype, shape: [3, 2] }, w, u], ([carry, x, weight, kernel]) => {
        const sum = mul(add(build.dot(carry, weight), build.dot(x, kernel)), quarter);
        // The complex tangent has poles nearby.
        const next = isComplex(dtype) ? sum : build.tanh(sum);
        return [next, next];
      });
      return bind("scan", [h, xs, w, u], { body: advance, carry: 1, xs: 1, length: 6, reverse });
    },
    accuracy: { ulps: 16, spread: 32 },
  };
}
