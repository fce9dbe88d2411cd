import { DeviceError, type Graph, type Node, type PrimitiveName, type Value } from "@neurite/core";
import { Builder, type BuilderOptions } from "../ir/builder.ts";
import type { IrGraph, IrNode, IrNodeOf, IrOp, IrParams, ParameterKind } from "../ir/node.ts";
import { removeDeadCode } from "./dead-code.ts";

export interface ImportOptions extends BuilderOptions {
  /** Primitives to refuse, with the reason: "is not on the cpu backend yet". */
  readonly unsupported: ReadonlyMap<PrimitiveName, string>;
}

/** Copies `graph` into the compiler's representation, composites replaced by their bodies. */
export function importGraph(graph: Graph, options: ImportOptions): IrGraph {
  const builder = new Builder(options);
  const known = new Map<Value, IrNode>();
  const parameters = (values: readonly Value[], kind: ParameterKind): IrNodeOf<"parameter">[] =>
    values.map((value, index) => {
      const node = builder.add("parameter", { kind, index }, [], value.dtype, value.shape) as IrNodeOf<"parameter">;
      known.set(value, node);
      return node;
    });
  const inputs = parameters(graph.inputs, "input");
  const states = parameters(graph.state, "state");
  const scalars = parameters(graph.scalars, "scalar");

  importNodes(graph.nodes, known, builder, options, "");
  const outputs = graph.outputs.map((value) => lookUp(known, value));
  const updates = graph.updates.map(({ state, value }) => ({ state, value: lookUp(known, value) }));
  const roots = [...outputs, ...updates.map((update) => update.value), ...inputs, ...states, ...scalars];
  return { inputs, states, scalars, outputs, updates, nodes: removeDeadCode(builder.nodes, roots) };
}

function lookUp(known: ReadonlyMap<Value, IrNode>, value: Value): IrNode {
  const node = known.get(value);
  if (node === undefined) throw new Error("[compiler] the graph is not closed: it uses a value that none of its nodes makes");
  return node;
}

function importNodes(nodes: readonly Node[], known: Map<Value, IrNode>, builder: Builder, options: ImportOptions, scope: string): void {
  for (const node of nodes) {
    builder.scope = node.scope?.path ?? scope;
    const inputs = node.inputs.map((input) => lookUp(known, input));
    if (node.op === "composite") {
      inlineComposite(node as Node<"composite">, inputs, known, builder, options);
      continue;
    }
    const reason = options.unsupported.get(node.op);
    if (reason !== undefined) {
      throw new DeviceError(`[${node.op}] ${reason}${builder.scope === "" ? "" : `, in layer "${builder.scope}"`}`);
    }
    if (node.op === "stop_gradient") {
      known.set(node.outputs[0] as Value, inputs[0] as IrNode);
      continue;
    }
    const first = node.outputs[0] as Value;
    const made = builder.add(node.op as IrOp, node.params as IrParams[IrOp], inputs, first.dtype, first.shape);
    if (node.outputs.length === 1) known.set(first, made);
    else node.outputs.forEach((output, index) => known.set(output, builder.add("project", { index }, [made], output.dtype, output.shape)));
  }
}

/** The body's nodes take the place of the composite; they keep their own scopes, or take the composite's. */
function inlineComposite(
  node: Node<"composite">,
  inputs: readonly IrNode[],
  known: Map<Value, IrNode>,
  builder: Builder,
  options: ImportOptions,
): void {
  const { body } = node.params;
  const inner = new Map<Value, IrNode>();
  body.inputs.forEach((placeholder, i) => inner.set(placeholder, inputs[i] as IrNode));
  importNodes(body.nodes, inner, builder, options, builder.scope);
  body.outputs.forEach((output, i) => known.set(node.outputs[i] as Value, lookUp(inner, output)));
}
