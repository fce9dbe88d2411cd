/**
 * Branches and loops for many examples at once. Where the examples agree on what to do, the body is batched and the primitive stays.
 * Where each has a predicate of its own, both branches are computed and one is selected, and a loop runs until the last example is done.
 *
 * What is computed for an example that has not asked for it must do no harm: an index out of range would end the run, an infinite slope
 * would turn its gradient into NaN (0 · ∞). Such an example is therefore given the operands of one that has asked for it, and a branch
 * nobody asks for is not computed.
 */
import { batchedGraph, batchGraph, dependentOutputs } from "../batching/batch-graph.ts";
import { traceGraph } from "../engine/trace-graph.ts";
import { bind } from "../graph/bind.ts";
import type { Graph } from "../graph/graph.ts";
import type { Value } from "../graph/value.ts";
import { moveAxis, repeated } from "./batching.ts";
import { argreduce, broadcast, cast, gather, inline, not, reduce, reshape, select, zerosLike } from "./build.ts";
import type { BatchContext } from "./primitive.ts";

/** A bool for each example, shaped to meet values with these examples. */
function along(flags: Value, x: Value): Value {
  return reshape(flags, [flags.shape[0], ...x.shape.slice(1).map(() => 1)]);
}

/** The examples of `x` where `flags` holds; elsewhere the first one for which it does. */
function filled(x: Value, flags: Value): Value {
  if (flags.shape[0] === 0) return x;
  const first = gather(x, argreduce("max", cast(flags, "int32"), 0), 0);
  return select(along(flags, x), x, broadcast(first, x.shape));
}

/** The outputs of `branch`, all batched; what they are where `flags` does not hold is open. */
function ifAsked(branch: Graph, operands: readonly Value[], batched: readonly boolean[], flags: Value, size: number): readonly Value[] {
  const compute = (values: readonly Value[]): readonly Value[] => {
    const safe = values.slice(1).map((x, i) => (batched[i] ? filled(x, values[0]) : x));
    const results = batchGraph(branch, { values: safe, batched }, size);
    return results.values.map((value, i) => (results.batched[i] ? value : repeated(value, size)));
  };
  const inputs = [flags, ...operands];
  const { graph: then } = traceGraph(inputs, compute);
  const { graph: otherwise } = traceGraph(inputs, () => then.outputs.map(zerosLike));
  return bind("cond", [reduce("max", flags, [0]), ...inputs], { then, otherwise });
}

export function batchedCond({ inputs, batched, size, params }: BatchContext<"cond">): readonly Value[] {
  const [predicate, ...operands] = inputs;
  const which = batched.slice(1);
  if (batched[0]) {
    const a = ifAsked(params.then, operands, which, predicate, size);
    const b = ifAsked(params.otherwise, operands, which, not(predicate), size);
    return a.map((value, i) => select(along(predicate, value), value, b[i]));
  }
  const all = params.then.outputs.map(() => true);
  return bind("cond", inputs, {
    then: batchedGraph(params.then, which, all, size),
    otherwise: batchedGraph(params.otherwise, which, all, size),
  });
}

/** Which of a loop's carried values are batched: those that start so, and those that come to depend on something batched. */
function batchedCarry(body: Graph, initial: readonly boolean[], others: readonly boolean[]): readonly boolean[] {
  let carry = initial;
  for (;;) {
    const after = dependentOutputs(body, [...carry, ...others]);
    const next = carry.map((is, i) => is || after[i]);
    if (next.every((is, i) => is === carry[i])) return carry;
    carry = next;
  }
}

/** The operands, batched where `carry` says so, and else as they are. */
function withCarry(inputs: readonly Value[], batched: readonly boolean[], carry: readonly boolean[], size: number): readonly Value[] {
  return inputs.map((x, i) => (carry[i] && !batched[i] ? repeated(x, size) : x));
}

export function batchedWhile({ inputs, batched, size, params }: BatchContext<"while">): readonly Value[] {
  const { test, body, carry: count, maxIterations } = params;
  const constants = batched.slice(count);
  let carry = batchedCarry(body, batched.slice(0, count), constants);
  const [apart] = dependentOutputs(test, [...carry, ...constants]);
  if (apart) carry = carry.map(() => true);
  const which = [...carry, ...constants];
  const operands = withCarry(inputs, batched, carry, size);
  const finish = (results: readonly Value[]): readonly Value[] => results.map((x, i) => (carry[i] ? x : repeated(x, size)));
  if (!apart) {
    const loop = {
      test: batchedGraph(test, which, [false], size),
      body: batchedGraph(body, which, carry, size),
      carry: count,
      maxIterations,
    };
    return finish(bind("while", operands, loop));
  }
  const going = batchedGraph(test, which, [true], size);
  const { graph: any } = traceGraph(operands, (values) => [reduce("max", inline(going, values)[0], [0])]);
  const { graph: step } = traceGraph(operands, (values) => {
    const flags = inline(going, values)[0];
    const safe = values.map((x, i) => (which[i] ? filled(x, flags) : x));
    const results = batchGraph(body, { values: safe, batched: which }, size);
    return results.values.map((value, i) => {
      const next = results.batched[i] ? value : repeated(value, size);
      return select(along(flags, next), next, values[i]);
    });
  });
  return finish(bind("while", operands, { test: any, body: step, carry: count, maxIterations }));
}

export function batchedScan({ inputs, batched, size, params }: BatchContext<"scan">): readonly Value[] {
  const { body, carry: count, xs, length, reverse } = params;
  const others = batched.slice(count);
  const carry = batchedCarry(body, batched.slice(0, count), others);
  const which = [...carry, ...others];
  const after = dependentOutputs(body, which);
  const outputs = body.outputs.map((_, i) => (i < count ? carry[i] : after[i]));
  // Each step takes one slice of all examples.
  const operands = withCarry(inputs, batched, carry, size).map((x, i) =>
    i >= count && i < count + xs && batched[i] ? moveAxis(x, 0, 1) : x,
  );
  const loop = { body: batchedGraph(body, which, outputs, size), carry: count, xs, length, reverse };
  return bind("scan", operands, loop).map((x, i) => {
    if (!outputs[i]) return repeated(x, size);
    return i < count ? x : moveAxis(x, 1, 0);
  });
}
