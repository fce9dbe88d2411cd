import { formatAval } from "../shapes/format.ts";
import type { Graph } from "./graph.ts";
import type { Node, Value } from "./value.ts";

function formatParams(node: Node, indent: string): string {
  const parts = Object.entries(node.params).flatMap(([name, value]: [string, unknown]) => {
    if (value === null || typeof value === "function") return [];
    if (typeof value === "object" && "nodes" in value) return [`${name}={\n${formatGraph(value as Graph, `${indent}  `)}${indent}}`];
    return [`${name}=${typeof value === "bigint" ? `${value}n` : typeof value === "number" ? String(value) : JSON.stringify(value)}`];
  });
  return parts.length === 0 ? "" : ` {${parts.join(" ")}}`;
}

/**
 * A graph as text, one line a node: `%3 = dot %0 %1 : float32[32,10]  # dense_1`.
 * Inputs, state and scalars come first, then outputs and updates.
 *
 * @example
 * const { graph } = traceGraph([{ dtype: "float32", shape: [2] }], ([x]) => [build.neg(x)]);
 * formatGraph(graph).includes("neg"); // true
 */
export function formatGraph(graph: Graph, indent = ""): string {
  const names = new Map<Value, string>();
  const lines: string[] = [];
  const define = (value: Value, prefix: string): string => {
    const name = `%${prefix}${names.size}`;
    names.set(value, name);
    return name;
  };
  const placeholders = (values: readonly Value[], kind: string): void => {
    for (const value of values) {
      const label = (value.node as Node<"input"> | null)?.params.name ?? "";
      lines.push(`${define(value, "")} = ${kind} ${JSON.stringify(label)} : ${formatAval(value)}`);
    }
  };
  placeholders(graph.inputs, "input");
  placeholders(graph.state, "state");
  placeholders(graph.scalars, "scalar");
  const at = (value: Value): string => names.get(value) ?? "%?";
  for (const node of graph.nodes) {
    const operands = node.inputs.map((input) => ` ${at(input)}`).join("");
    const results = node.outputs.map((output) => define(output, "")).join(", ");
    const scope = node.scope?.path ? `  # ${node.scope.path}` : "";
    lines.push(`${results} = ${node.op}${operands}${formatParams(node, indent)} : ${node.outputs.map(formatAval).join(", ")}${scope}`);
  }
  if (graph.outputs.length > 0) lines.push(`return ${graph.outputs.map(at).join(", ")}`);
  for (const { state, value } of graph.updates) lines.push(`update ${at(graph.state[state] as Value)} := ${at(value)}`);
  return lines.map((line) => `${indent}${line}\n`).join("");
}
