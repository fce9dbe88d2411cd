/**
 * The structure of a pending graph as numbers: two graphs with the same structure run the same program.
 * Operands are numbered; scalar constants are left out (they are passed at run time) unless the optimizer can use them.
 */
import type { Graph } from "../graph/graph.ts";
import type { Node, Value } from "../graph/value.ts";

const interned = new Map<string, number>();

/** A small number for a string, the same for equal strings. */
export function intern(text: string): number {
  let id = interned.get(text);
  if (id === undefined) {
    id = interned.size;
    interned.set(text, id);
  }
  return id;
}

const graphKeys = new WeakMap<Graph, string>();

/** A string that is equal for graphs of the same structure. */
export function graphKey(graph: Graph): string {
  let key = graphKeys.get(graph);
  if (key === undefined) {
    const numbers = new Map<Value, number>();
    const number = (value: Value): number => {
      let n = numbers.get(value);
      if (n === undefined) numbers.set(value, (n = numbers.size));
      return n;
    };
    const parts: string[] = graph.inputs.map((input) => `${number(input)}:${input.dtype}[${input.shape}]`);
    for (const node of graph.nodes) {
      const operands = node.inputs.map(number);
      for (const output of node.outputs) number(output);
      parts.push(`${node.op}${paramsText(node)}(${operands})`);
    }
    parts.push(`->${graph.outputs.map(number)}`);
    key = parts.join(";");
    graphKeys.set(graph, key);
  }
  return key;
}

const isGraph = (value: unknown): value is Graph => typeof value === "object" && value !== null && "nodes" in value;

const emptyText = "";

function paramsText(node: Node): string {
  for (const _ in node.params) {
    return JSON.stringify(node.params, (_name, value: unknown) => {
      if (typeof value === "bigint") return `${value}n`;
      if (typeof value === "number" && !Number.isFinite(value)) return `#${value}`;
      if (Object.is(value, -0)) return "#-0";
      if (typeof value === "function") return undefined;
      return isGraph(value) ? graphKey(value) : value;
    });
  }
  return emptyText;
}

/** Constants the simplifier has rules for; making one of them an input would lose the rule. */
function isSpecial(value: number): boolean {
  return value === 0 || value === 1 || value === -1 || value === 2 || value === 0.5 || !Number.isFinite(value);
}

export interface Structure {
  readonly key: Int32Array;
  readonly hash: number;
  /** Concrete leaves in order of first use: the program's inputs. */
  readonly leaves: readonly Value[];
  /** Constants passed at run time. */
  readonly lifted: readonly Value[];
}

/** Numbers a pending graph. `outputs` are what it is asked for, in order. */
export function structureOf(nodes: readonly Node[], outputs: readonly Value[]): Structure {
  const numbers = new Map<Value, number>();
  const leaves: Value[] = [];
  const lifted: Value[] = [];
  const key: number[] = [];
  let hash = 0x811c9dc5;
  const put = (n: number): void => {
    key.push(n);
    hash = Math.imul(hash ^ n, 0x01000193);
  };
  const keepStructural = new Set<Value>();
  for (const node of nodes) {
    if (node.op === "pow") keepStructural.add(node.inputs[1] as Value);
  }
  const operand = (value: Value): number => {
    let n = numbers.get(value);
    if (n === undefined) {
      n = numbers.size;
      numbers.set(value, n);
      leaves.push(value);
      put(-2);
      put(intern(`${value.dtype}[${value.shape}]`));
    }
    return n;
  };
  for (const node of nodes) {
    if (node.op === "constant") {
      const { value, dtype } = (node as Node<"constant">).params;
      const output = node.outputs[0] as Value;
      if (typeof value === "number" && !isSpecial(value) && dtype !== "complex64" && !(keepStructural.has(output) && Number.isInteger(value))) {
        lifted.push(output);
        numbers.set(output, numbers.size);
        put(-3);
        put(intern(dtype));
        continue;
      }
    }
    const operands = node.inputs.map(operand);
    put(-1);
    put(intern(node.op + paramsText(node)));
    for (const n of operands) put(n);
    for (const output of node.outputs) numbers.set(output, numbers.size);
  }
  put(-4);
  for (const output of outputs) put(operand(output));
  return { key: Int32Array.from(key), hash: hash >>> 0, leaves, lifted };
}
