/** Applications of layers: Keras 2 lists the tensors of the first argument, each with the keywords of the call. */
import { isSerializedObject } from "@neurite/core";

type Json = Record<string, unknown>;

export interface Node {
  readonly args: readonly unknown[];
  readonly kwargs: Readonly<Json>;
}

const isTensorEntry = (x: unknown): x is [string, number, unknown, Json?] =>
  Array.isArray(x) && x.length >= 3 && typeof x[0] === "string" && typeof x[1] === "number";

/** The nodes of a layer as Keras 3 writes them. */
export function convertNodes(nodes: unknown): Node[] {
  return (nodes as readonly unknown[]).map(convertNode);
}

/** One node: a tensor, or a tree of tensors, which is the first argument; its keywords are repeated at each. */
export function convertNode(node: unknown): Node {
  if (isSerializedNode(node)) return node;
  let kwargs: Json = {};
  const visit = (entry: unknown): unknown => {
    if (!isTensorEntry(entry)) return Array.isArray(entry) ? entry.map(visit) : entry;
    kwargs = { ...kwargs, ...entry[3] };
    return tensorOf(entry);
  };
  const first = visit(node);
  const keywords = Object.entries(kwargs).map(([key, value]) => [key, keyword(value)]);
  // A layer with one input has a list of one.
  const inputs = Array.isArray(first) && first.length === 1 && !isTensorEntry(node) ? (first[0] as unknown) : first;
  return { args: [inputs], kwargs: Object.fromEntries(keywords) as Json };
}

const isSerializedNode = (node: unknown): node is Node => typeof node === "object" && node !== null && "args" in node;

function tensorOf([name, node, tensor]: readonly [string, number, unknown, Json?]): unknown {
  // A constant in place of a tensor.
  if (name === "_CONSTANT_VALUE") return tensor;
  return { class_name: "__keras_tensor__", config: { keras_history: [name, node, tensor] } };
}

function keyword(value: unknown): unknown {
  if (isTensorEntry(value) && value.length === 3) return tensorOf(value);
  if (Array.isArray(value)) return value.map(keyword);
  if (typeof value !== "object" || value === null || isSerializedObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, keyword(item)]));
}
