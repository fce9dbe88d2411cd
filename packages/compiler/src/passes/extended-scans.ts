import type { Graph, Node, Value } from "@neurite/core";

/**
 * Scans that are written down again later with more outputs, as a gradient does to learn what each step carried: the later one does
 * the work of both. Gives, for such a scan, the one that extends it; no scan is both.
 */
export function extendedScans(nodes: readonly Node[]): ReadonlyMap<Node, Node> {
  const byOperand = new Map<Value | undefined, Node<"scan">[]>();
  const extended = new Map<Node, Node>();
  const extending = new Set<Node>();
  for (const node of nodes) {
    if (node.op !== "scan") continue;
    const scan = node as Node<"scan">;
    const earlier = byOperand.get(scan.inputs[0]) ?? [];
    const base = earlier.find((other) => !extended.has(other) && !extending.has(other) && extendsScan(scan, other));
    if (base !== undefined) {
      extended.set(base, scan);
      extending.add(scan);
    }
    byOperand.set(scan.inputs[0], [...earlier, scan]);
  }
  return extended;
}

function extendsScan(scan: Node<"scan">, base: Node<"scan">): boolean {
  const [a, b] = [base.params, scan.params];
  if (a.carry !== b.carry || a.xs !== b.xs || a.length !== b.length || a.reverse !== b.reverse) return false;
  if (base.inputs.length !== scan.inputs.length || base.inputs.some((input, i) => input !== scan.inputs[i])) return false;
  return beginsWith(b.body, a.body);
}

/** True if the first nodes and outputs of `graph` are those of `start`. */
function beginsWith(graph: Graph, start: Graph): boolean {
  if (graph === start) return true;
  if (graph.inputs.length !== start.inputs.length || graph.nodes.length < start.nodes.length) return false;
  if (graph.outputs.length < start.outputs.length) return false;
  const same = new Map<Value, Value>(start.inputs.map((input, i) => [input, graph.inputs[i] as Value]));
  const matches = start.nodes.every((node, i) => {
    const other = graph.nodes[i] as Node;
    if (node.op !== other.op || node.inputs.length !== other.inputs.length) return false;
    if (node.inputs.some((input, at) => same.get(input) !== other.inputs[at])) return false;
    node.outputs.forEach((output, at) => same.set(output, other.outputs[at] as Value));
    return sameParams(node.params, other.params);
  });
  return matches && start.outputs.every((output, i) => same.get(output) === graph.outputs[i]);
}

function sameParams(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (isGraph(a) && isGraph(b)) return a.nodes.length === b.nodes.length && a.outputs.length === b.outputs.length && beginsWith(b, a);
  const [x, y] = [Object.entries(a), b as Readonly<Record<string, unknown>>];
  return x.length === Object.keys(y).length && x.every(([key, value]) => sameParams(value, y[key]));
}

function isGraph(params: object): params is Graph {
  return "nodes" in params && "outputs" in params;
}
