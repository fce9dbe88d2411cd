/** Composites for many examples at once: the body is batched, and so is what the author's gradient rule builds. */
import { batchedGraph, batchGraph } from "../batching/batch-graph.ts";
import { traceGraph } from "../engine/trace-graph.ts";
import { bind } from "../graph/bind.ts";
import type { Value } from "../graph/value.ts";
import { repeated } from "./batching.ts";
import { sum } from "./build.ts";
import type { CompositeVjp, PrimitiveParams } from "./params.ts";
import type { BatchContext } from "./primitive.ts";
import { unbroadcast } from "./unbroadcast.ts";

/** `rule` for the examples together: it is traced for one example, and what it built is batched. */
function batchedVjp(rule: CompositeVjp, { body }: PrimitiveParams["composite"], batched: readonly boolean[], size: number): CompositeVjp {
  return ({ inputs, outputs, cotangents }) => {
    const arriving = cotangents.filter((ct) => ct !== null);
    const [m, n] = [inputs.length, outputs.length];
    const avals = [...body.inputs, ...body.outputs, ...body.outputs.filter((_, i) => cotangents[i] !== null)];
    let present: readonly boolean[] = [];
    const { graph, captures } = traceGraph(avals, (values) => {
      let next = m + n;
      const gradients = rule({
        inputs: values.slice(0, m),
        outputs: values.slice(m, m + n),
        cotangents: cotangents.map((ct) => (ct === null ? null : values[next++])),
      });
      present = gradients.map((gradient) => gradient !== null);
      return gradients.flatMap((gradient, i) => (gradient === null ? [] : [unbroadcast(gradient, values[i].shape)]));
    });
    const operands = [...inputs, ...outputs, ...arriving, ...captures];
    const which = operands.map((_, i) => (i < m ? batched[i] : i < m + n + arriving.length));
    const results = batchGraph(graph, { values: operands, batched: which }, size);
    const all = results.values.map((value, i) => (results.batched[i] ? value : repeated(value, size)));
    let next = 0;
    const gradients = present.map((is): Value | null => (is ? all[next++] : null));
    // What is the same operand for all examples gets what each of them sends.
    return gradients.map((gradient, i) => (gradient === null || batched[i] ? gradient : sum(gradient, [0])));
  };
}

/** The name says that it is another function now: no kernel for the original is a kernel for this. */
export function batchedComposite({ inputs, batched, size, params }: BatchContext<"composite">): readonly Value[] {
  const { name, body, vjp } = params;
  return bind("composite", inputs, {
    name: `vmap(${name})`,
    attributes: {},
    body: batchedGraph(
      body,
      batched,
      body.outputs.map(() => true),
      size,
    ),
    vjp: vjp && batchedVjp(vjp, params, batched, size),
  });
}
