/** Functions of the user's as bodies of control-flow primitives. */
import { context, type Recorder, withContext } from "../../engine/context.ts";
import { placeholder } from "../../engine/extract.ts";
import { traceGraph } from "../../engine/trace-graph.ts";
import { ValueError } from "../../errors.ts";
import type { Graph } from "../../graph/graph.ts";
import type { Aval, Value } from "../../graph/value.ts";
import { isTensorBase } from "../../tensor/base.ts";
import type { TensorLike } from "../../tensor/create.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { flattenTree, mapTree } from "../../tree.ts";
import { describe, input } from "../support/input.ts";

/** A traced function: its graph, the values of enclosing code that the graph takes as extra inputs, and the tree of its results. */
export interface Body {
  readonly graph: Graph;
  readonly captures: readonly Value[];
  /** What the function returned, its tensors being the graph's outputs in order. */
  readonly result: unknown;
}

/** Everything in a tree as values of the graph. */
export function treeValues(op: string, tree: unknown, what: string): Value[] {
  return flattenTree(tree).map((leaf) => input(op, leaf as TensorLike, what));
}

/** `tree` with its leaves replaced, in order, by tensors. */
export function treeOf(tree: unknown, values: readonly Value[]): unknown {
  let next = 0;
  return mapTree(tree, () => new Tensor(values[next++] as Value));
}

/** Traces `fn`, which gets tensors in the given trees and returns a tree of tensors (or numbers). */
export function traceBody(op: string, avals: readonly Aval[], fn: (values: readonly Value[]) => unknown): Body {
  // Tapes do not see inside bodies, but they must learn which variables a body reads.
  const outer = context.recorders;
  const readers: Recorder = {
    record: () => undefined,
    recordRead: (variable, value) => {
      for (const recorder of outer) recorder.recordRead(variable, value);
    },
  };
  let result: unknown;
  const { graph, captures } = traceGraph(
    avals,
    (values) => {
      result = withContext({ recorders: [readers] }, () => fn(values));
      return flattenTree(result).map((leaf) => {
        if (!isTensorBase(leaf) && typeof leaf !== "number" && typeof leaf !== "boolean") {
          throw new ValueError(`[${op}] the function must return tensors: received ${describe(leaf)}`);
        }
        return input(op, leaf as TensorLike, "the result");
      });
    },
    op,
  );
  return { graph, captures, result };
}

/** Gives bodies the same captured values as trailing inputs, so that one list of operands serves them all. */
export function shareCaptures(bodies: readonly Body[], ownInputs: readonly number[]): { graphs: Graph[]; captures: Value[] } {
  const captures = [...new Set(bodies.flatMap((body) => body.captures))];
  const graphs = bodies.map(({ graph, captures: own }, i) => {
    const count = ownInputs[i] as number;
    const inputs = graph.inputs.slice(0, count);
    const extra = captures.map((capture, j) => {
      const place = own.indexOf(capture);
      return place >= 0 ? (graph.inputs[count + place] as Value) : placeholder(capture, `unused${j}`);
    });
    return { ...graph, inputs: [...inputs, ...extra] };
  });
  return { graphs, captures };
}
