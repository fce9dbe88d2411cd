import { type Aval, bind, build, type CompositeVjp, type Graph, traceGraph, type Value } from "@neurite/core";
import { exactly, type GradientCase, uniform } from "../case.ts";

const { add, dot, exp, mul, sin, tanh } = build;

/** A body that uses only its operands. */
function body(avals: readonly Aval[], fn: (operands: readonly Value[]) => readonly Value[]): Graph {
  return traceGraph(avals, fn).graph;
}

function condCase(predicate: boolean): GradientCase {
  return {
    name: `cond: ${predicate}`,
    primitive: "cond",
    inputs: [exactly("bool", [], [Number(predicate)]), uniform([3]), uniform([3], 2)],
    fn: ([test, a, b]) => {
      const then = body([a, b], ([x, y]) => [mul(x, exp(y)), x]);
      const otherwise = body([a, b], ([x, y]) => [sin(y), mul(x, x)]);
      return bind("cond", [test, a, b], { then, otherwise });
    },
  };
}

/** h ← tanh(h·w + x·u), a recurrent layer; emits what `emits` says. */
function recurrentCase(variant: string, reverse: boolean, emits: (h: Value, x: Value) => readonly Value[], length = 3): GradientCase {
  return {
    name: `scan: ${variant}`,
    primitive: "scan",
    inputs: [uniform([1, 2]), uniform([length, 1, 2], 2), uniform([2, 2], 3), uniform([2, 2], 4)],
    fn: ([h0, xs, w, u]) => {
      const step = body([h0, { dtype: xs.dtype, shape: xs.shape.slice(1) }, w, u], ([h, x, wIn, uIn]) => {
        const next = tanh(add(dot(h, wIn), dot(x, uIn)));
        return [next, ...emits(next, x)];
      });
      return bind("scan", [h0, xs, w, u], { body: step, carry: 1, xs: 1, length, reverse });
    },
  };
}

/** Multiplies by a while it is small, with a counter beside it: stops before the bound. */
const whileCase: GradientCase = {
  name: "while: bounded",
  primitive: "while",
  inputs: [exactly("int32", [], [0]), exactly("float64", [], [0.7]), exactly("float64", [], [1.3])],
  fn: ([count, x, a]) => {
    const test = body([count, x, a], ([n]) => [build.lt(n, 3)]);
    const step = body([count, x, a], ([n, y, b]) => [add(n, 1), add(mul(y, b), sin(y))]);
    return bind("while", [count, x, a], { test, body: step, carry: 2, maxIterations: 6 });
  },
};

/** Where the loop ends its body would give NaN. */
const endingCase: GradientCase = {
  name: "while: the body is undefined after the end",
  primitive: "while",
  inputs: [exactly("float64", [], [3]), exactly("float64", [], [1.2])],
  fn: ([x, a]) => {
    const test = body([x, a], ([y]) => [build.lt(build.zerosLike(y), y)]);
    const step = body([x, a], ([y, b]) => [mul(build.log(y), b)]);
    return bind("while", [x, a], { test, body: step, carry: 1, maxIterations: 8 });
  },
};

/** a·b, whose rule reads the outer `b` and not its operand: the branch or loop around it has to pass that in. */
function reachingOut(a: Value, b: Value, outer: Value): Value {
  const graph = body([a, b], ([x, y]) => [mul(x, y)]);
  const vjp: CompositeVjp = ({ inputs: [x], cotangents: [ct] }) => [ct && mul(ct, outer), ct && mul(ct, x)];
  return bind("composite", [a, b], { name: "reaching", attributes: {}, body: graph, vjp })[0];
}

const squareRule: CompositeVjp = ({ inputs: [x], cotangents: [ct] }) => [ct && mul(ct, mul(x, 2))];

export const controlCases: readonly GradientCase[] = [
  condCase(true),
  condCase(false),
  recurrentCase("recurrent, emits the carry", false, (h) => [h]),
  recurrentCase("recurrent, emits the carry, reverse", true, (h) => [h]),
  recurrentCase("recurrent, emits something else", false, (h, x) => [mul(h, x)]),
  recurrentCase("recurrent, emits something else, reverse", true, (h, x) => [mul(h, x)]),
  recurrentCase("recurrent, emits nothing", false, () => []),
  recurrentCase("recurrent, one step", false, (h) => [h], 1),
  {
    name: "scan: integer carry and two carries",
    primitive: "scan",
    inputs: [exactly("int32", [], [1]), exactly("float64", [], [0.4]), exactly("float64", [], [1.1]), uniform([3], 5)],
    fn: ([n0, a0, b0, xs]) => {
      const step = body([n0, a0, b0, { dtype: xs.dtype, shape: [] }], ([n, a, b, x]) => [
        add(n, 1),
        mul(b, x),
        add(a, mul(build.cast(n, a.dtype), sin(b))),
        mul(a, b),
      ]);
      return bind("scan", [n0, a0, b0, xs], { body: step, carry: 3, xs: 1, length: 3, reverse: false });
    },
  },
  recurrentCase("recurrent, no steps", false, (h) => [h], 0),
  {
    name: "scan: a rule inside uses an outer value",
    primitive: "scan",
    inputs: [uniform([2]), uniform([2], 2)],
    fn: ([x, outer]) => {
      const step = body([x, outer], ([h, b]) => [sin(reachingOut(h, b, outer))]);
      return bind("scan", [x, outer], { body: step, carry: 1, xs: 0, length: 3, reverse: false });
    },
  },
  {
    name: "cond: rules inside use outer values",
    primitive: "cond",
    inputs: [exactly("bool", [], [0]), uniform([2]), uniform([2], 2), uniform([2], 3)],
    fn: ([test, x, a, b]) => {
      const then = body([x, a, b], ([y, inner]) => [sin(reachingOut(y, inner, a))]);
      const otherwise = body([x, a, b], ([y, , inner]) => [exp(reachingOut(y, inner, b))]);
      return bind("cond", [test, x, a, b], { then, otherwise });
    },
  },
  whileCase,
  endingCase,
  {
    name: "composite: through its body, one operand twice",
    primitive: "composite",
    inputs: [uniform([3])],
    fn: ([x]) => {
      const graph = body([x, x], ([a, b]) => [mul(exp(a), b)]);
      return bind("composite", [x, x], { name: "test", attributes: {}, body: graph, vjp: null });
    },
  },
  {
    name: "composite: with a rule of its own",
    primitive: "composite",
    inputs: [uniform([3])],
    fn: ([x]) => {
      const graph = body([x], ([a]) => [mul(a, a)]);
      return bind("composite", [x], { name: "square", attributes: {}, body: graph, vjp: squareRule });
    },
  },
];
