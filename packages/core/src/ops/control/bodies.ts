/** Functions of the user's as bodies of control-flow primitives. */
import { context, type Draw, type Recorder, withContext } from "../../engine/context.ts";
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
  /** The random keys it drew: they are among the captures, as placeholders. */
  readonly draws: readonly Draw[];
  /** What the function returned, its tensors being the graph's outputs in order. */
  readonly result: unknown;
}

/** Throws unless `fn` is a function. */
export function requireFunction(op: string, fn: unknown, name: string): void {
  if (typeof fn !== "function") throw new ValueError(`[${op}] ${name} must be a function: received ${describe(fn)}`);
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
  const draws: Draw[] = [];
  let result: unknown;
  const { graph, captures } = traceGraph(
    avals,
    (values) => {
      result = withContext({ recorders: [readers], draws }, () => fn(values));
      return flattenTree(result).map((leaf) => {
        if (!isTensorBase(leaf) && typeof leaf !== "number" && typeof leaf !== "boolean") {
          throw new ValueError(`[${op}] the function must return tensors: received ${describe(leaf)}`);
        }
        return input(op, leaf as TensorLike, "the result");
      });
    },
    op,
  );
  return { graph, captures, draws, result };
}

/** `body` with inputs like `more`, which it does not use, behind the first `count`. */
export function withMoreInputs(body: Body, count: number, more: readonly Aval[]): Body {
  const { inputs } = body.graph;
  const unused = more.map((aval, i) => placeholder(aval, `more${i}`));
  return { ...body, graph: { ...body.graph, inputs: [...inputs.slice(0, count), ...unused, ...inputs.slice(count)] } };
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
