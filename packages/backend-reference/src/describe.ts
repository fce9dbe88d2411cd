/** A graph as text: one line a node, bodies indented below. */
import type { Graph, Value } from "@neurite/core";
import { typeName } from "./array.ts";
import { isGraph } from "./validate.ts";

function formatParam(param: unknown): string {
  if (Array.isArray(param)) return `[${param.map(formatParam).join(",")}]`;
  if (typeof param === "string") return param;
  if (typeof param === "bigint") return `${param}n`;
  if (typeof param === "object" && param !== null) {
    return `{${Object.entries(param)
      .map(([key, value]) => `${key}: ${formatParam(value)}`)
      .join(", ")}}`;
  }
  return Object.is(param, -0) ? "-0" : String(param);
}

/** Lines of `graph`, `indent` in front of each. Values are numbered from 0 in each graph. */
function lines(graph: Graph, indent: string): string[] {
  const names = new Map<Value, string>();
  const name = (value: Value): string => {
    const known = names.get(value);
    if (known !== undefined) return known;
    const made = `%${names.size}`;
    names.set(value, made);
    return made;
  };
  const text: string[] = [];
  const declare = (role: string, values: readonly Value[]): void => {
    for (const value of values) text.push(`${indent}${name(value)} ${typeName(value)} = ${role}`);
  };
  declare("input", graph.inputs);
  declare("state", graph.state);
  declare("scalar", graph.scalars);
  for (const node of graph.nodes) {
    const operands = node.inputs.map(name);
    const results = node.outputs.map((output) => `${name(output)} ${typeName(output)}`).join(", ");
    const params = Object.entries(node.params).filter(([, value]) => value !== null && typeof value !== "function");
    const plain = params.filter(([, value]) => !isGraph(value)).map(([key, value]) => `${key}=${formatParam(value)}`);
    const scope = node.scope === null ? [] : [`@${node.scope.path}`];
    text.push(`${indent}${results} = ${[node.op, ...operands, ...plain, ...scope].join(" ")}`);
    for (const [key, value] of params) {
      if (isGraph(value)) text.push(`${indent}  ${key}:`, ...lines(value, `${indent}    `));
    }
  }
  if (graph.outputs.length > 0) text.push(`${indent}return ${graph.outputs.map(name).join(" ")}`);
  for (const update of graph.updates) text.push(`${indent}update ${name(graph.state[update.state])} <- ${name(update.value)}`);
  return text;
}

/** For example `%2 float32[32,10] = dot %0 %1 @dense_1`. */
export function describeGraph(graph: Graph): string {
  return lines(graph, "").join("\n");
}
