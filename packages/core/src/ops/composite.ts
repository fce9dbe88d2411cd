/** Pieces of graph with a gradient of their own. */
import { withContext } from "../engine/context.ts";
import { traceGraph } from "../engine/trace-graph.ts";
import { bind } from "../graph/bind.ts";
import type { Graph } from "../graph/graph.ts";
import type { Value } from "../graph/value.ts";
import type { CompositeVjp } from "../primitives/params.ts";

/** Traced bodies kept by composite; when there are more, all are dropped and traced again. */
const most = 512;

/**
 * A function of values that is one node to gradients: `gradient` gives the operands' cotangents from operands, outputs and the outputs'
 * cotangents, where that is cheaper or exacter than the rules of the body's primitives. Compilers see through it.
 *
 * @param body Must not use values other than its operands (constants apart).
 */
export function composite(name: string, body: (...inputs: Value[]) => Value, gradient: CompositeVjp): (...inputs: Value[]) => Value {
  const bodies = new Map<string, Graph>();
  return (...inputs) => {
    const key = inputs.map(({ dtype, shape }) => `${dtype}[${shape.join()}]`).join();
    let graph = bodies.get(key);
    if (graph === undefined) {
      if (bodies.size >= most) bodies.clear();
      // Kept for later calls, so nothing of this call's place may stick to it.
      const avals = inputs.map(({ dtype, shape }) => ({ dtype, shape }));
      ({ graph } = withContext({ scope: null }, () => traceGraph(avals, (operands) => [body(...operands)], name)));
      bodies.set(key, graph);
    }
    return bind("composite", inputs, { name, attributes: {}, body: graph, vjp: gradient })[0] as Value;
  };
}

/** The gradient of a composite with one operand, from `ct`, the operand and the output. */
export function pullback(pull: (ct: Value, x: Value, y: Value) => Value): CompositeVjp {
  return ({ inputs, outputs, cotangents }) => [pull(cotangents[0] as Value, inputs[0] as Value, outputs[0] as Value)];
}
