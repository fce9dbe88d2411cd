import { DisposedError } from "../errors.ts";
import type { Graph } from "../graph/graph.ts";
import type { Aval, Value } from "../graph/value.ts";
import { context, withContext } from "./context.ts";
import { closedGraph, copyNodes, pendingNodes, placeholder } from "./extract.ts";
import { Trace } from "./trace.ts";
import { refusePromise, requireFunction } from "./user-function.ts";

/**
 * Traces `fn` into a graph of its own. Values of enclosing code that it uses become extra trailing inputs of the graph
 * and are returned as `captures`, in that order.
 *
 * @param avals Shapes and dtypes of the inputs.
 * @throws TraceError if `fn` is async, reads traced data, or assigns a variable.
 * @example
 * const scale = tensor(2).value;
 * const { graph, captures } = traceGraph([{ dtype: "float32", shape: [3] }], ([x]) => [build.mul(x, scale)]);
 * const [scaled] = bind("composite", [tensor([1, 2, 3]).value, ...captures], { name: "scaled", attributes: {}, body: graph, vjp: null });
 * new Tensor(scaled); // [2, 4, 6]
 */
export function traceGraph(
  avals: readonly Aval[],
  fn: (inputs: readonly Value[]) => readonly Value[],
  name = "body",
): { graph: Graph; captures: readonly Value[] } {
  requireFunction("traceGraph", fn);
  const trace = new Trace(name, "body", context.trace);
  const inputs = avals.map((aval, i) => placeholder(aval, `x${i}`));
  const own = new Set(inputs);
  const outputs = withContext({ trace, recorders: [] }, () => fn(inputs));
  refusePromise(name, outputs);
  for (const { disposed } of outputs)
    if (disposed) throw new DisposedError(`[${name}] a result was disposed: dispose() ends a tensor's life`);

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

/**
 * The shapes and dtypes `fn` would give for inputs of these: nothing is kept, dimensions may be unknown (NaN).
 *
 * @throws TraceError if `fn` is async or reads data.
 * @example
 * inferThrough([{ dtype: "float32", shape: [NaN, 3] }], ([x]) => [build.sum(x, [1])]); // [{ dtype: "float32", shape: [NaN] }]
 */
export function inferThrough(avals: readonly Aval[], fn: (inputs: readonly Value[]) => readonly Value[]): readonly Aval[] {
  requireFunction("inferThrough", fn);
  const trace = new Trace("shape inference", "abstract", context.trace);
  const inputs = avals.map((aval, i) => placeholder(aval, `x${i}`));
  const outputs = withContext({ trace, recorders: [], replay: null, draws: null }, () => fn(inputs));
  refusePromise(trace.name, outputs);
  return outputs.map(({ dtype, shape }) => ({ dtype, shape }));
}
