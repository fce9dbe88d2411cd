import {
  isSymbolic,
  type SymbolicNode,
  type SymbolicOperation,
  type SymbolicTensor,
  flattenTree,
  mapTree,
  NeuriteError,
  ValueError,
} from "@neurite/core";

/** The part of a functional model between its inputs and outputs: which operations are applied to what, in which order. */
export class FunctionalGraph {
  /** Symbolic tensors, or trees of them, as the model was given them. */
  readonly inputs: unknown;
  readonly outputs: unknown;
  readonly inputTensors: readonly SymbolicTensor[];
  readonly outputTensors: readonly SymbolicTensor[];
  /** Every operation once, inputs first: Keras's `model.layers` order. */
  readonly operations: readonly SymbolicOperation[];
  /** Applications in an order in which operands come first. */
  readonly #nodes: readonly SymbolicNode[];

  /** @throws ValueError when something is not symbolic, or an output does not depend on the inputs alone. */
  constructor(inputs: unknown, outputs: unknown) {
    this.inputs = inputs;
    this.outputs = outputs;
    this.inputTensors = symbolicLeaves("inputs", inputs);
    this.outputTensors = symbolicLeaves("outputs", outputs);
    const { nodes, operations } = order(this.inputTensors, this.outputTensors);
    this.#nodes = nodes;
    this.operations = operations;
  }

  /** The applications of the model, operands first. */
  get nodes(): readonly SymbolicNode[] {
    return this.#nodes;
  }

  /** Applies every operation to the real (or traced, or symbolic) `inputs`; the result has the tree of `outputs`. */
  run(
    inputs: readonly unknown[],
    apply: (operation: SymbolicOperation, args: readonly unknown[], kwargs: Readonly<Record<string, unknown>>) => unknown,
  ): unknown {
    const values = new Map<SymbolicTensor, unknown>();
    this.inputTensors.forEach((tensor, i) => values.set(tensor, inputs[i]));
    const replace = (leaf: unknown): unknown => {
      if (!isSymbolic(leaf)) return leaf;
      if (!values.has(leaf)) throw new NeuriteError(`${String(leaf)} was not computed`);
      return values.get(leaf);
    };
    for (const node of this.#nodes) {
      if (node.outputs.every((output) => values.has(output))) continue;
      const result = apply(
        node.operation,
        mapTree(node.args, replace) as readonly unknown[],
        mapTree(node.kwargs, replace) as Record<string, unknown>,
      );
      const leaves = node.outputs.length === 1 ? [result] : flattenTree(result);
      node.outputs.forEach((output, i) => values.set(output, leaves[i]));
    }
    return mapTree(this.outputs, replace);
  }
}

function symbolicLeaves(what: string, tree: unknown): SymbolicTensor[] {
  const leaves = flattenTree(tree);
  if (leaves.length === 0) throw new ValueError(`[Model] ${what} must not be empty`);
  for (const leaf of leaves) {
    if (!isSymbolic(leaf))
      throw new ValueError(`[Model] ${what} must be symbolic tensors, from Input or from layers called on them: got ${describe(leaf)}`);
  }
  return leaves as SymbolicTensor[];
}

const describe = (x: unknown): string => (x === null ? "null" : typeof x === "object" ? (x.constructor?.name ?? "object") : typeof x);

/** Operations sorted as Keras sorts them: by distance to the outputs, then by when a depth-first walk from the outputs met them. */
function order(
  inputs: readonly SymbolicTensor[],
  outputs: readonly SymbolicTensor[],
): { nodes: SymbolicNode[]; operations: SymbolicOperation[] } {
  const given = new Set(inputs);
  const finished: SymbolicNode[] = [];
  const state = new Map<SymbolicNode, "open" | "done">();
  const met = new Map<SymbolicOperation, number>();
  const parents = (node: SymbolicNode): readonly SymbolicTensor[] => (node.outputs.every((output) => given.has(output)) ? [] : node.inputs);

  // An explicit stack: models of a thousand layers are deeper than the call stack likes.
  const stack: { node: SymbolicNode; next: number }[] = [];
  const enter = (tensor: SymbolicTensor): void => {
    const { node } = tensor;
    if (state.get(node) === "done") return;
    if (state.get(node) === "open") throw new ValueError(`[Model] the graph has a cycle through "${node.operation.name}"`);
    if (node.inputs.length === 0 && !given.has(tensor)) {
      throw new ValueError(`[Model] the outputs depend on ${String(tensor)}, which is not among the inputs: add it to inputs`);
    }
    if (!met.has(node.operation)) met.set(node.operation, met.size);
    state.set(node, "open");
    stack.push({ node, next: 0 });
  };
  for (const output of outputs) {
    enter(output);
    while (stack.length > 0) {
      const top = stack.at(-1) as { node: SymbolicNode; next: number };
      const operand = parents(top.node)[top.next++];
      if (operand !== undefined) {
        enter(operand);
        continue;
      }
      state.set(top.node, "done");
      finished.push(top.node);
      stack.pop();
    }
  }

  const nodeDepth = new Map<SymbolicNode, number>();
  const operationDepth = new Map<SymbolicOperation, number>();
  for (const node of [...finished].reverse()) {
    const depth = Math.max(nodeDepth.get(node) ?? 0, operationDepth.get(node.operation) ?? 0);
    operationDepth.set(node.operation, depth);
    nodeDepth.set(node, depth);
    for (const { node: parent } of parents(node)) nodeDepth.set(parent, Math.max(depth + 1, nodeDepth.get(parent) ?? 0));
  }
  for (const { node } of inputs) {
    if (met.has(node.operation)) continue;
    met.set(node.operation, -1);
    operationDepth.set(node.operation, 0);
    nodeDepth.set(node, 0);
    finished.push(node);
  }
  const byDepth = (depthA: number, depthB: number, a: SymbolicOperation, b: SymbolicOperation): number =>
    depthB - depthA || (met.get(a) as number) - (met.get(b) as number);
  const operations = [...met.keys()].sort((a, b) => byDepth(operationDepth.get(a) as number, operationDepth.get(b) as number, a, b));
  const nodes = finished.sort(
    (a, b) => byDepth(nodeDepth.get(a) as number, nodeDepth.get(b) as number, a.operation, b.operation) || a.index - b.index,
  );
  return { nodes, operations };
}
