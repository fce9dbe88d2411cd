/** Random branches and loops, with small bodies. */
import { type Aval, build, isComplex, isFloating } from "@neurite/core";
import { chooseBody } from "./bodies.ts";
import { type Fn, traced } from "../samples/run-graph.ts";
import type { ProgramBuilder } from "./builder.ts";
import type { ProgramValue, ValueId } from "./program.ts";

const isNumber = ({ sample }: ProgramValue): boolean => sample.dtype !== "bool" && !isComplex(sample.dtype);

function body(avals: readonly Aval[], fn: Fn): ReturnType<typeof traced> {
  return traced(avals, fn);
}

/** Two operands of one dtype and shape, exact so that comparisons inside agree. */
function operands(builder: ProgramBuilder): [ValueId, ValueId] {
  const a = builder.pick((value) => isNumber(value) && value.exact);
  const { dtype, shape } = builder.aval(a);
  return [a, builder.input(dtype, shape)];
}

export const controlMakers = {
  cond: (builder: ProgramBuilder): void => {
    const predicate = builder.given({ dtype: "bool", shape: [], data: [builder.choose.below(2)] });
    const [a, b] = operands(builder);
    const avals = [builder.aval(a), builder.aval(b)];
    const [first, second] = [chooseBody(builder.choose), chooseBody(builder.choose)];
    const then = body(avals, ([x, y]) => [first(x, y), y]);
    const otherwise = body(avals, ([x, y]) => [second(y, x), x]);
    builder.emit("cond", [predicate, a, b], { then, otherwise }, { exact: true });
  },
  while: (builder: ProgramBuilder): void => {
    const [a, b] = operands(builder);
    const count = builder.given({ dtype: "int32", shape: [], data: [0] });
    const ids = [count, a, b];
    const avals = ids.map((id) => builder.aval(id));
    const [limit, advance] = [builder.choose.below(5), chooseBody(builder.choose)];
    const test = body(avals, ([i]) => [build.lt(i, limit)]);
    const step = body(avals, ([i, x, y]) => [build.add(i, 1), advance(x, y)]);
    builder.emit("while", ids, { test, body: step, carry: 2, maxIterations: builder.choose.of([null, 2, 8]) }, { exact: true });
  },
  scan: (builder: ProgramBuilder): void => {
    const [a, b] = operands(builder);
    const { dtype, shape } = builder.aval(a);
    const length = builder.choose.below(5);
    const xs = builder.input(dtype, [length, ...shape]);
    const [first, second] = [chooseBody(builder.choose), chooseBody(builder.choose)];
    const step = body([{ dtype, shape }, { dtype, shape }, builder.aval(b)], ([h, x, c]) => [first(h, x), second(x, c)]);
    builder.emit("scan", [a, xs, b], { body: step, carry: 1, xs: 1, length, reverse: builder.choose.chance(0.5) }, { exact: true });
  },
  composite: (builder: ProgramBuilder): void => {
    const [a, b] = operands(builder);
    const avals = [builder.aval(a), builder.aval(b)];
    const inner = chooseBody(builder.choose);
    const smooth = isFloating(avals[0].dtype) && builder.choose.chance(0.3);
    const graph = body(avals, ([x, y]) => [inner(x, y), smooth ? build.tanh(x) : x]);
    builder.emit("composite", [a, b], { name: "fuzzed", attributes: {}, body: graph, vjp: null }, { exact: !smooth });
  },
};
