import { withContext } from "../engine/context.ts";
import { traceGraph } from "../engine/trace-graph.ts";
import { bind } from "../graph/bind.ts";
import type { Graph } from "../graph/graph.ts";
import type { Value } from "../graph/value.ts";
import { repeated } from "../primitives/batching.ts";
import type { PrimitiveName } from "../primitives/params.ts";
import type { Primitive } from "../primitives/primitive.ts";
import { primitives } from "../primitives/table.ts";

/** Values of which some hold one example each along an additional first axis. */
export interface Batched {
  readonly values: readonly Value[];
  readonly batched: readonly boolean[];
}

/**
 * Puts the nodes of `graph` into the current one, for `size` examples at once: what depends on a batched input is batched, what does not is
 * computed once.
 */
export function batchGraph(graph: Graph, inputs: Batched, size: number): Batched {
  const values = new Map<Value, Value>();
  const batched = new Set<Value>();
  graph.inputs.forEach((input, i) => {
    values.set(input, inputs.values[i]);
    if (inputs.batched[i]) batched.add(input);
  });
  for (const node of graph.nodes) {
    const operands = node.inputs.map((input) => values.get(input) as Value);
    const which = node.inputs.map((input) => batched.has(input));
    const outputs = withContext({ scope: node.scope }, () => applyBatched(node.op, operands, which, node.params, size));
    node.outputs.forEach((output, i) => {
      values.set(output, outputs[i]);
      if (which.includes(true)) batched.add(output);
    });
  }
  return {
    values: graph.outputs.map((output) => values.get(output) as Value),
    batched: graph.outputs.map((output) => batched.has(output)),
  };
}

function applyBatched(
  op: PrimitiveName,
  inputs: readonly Value[],
  batched: readonly boolean[],
  params: unknown,
  size: number,
): readonly Value[] {
  if (!batched.includes(true)) return bind(op, inputs, params as never);
  const rule = (primitives[op] as unknown as Primitive<PrimitiveName>).batch;
  if (rule === "none") throw new Error(`[${op}] takes no operands: they cannot be batched`);
  return rule({ op, inputs, batched, size, params: params as never });
}

/** Which outputs of `graph` depend on the inputs named. */
export function dependentOutputs(graph: Graph, inputs: readonly boolean[]): readonly boolean[] {
  const dependent = new Set<Value>(graph.inputs.filter((_, i) => inputs[i]));
  for (const node of graph.nodes) {
    if (node.inputs.some((input) => dependent.has(input))) for (const output of node.outputs) dependent.add(output);
  }
  return graph.outputs.map((output) => dependent.has(output));
}

/** {@link batchGraph} as a graph of its own, whose outputs are batched where `outputs` says so. It holds no captures. */
export function batchedGraph(graph: Graph, inputs: readonly boolean[], outputs: readonly boolean[], size: number): Graph {
  const avals = graph.inputs.map(({ dtype, shape }, i) => ({ dtype, shape: inputs[i] ? [size, ...shape] : shape }));
  return traceGraph(avals, (values) => {
    const results = batchGraph(graph, { values, batched: inputs }, size);
    return results.values.map((value, i) => (outputs[i] && !results.batched[i] ? repeated(value, size) : value));
  }).graph;
}
