import { TraceError } from "../errors.ts";
import type { Graph } from "../graph/graph.ts";
import type { Aval, Value } from "../graph/value.ts";
import { context, withContext } from "./context.ts";
import { closedGraph, copyNodes, pendingNodes, placeholder } from "./extract.ts";
import { Trace } from "./trace.ts";

/** Throws if a callback that must be synchronous returned a promise. */
export function refusePromise(what: string, result: unknown): void {
  if (typeof (result as PromiseLike<unknown> | null)?.then === "function") {
    throw new TraceError(`[${what}] the function is async: it must return its result, not a promise (nothing inside needs await)`);
  }
}

/**
 * Traces `fn` into a graph of its own. Values of enclosing code that it uses become extra trailing inputs of the graph
 * and are returned as `captures`, in that order.
 */
export function traceGraph(
  avals: readonly Aval[],
  fn: (inputs: readonly Value[]) => readonly Value[],
  name = "body",
): { graph: Graph; captures: readonly Value[] } {
  const trace = new Trace(name, "body", context.trace);
  const inputs = avals.map((aval, i) => placeholder(aval, `x${i}`));
  const own = new Set(inputs);
  const outputs = withContext({ trace, recorders: [] }, () => fn(inputs));
  refusePromise(name, outputs);

  const captures: Value[] = [];
  const captured = new Set<Value>();
  const isLeaf = (value: Value): boolean => {
    if (own.has(value)) return true;
    if (value.storage === null && (value.node?.trace === trace || value.node?.op === "constant")) return false;
    if (!captured.has(value)) {
      captured.add(value);
      captures.push(value);
    }
    return true;
  };
  const nodes = pendingNodes(outputs, isLeaf);
  const replacements = new Map<Value, Value>(inputs.map((input) => [input, input]));
  const extra = captures.map((capture, i) => placeholder(capture, `captured${i}`));
  captures.forEach((capture, i) => replacements.set(capture, extra[i] as Value));
  const copy = copyNodes({ nodes, replacements });
  return { graph: closedGraph([...inputs, ...extra], outputs.map(copy.at), copy.nodes), captures };
}

/** The shapes and dtypes `fn` would give for inputs of these: nothing is kept, dimensions may be unknown (NaN). */
export function inferThrough(avals: readonly Aval[], fn: (inputs: readonly Value[]) => readonly Value[]): readonly Aval[] {
  const trace = new Trace("shape inference", "abstract", context.trace);
  const inputs = avals.map((aval, i) => placeholder(aval, `x${i}`));
  return withContext({ trace, recorders: [] }, () => fn(inputs)).map(({ dtype, shape }) => ({ dtype, shape }));
}
