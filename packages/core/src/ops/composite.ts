/** Pieces of graph with a gradient of their own. */
import { withContext } from "../engine/context.ts";
import { traceGraph } from "../engine/trace-graph.ts";
import { bind } from "../graph/bind.ts";
import type { Graph } from "../graph/graph.ts";
import type { Value } from "../graph/value.ts";
import type { CompositeVjp } from "../primitives/params.ts";

/** Traced bodies kept by a composite; when there are more, all are dropped and traced again. */
const most = 512;

/** What a composite is made for besides its operands: the axes it runs over. */
type Attributes = { readonly axes?: readonly number[] };

/** What a composite's gradient sees. */
type GradientContext = Parameters<CompositeVjp>[0];

/** A composite with several outputs and attributes. */
/* @__NO_SIDE_EFFECTS__ */
export function compositeOf<A extends Attributes>(
  name: string,
  body: (inputs: readonly Value[], attributes: A) => readonly Value[],
  gradient: (context: GradientContext, attributes: A) => readonly (Value | null)[],
): (inputs: readonly Value[], attributes: A) => readonly Value[] {
  const bodies = new Map<string, Graph>();
  return (inputs, attributes) => {
    const key = `${attributes.axes?.join() ?? ""};${inputs.map(({ dtype, shape }) => `${dtype}[${shape.join()}]`).join()}`;
    let graph = bodies.get(key);
    if (graph === undefined) {
      if (bodies.size >= most) bodies.clear();
      // Kept for later calls, so nothing of this call's place may stick to it.
      const avals = inputs.map(({ dtype, shape }) => ({ dtype, shape }));
      ({ graph } = withContext({ scope: null }, () => traceGraph(avals, (operands) => body(operands, attributes), name)));
      bodies.set(key, graph);
    }
    return bind("composite", inputs, { name, attributes, body: graph, vjp: (context) => gradient(context, attributes) });
  };
}

const none: Attributes = {};

/**
 * A function of values that is one node to gradients: `gradient` gives the operands' cotangents from operands, output and the output's
 * cotangent, where that is cheaper or exacter than the rules of the body's primitives. Compilers see through it.
 *
 * @param body Must not use values other than its operands (constants apart).
 */
/* @__NO_SIDE_EFFECTS__ */
export function composite(name: string, body: (...inputs: Value[]) => Value, gradient: CompositeVjp): (...inputs: Value[]) => Value {
  const call = compositeOf(
    name,
    (inputs) => [body(...inputs)],
    (context) => gradient(context),
  );
  return (...inputs) => call(inputs, none)[0] as Value;
}

/** The gradient of a composite with one operand, from `ct`, the operand and the output. */
/* @__NO_SIDE_EFFECTS__ */
export function pullback(pull: (ct: Value, x: Value, y: Value) => Value): CompositeVjp {
  return ({ inputs, outputs, cotangents }) => [pull(cotangents[0] as Value, inputs[0] as Value, outputs[0] as Value)];
}
