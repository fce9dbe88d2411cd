import { bind, bindOne } from "../graph/bind.ts";
import type { Graph } from "../graph/graph.ts";
import type { Value } from "../graph/value.ts";
import { inline } from "./build.ts";
import { backwardThrough } from "./control-gradients.ts";

/** `value` as something else: what is computed from it is not merged with what is computed from the original. */
export function barrier(value: Value): Value {
  return bindOne("barrier", [value], {});
}

/**
 * `graph` applied to `operands`, so that its gradient computes all values in between again. What it adds to the gradient of an operand is a value
 * that a loop around it must not take apart: the parts, stacked for all rounds, would take the memory again.
 */
export function recomputed(graph: Graph, operands: readonly Value[]): readonly Value[] {
  return bind("composite", operands, {
    name: "checkpoint",
    attributes: {},
    body: graph,
    vjp: ({ inputs, cotangents }) =>
      backwardThrough((values) => inline(graph, values), inputs.map(barrier), cotangents).map((gradient) => gradient && barrier(gradient)),
  });
}
