/** Cases for the primitives that have no gradient, and for predicates that differ between examples. */
import { bind, build, type DType, traceGraph, type Value } from "@neurite/core";
import { exactly, type GradientCase, type GradientInput, uniform } from "../gradients/case.ts";

const integers = (shape: readonly number[], data: readonly number[], dtype: DType = "int32"): GradientInput => exactly(dtype, shape, data);

function unaryCase(op: "sign" | "floor" | "ceil" | "round"): GradientCase {
  return { name: op, primitive: op, inputs: [uniform([2, 3], 5, -2, 2)], fn: ([x]) => [build.unary(op, x as Value)] };
}

function comparison(op: "eq" | "lt" | "le"): GradientCase {
  return {
    name: `${op}: operands of two ranks`,
    primitive: op,
    inputs: [integers([2, 3], [1, 2, 3, 3, 2, 1]), integers([3], [2, 2, 2])],
    fn: ([a, b]) => [build.binary(op, a as Value, b as Value)],
  };
}

function bits(op: "and" | "or" | "xor" | "shl" | "shr"): GradientCase {
  return {
    name: `${op}: operands of two ranks`,
    primitive: op,
    inputs: [integers([3], [1, 2, 3]), integers([2, 3], [5, 6, 1, 3, 2, 9])],
    fn: ([a, b]) => [build.binary(op, a as Value, b as Value)],
  };
}

/** A branch on the sign of an element of `x`, and a check and an index that only hold in the branch that is taken. */
const branchOfItsOwn: GradientCase = {
  name: "cond: what is not asked for does no harm",
  primitive: "cond",
  inputs: [exactly("bool", [], [1]), uniform([3], 3, 0.5, 1.5), integers([2], [0, 2])],
  fn: ([test, x, indices]) => {
    const operands = [test, x, indices] as Value[];
    const then = traceGraph(operands, ([flag, y, at]) => {
      const checked = build.check(build.log(y as Value), flag as Value, "the branch was computed for an example that did not ask for it");
      return [build.gather(checked, build.select(flag as Value, at as Value, 99), 0)];
    }).graph;
    const otherwise = traceGraph(operands, ([, y, at]) => [build.gather(build.neg(y as Value), at as Value, 0)]).graph;
    return bind("cond", [test as Value, ...operands], { then, otherwise });
  },
};

/** Doubles until an element passes a bound: each example takes its own number of rounds. */
const roundsOfItsOwn: GradientCase = {
  name: "while: each example ends by itself",
  primitive: "while",
  inputs: [exactly("float64", [], [1.5]), exactly("float64", [], [9]), integers([], [0])],
  fn: ([x, bound, count]) => {
    const operands = [x, count, bound] as Value[];
    const test = traceGraph(operands, ([y, , limit]) => [build.lt(y as Value, limit as Value)]).graph;
    const body = traceGraph(operands, ([y, n, limit]) => {
      const going = build.lt(y as Value, limit as Value);
      return [build.check(build.mul(y as Value, 2), going, "a finished example went on"), build.add(n as Value, 1)];
    }).graph;
    return bind("while", operands, { test, body, carry: 2, maxIterations: 20 });
  },
};

export const batchingCases: readonly GradientCase[] = [
  ...(["sign", "floor", "ceil", "round"] as const).map(unaryCase),
  ...(["eq", "lt", "le"] as const).map(comparison),
  ...(["and", "or", "xor", "shl", "shr"] as const).map(bits),
  { name: "not", primitive: "not", inputs: [exactly("bool", [3], [0, 1, 1])], fn: ([x]) => [build.not(x as Value)] },
  { name: "bitcast", primitive: "bitcast", inputs: [integers([3], [1, 2, 3])], fn: ([x]) => [build.bitcast(x as Value, "uint32")] },
  { name: "stop_gradient", primitive: "stop_gradient", inputs: [uniform([3])], fn: ([x]) => [build.stopGradient(x as Value)] },
  {
    name: "random_bits",
    primitive: "random_bits",
    inputs: [integers([2], [7, 9], "uint32")],
    fn: ([key]) => [build.randomBits(key as Value, [2, 3])],
  },
  {
    name: "random_bits: a scalar",
    primitive: "random_bits",
    inputs: [integers([2], [7, 9], "uint32")],
    fn: ([key]) => [build.randomBits(key as Value, [])],
  },
  {
    name: "argreduce: ties and both ends",
    primitive: "argreduce",
    inputs: [integers([2, 4], [3, 1, 3, 1, 0, 0, 5, 5])],
    fn: ([x]) => [build.argreduce("max", x as Value, 1), build.argreduce("min", x as Value, 0)],
  },
  {
    name: "argsort: both directions",
    primitive: "argsort",
    inputs: [integers([2, 4], [3, 1, 3, 1, 0, 0, 5, 5])],
    fn: ([x]) => [build.argsort(x as Value, 1), build.argsort(x as Value, 0, true)],
  },
  {
    name: "reduce: any and all",
    primitive: "reduce",
    inputs: [exactly("bool", [2, 2], [0, 1, 0, 0])],
    fn: ([x]) => [build.reduce("max", x as Value, [1]), build.reduce("min", x as Value, [0, 1])],
  },
  {
    name: "gather: of a matrix by a matrix along the second axis",
    primitive: "gather",
    inputs: [uniform([2, 4, 3]), integers([2, 2], [0, 3, 1, 2])],
    fn: ([x, indices]) => [build.gather(x as Value, indices as Value, 1)],
  },
  ...(["set", "add", "mul", "max", "min"] as const).map((op): GradientCase => ({
    name: `scatter: ${op}, places named twice`,
    primitive: "scatter",
    inputs: [uniform([2, 4, 3]), integers([2, 2], [0, 3, 3, 2]), uniform([2, 2, 2, 3], 4)],
    fn: ([x, indices, updates]) => [build.scatter(op, x as Value, indices as Value, updates as Value, 1)],
  })),
  branchOfItsOwn,
  roundsOfItsOwn,
];
