import { describeValue, type SymbolicOperation, type SymbolicTensor, ValueError } from "@neurite/core";
import { isLayer } from "@neurite/layers";
import { type FunctionalGraph, Model } from "@neurite/models";
import { labelOf } from "./label.ts";
import { type DotOptions, type ResolvedDotOptions, resolveOptions } from "./options.ts";

/**
 * A model as a graph in DOT, the language of Graphviz: a box for each layer, in the order in which they are applied, and an edge for each pair of
 * which one takes what the other gives. A subclass that computes in `call` is one box.
 *
 * @param model A model that has been built. Layers applied several times have "?" for shapes and dtypes.
 * @throws ValueError for what is no model, one that is not built yet, and wrong options.
 * @example
 * const model = new Sequential([new Dense(30, { activation: "relu", inputShape: [8] }), new Dense(1)]);
 * const dot = modelToDot(model, { showShapes: true, rankdir: "LR" });
 * dot.split("\n")[0]; // 'digraph "sequential" {'
 */
export function modelToDot(model: Model, options: DotOptions = {}): string {
  const resolved = resolveOptions("modelToDot", options);
  if (!(model instanceof Model)) throw new ValueError(`[modelToDot] a model is needed: received ${describeValue(model)}`);
  return new Drawing(resolved).draw(model);
}

/** A model whose layers are drawn: one with a graph. */
type Drawn = Model & { readonly graph: FunctionalGraph };

function isDrawn(operation: unknown): operation is Drawn {
  return isLayer(operation) && "graph" in operation && operation.graph !== null;
}

class Drawing {
  readonly #options: ResolvedDotOptions;
  readonly #ids = new Map<SymbolicOperation, string>();
  readonly #edges = new Set<string>();
  #clusters = 0;

  constructor(options: ResolvedDotOptions) {
    this.#options = options;
  }

  draw(model: Model): string {
    if (!model.built) throw new ValueError(`[modelToDot] model "${model.name}" is not built yet: call it, or build it, before`);
    const { rankdir, dpi, splines } = this.#options;
    const body = isDrawn(model) ? this.#layers(model, "  ") : [this.#box(model, null, "  ")];
    const lines = [
      `  graph [concentrate=true, dpi=${dpi}, fontname=Helvetica, rankdir=${rankdir}, splines=${splines}];`,
      "  node [border=0, fontname=Helvetica, margin=0, shape=plain];",
      "  edge [penwidth=2];",
      ...body,
      ...[...this.#edges].map((edge) => `  ${edge};`),
    ];
    return `digraph ${JSON.stringify(model.name)} {\n${lines.join("\n")}\n}\n`;
  }

  /** The boxes of a model, and into `#edges` what connects them. */
  #layers(model: Drawn, indent: string): string[] {
    const { graph } = model;
    const lines: string[] = [];
    for (const operation of shownOperations(model)) {
      if (this.#ids.has(operation)) continue;
      if (this.#options.expandNested && isDrawn(operation)) lines.push(...this.#cluster(operation, indent));
      else lines.push(this.#box(operation, graph, indent));
    }
    for (const node of graph.nodes) {
      node.inputs.forEach((input, i) => {
        const from = this.#sourceOf(input, model);
        if (from !== null) this.#edges.add(`${from} -> ${this.#entryOf(node.operation, i)}`);
      });
    }
    return lines;
  }

  #box(operation: SymbolicOperation, graph: FunctionalGraph | null, indent: string): string {
    const id = `n${this.#ids.size}`;
    this.#ids.set(operation, id);
    const nodes = graph?.nodes.filter((node) => node.operation === operation) ?? [];
    return `${indent}${id} [label=<${labelOf(operation, nodes.length === 1 ? (nodes[0] ?? null) : null, this.#options)}>];`;
  }

  #cluster(model: Drawn, indent: string): string[] {
    const inner = `${indent}  `;
    this.#ids.set(model, "");
    return [
      `${indent}subgraph cluster_${this.#clusters++} {`,
      `${inner}graph [label=${JSON.stringify(model.name)}, labeljust=l, style=dashed];`,
      ...this.#layers(model, inner),
      `${indent}}`,
    ];
  }

  /** The box that gives a tensor; null for the input of a Sequential, which has none. */
  #sourceOf(tensor: SymbolicTensor, within: Drawn): string | null {
    const { operation } = tensor.node;
    if (this.#isFrame(operation)) {
      const output = operation.graph.outputTensors[tensor.index] as SymbolicTensor;
      return this.#sourceOf(output, operation);
    }
    return within.isStack && tensor.node.inputs.length === 0 ? null : (this.#ids.get(operation) ?? null);
  }

  /** The box that takes input `i` of an operation. */
  #entryOf(operation: SymbolicOperation, i: number): string {
    if (!this.#isFrame(operation)) return this.#ids.get(operation) as string;
    const first = operation.isStack
      ? (shownOperations(operation)[0] as SymbolicOperation)
      : (operation.graph.inputTensors[i] as SymbolicTensor).node.operation;
    return this.#entryOf(first, i);
  }

  #isFrame(operation: SymbolicOperation): operation is SymbolicOperation & Drawn {
    return this.#options.expandNested && isDrawn(operation);
  }
}

/** The operations of a model that get a box: of a Sequential those without its input. */
function shownOperations(model: Drawn): readonly SymbolicOperation[] {
  return model.isStack ? model.layers : model.graph.operations;
}
