import type { Graph } from "../graph/graph.ts";
import type { Value } from "../graph/value.ts";
import { nextStamp, Node } from "../graph/value.ts";

/** The pending nodes behind some values, operands first (program order), without placeholders. `isLeaf` is asked once for each value. */
export function pendingNodes(roots: Iterable<Value>, isLeaf: (value: Value) => boolean): Node[] {
  const stamp = nextStamp();
  const found: Node[] = [];
  const visit = (value: Value): void => {
    if (value.stamp === stamp) return;
    value.stamp = stamp;
    if (isLeaf(value)) return;
    const node = value.node as Node;
    if (node.stamp === stamp) return;
    node.stamp = stamp;
    found.push(node);
  };
  for (const root of roots) visit(root);
  for (let next = 0; next < found.length; next++) {
    for (const input of (found[next] as Node).inputs) visit(input);
  }
  return sortById(found);
}

/** Program order. What belongs together was made together: ids mostly lie close, and then each has its place. */
function sortById(nodes: Node[]): Node[] {
  let least = Infinity;
  let most = 0;
  let falling = true;
  let previous = Infinity;
  for (let i = 0; i < nodes.length; i++) {
    const { id } = nodes[i] as Node;
    if (id < least) least = id;
    if (id > most) most = id;
    if (id > previous) falling = false;
    previous = id;
  }
  if (falling) return nodes.reverse();
  const span = most - least + 1;
  if (span > 8 * nodes.length) return nodes.sort((a, b) => a.id - b.id);
  const places = new Int32Array(span);
  for (let i = 0; i < nodes.length; i++) places[(nodes[i] as Node).id - least] = i + 1;
  const sorted: Node[] = [];
  for (let at = 0; at < span; at++) if (places[at] !== 0) sorted.push(nodes[(places[at] as number) - 1] as Node);
  return sorted;
}

/** A placeholder for graphs. */
export function placeholder(aval: { dtype: Value["dtype"]; shape: Value["shape"] }, name: string): Value {
  return new Node("input", { name }, [], [aval]).outputs[0] as Value;
}

/** What becomes of the leaves of a graph that is being copied out. */
export interface Extraction {
  readonly nodes: readonly Node[];
  /** Where each leaf, and each constant that is passed at run time, goes. Filled with the graph's own placeholders. */
  readonly replacements: Map<Value, Value>;
}

/**
 * Copies nodes into a graph of their own, so that the graph holds neither storages nor the user's values.
 * `replacements` maps leaves (and nodes' outputs that are to be passed in) to placeholders.
 */
export function copyNodes({ nodes, replacements }: Extraction): { nodes: Node[]; at: (value: Value) => Value } {
  const map = replacements;
  const at = (value: Value): Value => {
    const copy = map.get(value);
    if (copy === undefined) throw new Error(`a value outside the graph was reached (${value.dtype}[${value.shape}])`);
    return copy;
  };
  const copies: Node[] = [];
  for (const node of nodes) {
    if (node.outputs.every((output) => map.has(output))) continue;
    const copy = new Node(node.op, node.params, node.inputs.map(at), node.outputs, node.scope);
    copy.stack = node.stack;
    node.outputs.forEach((output, i) => map.set(output, copy.outputs[i] as Value));
    copies.push(copy);
  }
  return { nodes: copies, at };
}

/** A graph without state and scalars. */
export function closedGraph(inputs: readonly Value[], outputs: readonly Value[], nodes: readonly Node[]): Graph {
  return { inputs, state: [], scalars: [], outputs, updates: [], nodes };
}
