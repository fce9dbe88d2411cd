/**
 * Branches and loops into the compiler's representation: each body becomes a program of its own. Outputs that nobody needs are left
 * out, with what is carried only for their sake; loops of no step or one and branches of a known predicate become part of the
 * program around them.
 */
import type { Graph, Node, Value } from "@neurite/core";
import type { IrBody, IrNode } from "../ir/node.ts";
import { removeDeadCode } from "./dead-code.ts";
import { Importer } from "./import-graph.ts";

type ControlNode = Node<"cond"> | Node<"while"> | Node<"scan">;

export function isControl(node: Node): node is ControlNode {
  return node.op === "cond" || node.op === "while" || node.op === "scan";
}

export function importControl(node: ControlNode, inputs: readonly IrNode[], into: Importer, isUsed: (value: Value) => boolean): void {
  switch (node.op) {
    case "cond":
      return importCond(node as Node<"cond">, inputs, into, isUsed);
    case "while":
      return importWhile(node as Node<"while">, inputs, into, isUsed);
    case "scan":
      return importScan(node as Node<"scan">, inputs, into, isUsed);
  }
}

/** Traces the body of a branch or loop; `own` of its inputs are its parameters, the others stand for `outer` values. */
class BodyImport {
  readonly importer: Importer;
  readonly parameters: readonly IrNode[];
  readonly outputs: readonly IrNode[];

  constructor(graph: Graph, own: readonly boolean[], outer: readonly IrNode[], into: Importer, hoists: boolean) {
    const importer = new Importer(into.options, into, hoists);
    const parameters: IrNode[] = [];
    graph.inputs.forEach((value, i) => {
      if (own[i]) parameters.push(importer.parameter(value, "operand", parameters.length));
      else importer.bindOuter(value, outer[i] as IrNode);
    });
    importer.importNodes(graph.nodes, into.builder.scope, () => new Set(graph.outputs));
    this.importer = importer;
    this.parameters = parameters;
    this.outputs = graph.outputs.map((output) => importer.lookUp(output));
  }

  /** Which parameters the outputs `from` depend on. */
  reached(from: readonly boolean[]): boolean[] {
    const needed = new Set(this.#needed(this.outputs.filter((_, i) => from[i])));
    return this.parameters.map((parameter) => needed.has(parameter));
  }

  /** The body with only some of its parameters and outputs, and what it captures then. */
  finish(parameters: readonly boolean[], outputs: readonly boolean[]): { readonly body: IrBody; readonly captured: readonly IrNode[] } {
    const kept = this.outputs.filter((_, i) => outputs[i]);
    const nodes = this.#needed(kept);
    const needed = new Set(nodes);
    const captures = this.importer.captures.filter(({ inner }) => needed.has(inner));
    return {
      body: {
        parameters: this.parameters.filter((_, i) => parameters[i]),
        captures: captures.map(({ inner }) => inner),
        outputs: kept,
        nodes,
      },
      captured: captures.map(({ outer }) => outer),
    };
  }

  #needed(roots: readonly IrNode[]): IrNode[] {
    return removeDeadCode(this.importer.builder.nodes, roots);
  }
}

/** The node with these operands, and its outputs that are used. */
function project(outputs: readonly Value[], used: readonly boolean[], made: IrNode, into: Importer): void {
  let index = 0;
  outputs.forEach((output, i) => {
    if (used[i]) into.define(output, into.builder.add("project", { index: index++ }, [made], output.dtype, output.shape));
  });
}

const none = (count: number): boolean[] => new Array<boolean>(count).fill(false);

function importCond(node: Node<"cond">, inputs: readonly IrNode[], into: Importer, isUsed: (value: Value) => boolean): void {
  const [predicate, ...operands] = inputs as [IrNode, ...IrNode[]];
  const { then, otherwise } = node.params;
  if (predicate.op === "constant") {
    into.inline(predicate.params.value === false || predicate.params.value === 0 ? otherwise : then, operands, node.outputs);
    return;
  }
  const used = node.outputs.map(isUsed);
  const branch = (graph: Graph): ReturnType<BodyImport["finish"]> =>
    new BodyImport(graph, none(operands.length), operands, into, false).finish([], used);
  const { scope } = into.builder;
  const a = branch(then);
  const b = branch(otherwise);
  into.builder.scope = scope;
  const params = { then: a.body, otherwise: b.body };
  project(node.outputs, used, into.builder.add("cond", params, [predicate, ...a.captured, ...b.captured], "bool", []), into);
}

/** Which carries a loop must keep: those that are used, and those that these depend on. */
function neededCarries(carry: number, used: readonly boolean[], reached: (carries: readonly boolean[]) => readonly boolean[]): boolean[] {
  let needed = used.slice(0, carry);
  while (true) {
    const parameters = reached(needed);
    const next = needed.map((need, i) => need || (parameters[i] as boolean));
    if (next.every((need, i) => need === needed[i])) return next;
    needed = next;
  }
}

function importWhile(node: Node<"while">, inputs: readonly IrNode[], into: Importer, isUsed: (value: Value) => boolean): void {
  const { test, body, carry, maxIterations } = node.params;
  if (maxIterations === 0) {
    node.outputs.forEach((output, i) => into.define(output, inputs[i] as IrNode));
    return;
  }
  // What the body hands on as it is never changes.
  const own = inputs.map((_, i) => i < carry && body.outputs[i] !== body.inputs[i]);
  const changing = own.slice(0, carry);
  const { scope } = into.builder;
  const testing = new BodyImport(test, own, inputs, into, true);
  const step = new BodyImport(body, own, inputs, into, true);
  into.builder.scope = scope;
  node.outputs.forEach((output, i) => {
    if (!own[i]) into.define(output, inputs[i] as IrNode);
  });
  const count = step.parameters.length;
  const used = only(node.outputs.map(isUsed), changing);
  const tested = testing.reached([true]);
  const bodyOutputs = (carries: readonly boolean[]): boolean[] => spread(carries, changing);
  const needed = neededCarries(
    count,
    used.map((use, i) => use || (tested[i] as boolean)),
    (carries) => step.reached(bodyOutputs(carries)),
  );
  const a = testing.finish(needed, [true]);
  const b = step.finish(needed, bodyOutputs(needed));
  const initial = only(only(inputs.slice(0, carry), changing), needed);
  const params = { test: a.body, body: b.body, carry: initial.length, maxIterations };
  const made = into.builder.add("while", params, [...initial, ...a.captured, ...b.captured], "bool", []);
  project(node.outputs, spread(needed, changing), made, into);
}

function importScan(node: Node<"scan">, inputs: readonly IrNode[], into: Importer, isUsed: (value: Value) => boolean): void {
  const { body, carry, xs, length, reverse } = node.params;
  if (length <= 1) {
    importShortScan(node, inputs, into);
    return;
  }
  const own = inputs.map((_, i) => i < carry + xs && !(i < carry && body.outputs[i] === body.inputs[i]));
  const changing = own.slice(0, carry);
  const { scope } = into.builder;
  const step = new BodyImport(body, own, inputs, into, true);
  into.builder.scope = scope;
  node.outputs.forEach((output, i) => {
    if (i < carry && !own[i]) into.define(output, inputs[i] as IrNode);
  });
  const used = node.outputs.map(isUsed);
  const count = only(changing, changing).length;
  const bodyOutputs = (carries: readonly boolean[]): boolean[] => [...spread(carries, changing), ...used.slice(carry)];
  const needed = neededCarries(count, only(used.slice(0, carry), changing), (carries) => step.reached(bodyOutputs(carries)));
  const outputs = bodyOutputs(needed);
  const parameters = [...needed, ...step.reached(outputs).slice(count)];
  const { body: finished, captured } = step.finish(parameters, outputs);
  const operands = only(
    inputs.filter((_, i) => own[i]),
    parameters,
  );
  const kept = only(needed, needed).length;
  const params = { body: finished, carry: kept, xs: operands.length - kept, length, reverse };
  project(node.outputs, outputs, into.builder.add("scan", params, [...operands, ...captured], "bool", []), into);
}

/** A scan of no step or one is no loop. */
function importShortScan(node: Node<"scan">, inputs: readonly IrNode[], into: Importer): void {
  const { body, carry, xs, length } = node.params;
  const { builder } = into;
  if (length === 0) {
    node.outputs.forEach((output, i) => {
      const zero = (): IrNode => builder.broadcast(builder.constant(output.dtype === "int64" ? 0n : 0, output.dtype), output.shape);
      into.define(output, i < carry ? (inputs[i] as IrNode) : zero());
    });
    return;
  }
  const operands = inputs.map((input, i) => (i < carry || i >= carry + xs ? input : builder.reshape(input, input.shape.slice(1))));
  into.inline(body, operands, node.outputs);
  node.outputs.forEach((output, i) => {
    if (i >= carry) into.define(output, builder.reshape(into.lookUp(output), output.shape));
  });
}

/** The list without entries where `keep` is false. */
function only<T>(list: readonly T[], keep: readonly boolean[]): T[] {
  return list.filter((_, i) => keep[i]);
}

/** `flags`, one for each true of `pattern`, put back into its places; false elsewhere. */
function spread(flags: readonly boolean[], pattern: readonly boolean[]): boolean[] {
  let next = 0;
  return pattern.map((here) => here && (flags[next++] as boolean));
}
