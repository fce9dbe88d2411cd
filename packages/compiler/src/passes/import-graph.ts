import { DeviceError, type Graph, inLayer, type Node, type PrimitiveName, type Scope, type Value } from "@neurite/core";
import { Builder, type BuilderOptions } from "../ir/builder.ts";
import { isView } from "../ir/classify.ts";
import type { IrGraph, IrNode, IrNodeOf, IrOp, IrParams, ParameterKind } from "../ir/node.ts";
import { removeDeadCode } from "./dead-code.ts";
import { extendedScans } from "./extended-scans.ts";
import { importControl, isControl } from "./import-control.ts";

export interface ImportOptions extends BuilderOptions {
  /** Primitives to refuse, with the reason: "is not on the cpu backend yet". */
  readonly unsupported: ReadonlyMap<PrimitiveName, string>;
}

/** Where a node of a body comes from: layer and op of what holds the body, as far as it does not say where it was made itself. */
function scopeWithin(outer: Scope, inner: Scope | null): Scope {
  if (inner === null) return outer;
  return outer.op === null && (inner.path !== "" || outer.path === "")
    ? inner
    : { path: inner.path || outer.path, op: outer.op ?? inner.op };
}

/** Copies `graph` into the compiler's representation, composites replaced by their bodies. */
export function importGraph(graph: Graph, options: ImportOptions): IrGraph {
  const importer = new Importer(options);
  const parameters = (values: readonly Value[], kind: ParameterKind): IrNodeOf<"parameter">[] =>
    values.map((value, index) => importer.parameter(value, kind, index));
  const inputs = parameters(graph.inputs, "input");
  const states = parameters(graph.state, "state");
  const scalars = parameters(graph.scalars, "scalar");

  importer.importNodes(graph.nodes, importer.builder.scope, () => new Set([...graph.outputs, ...graph.updates.map(({ value }) => value)]));
  const outputs = graph.outputs.map((value) => importer.lookUp(value));
  const updates = graph.updates.map(({ state, value }) => ({ state, value: importer.lookUp(value) }));
  const roots = [...outputs, ...updates.map((update) => update.value), ...inputs, ...states, ...scalars];
  return { inputs, states, scalars, outputs, updates, nodes: removeDeadCode(importer.builder.nodes, roots) };
}

/**
 * What must stay where it is: it may complain, and the branch or loop it stands in may not run at all. Integer division is told by
 * its dtype.
 */
const mayComplain: ReadonlySet<string> = new Set(["check", "gather", "scatter", "cond", "while", "scan", "div", "rem"]);

/** Copies the nodes of one program: a graph, or the body of a branch or loop inside of another program. */
export class Importer {
  readonly options: ImportOptions;
  readonly builder: Builder;
  /** What a body uses of the program around it: the operand here, and the value there. */
  readonly captures: { readonly inner: IrNode; readonly outer: IrNode }[] = [];
  readonly #known: Map<Value, IrNode> = new Map();
  readonly #enclosing: Importer | null;
  /** Moves what does not change from step to step out of the body. Not done for branches: the other one may be taken. */
  readonly #hoists: boolean;
  /** Values of the enclosing program that stand for inputs of the body: captured once something needs them. */
  readonly #bound: Map<Value, IrNode> = new Map();
  readonly #capturedAs: Map<IrNode, IrNode> = new Map();
  /** Values here that are the same in the enclosing program. */
  readonly #outside: Map<IrNode, IrNode> = new Map();

  constructor(options: ImportOptions, enclosing: Importer | null = null, hoists = false) {
    this.options = options;
    this.builder = new Builder(options);
    this.#enclosing = enclosing;
    this.#hoists = hoists;
  }

  /** A placeholder that stands for `value`. */
  parameter(value: Value, kind: ParameterKind, index: number): IrNodeOf<"parameter"> {
    const node = this.builder.add("parameter", { kind, index }, [], value.dtype, value.shape) as IrNodeOf<"parameter">;
    this.#known.set(value, node);
    return node;
  }

  /** `node`, of this program, stands for `value`. */
  define(value: Value, node: IrNode): void {
    this.#known.set(value, node);
  }

  /** `outer`, of the enclosing program, stands for `value`. */
  bindOuter(value: Value, outer: IrNode): void {
    this.#bound.set(value, outer);
  }

  lookUp(value: Value): IrNode {
    const node = this.#known.get(value);
    if (node !== undefined) return node;
    const outer = this.#bound.get(value);
    if (outer === undefined) throw new Error("[compiler] the graph is not closed: it uses a value that none of its nodes makes");
    const captured = this.#capture(outer);
    this.#known.set(value, captured);
    return captured;
  }

  /** `results`: the values that are needed besides those that nodes take. */
  importNodes(nodes: readonly Node[], scope: Scope, results: () => Set<Value>): void {
    let used: Set<Value> | null = null;
    const isUsed = (value: Value): boolean => {
      if (used === null) {
        used = results();
        for (const node of nodes) for (const input of node.inputs) used.add(input);
      }
      return used.has(value);
    };
    const extended = extendedScans(nodes);
    const done = new Set(extended.values());
    for (const node of nodes) {
      if (done.has(node)) continue;
      this.builder.scope = scopeWithin(scope, node.scope);
      const inputs = node.inputs.map((input) => this.lookUp(input));
      if (node.op === "composite") {
        this.inline((node as Node<"composite">).params.body, inputs, node.outputs);
        continue;
      }
      const reason = this.options.unsupported.get(node.op);
      if (reason !== undefined) {
        throw new DeviceError(`[${node.op}] ${reason}${inLayer(this.builder.scope.path)}`);
      }
      if (node.op === "stop_gradient") {
        this.define(node.outputs[0] as Value, inputs[0] as IrNode);
        continue;
      }
      if (isControl(node)) {
        const larger = extended.get(node);
        if (larger === undefined) importControl(node, inputs, this, isUsed);
        else this.#importExtended(node, larger as Node<"scan">, inputs, isUsed);
        continue;
      }
      const first = node.outputs[0] as Value;
      const made = this.#add(node.op as IrOp, node.params as IrParams[IrOp], inputs, first.dtype, first.shape);
      if (node.outputs.length === 1) this.define(first, made);
      else {
        node.outputs.forEach((output, index) =>
          this.define(output, this.builder.add("project", { index }, [made], output.dtype, output.shape)),
        );
      }
    }
  }

  /** `larger` in place of both scans; its first outputs are those of `node`. */
  #importExtended(node: Node, larger: Node<"scan">, inputs: readonly IrNode[], isUsed: (value: Value) => boolean): void {
    const wanted = new Set(
      larger.outputs.filter((output, i) => isUsed(output) || (i < node.outputs.length && isUsed(node.outputs[i] as Value))),
    );
    importControl(larger, inputs, this, (output) => wanted.has(output));
    node.outputs.forEach((output, i) => {
      const same = larger.outputs[i] as Value;
      if (wanted.has(same)) this.define(output, this.lookUp(same));
    });
  }

  /** The nodes of `body` take the place of a node with `outputs`; they keep their own scopes, or take the present one. */
  inline(body: Graph, inputs: readonly IrNode[], outputs: readonly Value[]): void {
    const { scope } = this.builder;
    body.inputs.forEach((placeholder, i) => this.define(placeholder, inputs[i] as IrNode));
    this.importNodes(body.nodes, scope, () => new Set(body.outputs));
    body.outputs.forEach((output, i) => this.define(outputs[i] as Value, this.lookUp(output)));
    this.builder.scope = scope;
  }

  /** A node here, or, where all of its operands come from outside and nothing is lost, in the enclosing program. */
  #add(op: IrOp, params: IrParams[IrOp], inputs: readonly IrNode[], dtype: IrNode["dtype"], shape: readonly number[]): IrNode {
    const enclosing = this.#enclosing;
    if (enclosing !== null && this.#hoists && !mayComplain.has(op) && inputs.some((input) => this.#outside.has(input))) {
      const outer = inputs.map((input) => this.#outsideOf(input, enclosing));
      if (!outer.includes(null)) {
        enclosing.builder.scope = this.builder.scope;
        return this.#capture(enclosing.#add(op, params, outer as IrNode[], dtype, shape));
      }
    }
    return this.builder.add(op, params, inputs, dtype, shape);
  }

  /** The same value in the enclosing program, if it does not depend on this one. */
  #outsideOf(node: IrNode, enclosing: Importer): IrNode | null {
    const known = this.#outside.get(node);
    if (known !== undefined) return known;
    if (node.op !== "constant" && node.op !== "iota") return null;
    return enclosing.builder.add(node.op, node.params, [], node.dtype, node.shape);
  }

  /** A value of the enclosing program as one of this: views and what is made from nothing again, all else as an operand. */
  #capture(outer: IrNode): IrNode {
    const known = this.#capturedAs.get(outer);
    if (known !== undefined) return known;
    let inner: IrNode;
    if (outer.op === "constant" || outer.op === "iota" || (outer.op === "parameter" && outer.params.kind === "scalar")) {
      inner = this.builder.add(outer.op, outer.params as never, [], outer.dtype, outer.shape);
    } else if (isView(outer) && outer.op !== "barrier") {
      const operand = this.#capture(outer.inputs[0] as IrNode);
      inner = this.builder.add(outer.op, outer.params as never, [operand], outer.dtype, outer.shape);
    } else {
      inner = this.builder.add("parameter", { kind: "operand", index: -1 - this.captures.length }, [], outer.dtype, outer.shape);
      this.captures.push({ inner, outer });
    }
    this.#capturedAs.set(outer, inner);
    // What is made from nothing is as well made here: no reason to move what uses it.
    if (inner.op !== "constant" && inner.op !== "iota") this.#outside.set(inner, outer);
    return inner;
  }
}
