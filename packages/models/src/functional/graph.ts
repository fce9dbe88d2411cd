import {
  describeValue,
  isSymbolic,
  type SymbolicNode,
  type SymbolicOperation,
  type SymbolicTensor,
  flattenTree,
  mapTree,
  NeuriteError,
  ValueError,
} from "@neurite/core";
import { Input } from "@neurite/layers";

/**
 * The part of a functional model between its inputs and outputs: which operations are applied to what, in which order.
 *
 * @example
 * const input = Input({ shape: [3] });
 * const graph = FunctionalGraph.between(input, new Dense(2)(input));
 * graph.operations.length; // 2
 */
export class FunctionalGraph {
  /** Symbolic tensors, or trees of them, as the model was given them. */
  readonly inputs: unknown;
  readonly outputs: unknown;
  readonly inputTensors: readonly SymbolicTensor[];
  readonly outputTensors: readonly SymbolicTensor[];
  /** Every operation once, inputs first: Keras's `model.layers` order. */
  readonly operations: readonly SymbolicOperation[];
  readonly #nodes: readonly SymbolicNode[];
  /** The same in the order in which Keras runs them. It shows where a call changes what goes with its operands, as their masks. */
  readonly #steps: readonly SymbolicNode[];

  private constructor(inputs: unknown, outputs: unknown) {
    this.inputs = inputs;
    this.outputs = outputs;
    this.inputTensors = symbolicLeaves("inputs", inputs);
    this.outputTensors = symbolicLeaves("outputs", outputs);
    const { nodes, steps, operations } = order(leavesByKey(inputs), leavesByKey(outputs));
    this.#nodes = nodes;
    this.#steps = steps;
    this.operations = operations;
  }

  /**
   * The graph between inputs and outputs. Inputs in the middle of another model get inputs of their own: what made them is no part of this one.
   *
   * @throws ValueError when something is not symbolic, an output depends on something else, or two operations have one name.
   */
  static between(inputs: unknown, outputs: unknown): FunctionalGraph {
    const isInput = (tensor: unknown): boolean => isSymbolic(tensor) && tensor.node.inputs.length === 0;
    const graph = new FunctionalGraph(inputs, outputs);
    if (graph.inputTensors.every(isInput)) {
      refuseSharedNames(graph.operations);
      return graph;
    }
    const fresh = graph.inputTensors.map((tensor) =>
      isInput(tensor) ? tensor : Input({ batchShape: tensor.shape, dtype: tensor.dtype, name: `${tensor.name}CLONE` }),
    );
    let next = 0;
    const applied = graph.run(fresh, (operation, args, kwargs) => operation.apply(args, kwargs));
    return FunctionalGraph.between(mapTree(inputs, () => fresh[next++]), applied); // prettier-ignore
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
      if (!values.has(leaf)) throw new NeuriteError(`${leaf.toString()} was not computed`);
      return values.get(leaf);
    };
    for (const node of this.#steps) {
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

/** The tensors of a tree, objects in the alphabetical order of their keys, as Keras goes through them. */
function leavesByKey(tree: unknown): SymbolicTensor[] {
  if (isSymbolic(tree)) return [tree];
  const entries = Object.entries(tree as object);
  if (!Array.isArray(tree)) entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.flatMap(([, child]) => leavesByKey(child));
}

/** Files refer to operations by name. */
function refuseSharedNames(operations: readonly SymbolicOperation[]): void {
  const names = new Set<string>();
  for (const { name } of operations) {
    if (names.has(name)) throw new ValueError(`[Model] two layers are named ${JSON.stringify(name)}: names must differ within a model`);
    names.add(name);
  }
}

function symbolicLeaves(what: string, tree: unknown): SymbolicTensor[] {
  const leaves = flattenTree(tree);
  if (leaves.length === 0) throw new ValueError(`[Model] ${what} must not be empty`);
  for (const leaf of leaves) {
    if (!isSymbolic(leaf))
      throw new ValueError(
        `[Model] ${what} must be symbolic tensors, from Input or from layers called on them: got ${describeValue(leaf)}`,
      );
  }
  return leaves as SymbolicTensor[];
}

/** Operations sorted as Keras sorts them: by distance to the outputs, then by when a depth-first walk from the outputs met them. */
function order(
  inputs: readonly SymbolicTensor[],
  outputs: readonly SymbolicTensor[],
): { nodes: SymbolicNode[]; steps: SymbolicNode[]; operations: SymbolicOperation[] } {
  const given = new Set(inputs);
  const finished: SymbolicNode[] = [];
  const state = new Map<SymbolicNode, "open" | "done">();
  const met = new Map<SymbolicOperation, number>();
  /** Where the walk ends: inputs in the middle of another model, whose makers are no part of this one. */
  const isBorder = (tensor: SymbolicTensor): boolean => given.has(tensor) && tensor.node.inputs.length > 0;

  // An explicit stack: models of a thousand layers are deeper than the call stack likes.
  const stack: { node: SymbolicNode; next: number }[] = [];
  const enter = (tensor: SymbolicTensor): void => {
    const { node } = tensor;
    if (isBorder(tensor) || state.get(node) === "done") return;
    if (state.get(node) === "open") throw new ValueError(`[Model] the graph has a cycle through "${node.operation.name}"`);
    if (node.inputs.length === 0 && !given.has(tensor)) {
      throw new ValueError(`[Model] the outputs depend on ${tensor.toString()}, which is not among the inputs: add it to inputs`);
    }
    if (!met.has(node.operation)) met.set(node.operation, met.size);
    state.set(node, "open");
    stack.push({ node, next: 0 });
  };
  for (const output of outputs) {
    enter(output);
    while (stack.length > 0) {
      const top = stack.at(-1) as { node: SymbolicNode; next: number };
      const operand = top.node.inputs[top.next++];
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
    for (const tensor of node.inputs) {
      if (!isBorder(tensor)) nodeDepth.set(tensor.node, Math.max(depth + 1, nodeDepth.get(tensor.node) ?? 0));
    }
  }
  // Inputs that no output depends on still are inputs.
  for (const { node } of inputs) {
    if (met.has(node.operation) || node.inputs.length > 0) continue;
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
  // Those of one depth in the order in which their depths were found out.
  const steps = [...nodeDepth.keys()].sort((a, b) => (nodeDepth.get(b) as number) - (nodeDepth.get(a) as number));
  return { nodes, steps, operations };
}
