/** Functional models as Keras writes them: layers with the nodes by which they are applied, then inputs and outputs by history. */
import {
  configKey,
  optionName,
  type Application,
  deserializeKerasObject,
  flattenTree,
  isSerializable,
  isSymbolic,
  isOperationConfig,
  deserializeOperation,
  isSerializedObject,
  mapTree,
  OpCall,
  type Registry,
  SerializationError,
  serializeApplication,
  type SerializedObject,
  serializeOperation,
  serializeKerasObject,
  type SymbolicNode,
  type SymbolicOperation,
  type SymbolicTensor,
} from "@neurite/core";
import { InputLayer, isLayer } from "@neurite/layers";
import type { FunctionalGraph } from "./graph.ts";

type Json = Record<string, unknown>;
/** [layer name, number of the application, number of the output]. */
type History = [string, number, number];

/** The graph as the part of a config that Keras calls layers, input_layers and output_layers. */
export function graphConfig(graph: FunctionalGraph): Json {
  const nodesOf = new Map<SymbolicOperation, SymbolicNode[]>(graph.operations.map((operation) => [operation, []]));
  for (const node of graph.nodes) nodesOf.get(node.operation)?.push(node);
  // Files number the applications inside this model only.
  const numbers = new Map<SymbolicNode, number>();
  for (const nodes of nodesOf.values()) nodes.sort((a, b) => a.index - b.index).forEach((node, i) => numbers.set(node, i));
  const historyOf = ({ node, index }: SymbolicTensor): History => [node.operation.name, numbers.get(node) ?? 0, index];
  const argument = (leaf: unknown): unknown =>
    isSymbolic(leaf)
      ? { class_name: "__keras_tensor__", config: { shape: [...leaf.shape], dtype: leaf.dtype, keras_history: historyOf(leaf) } }
      : serializeKerasObject(leaf);

  const layers = graph.operations.map((operation) => {
    const nodes = (nodesOf.get(operation) as SymbolicNode[]).filter(({ inputs }) => inputs.length > 0);
    const applications = nodes.map((node) =>
      operation instanceof OpCall ? serializeApplication(operation, node) : { args: node.args, kwargs: renamed(node.kwargs, configKey) },
    );
    return {
      ...entryOf(operation, nodes[0], argument),
      name: operation.name,
      inbound_nodes: applications.map(({ args, kwargs }) => ({ args: mapTree(args, argument), kwargs: mapTree(kwargs, argument) })),
    };
  });
  const histories = (tree: unknown): unknown =>
    mapTree(tree, (tensor) => {
      const [name, node, index] = historyOf(tensor as SymbolicTensor);
      return [name, node + applicationsBefore((tensor as SymbolicTensor).node.operation), index];
    });
  return { layers, input_layers: histories(graph.inputs), output_layers: histories(graph.outputs) };
}

/** The layer or op as it is written, without its applications. */
function entryOf(operation: SymbolicOperation, node: SymbolicNode | undefined, encode: (value: unknown) => unknown): Json {
  if (operation instanceof OpCall && node !== undefined) return serializeOperation(operation, node, encode);
  if (isSerializable(operation)) return serializeKerasObject(operation) as Json;
  throw new SerializationError(`[Model] operation ${JSON.stringify(operation.name)} cannot be written: use a layer in its place`);
}

/** In lists of inputs and outputs (and only there) Keras counts from 1 for functional models, which once began with an application. */
function applicationsBefore(operation: object): 0 | 1 {
  const { graph, isStack } = operation as { readonly graph?: unknown; readonly isStack?: boolean };
  return isLayer(operation) && graph !== undefined && graph !== null && isStack !== true ? 1 : 0;
}

const isHistory = (x: unknown): x is History => Array.isArray(x) && x.length === 3 && typeof x[0] === "string" && typeof x[1] === "number";

/** Makes the inputs and outputs of the graph that a config describes, by applying its layers and ops again. */
export function graphFromConfig(config: Json, registry: Registry): { inputs: unknown; outputs: unknown } {
  const entries = config["layers"] as readonly (Json & SerializedObject)[];
  const layers = new Map<string, SymbolicOperation>();
  for (const entry of entries) layers.set(String(entry["name"]), operationOf(entry, registry));
  const made = new Map<string, SymbolicTensor[]>();
  const lookUp = ([name, node, index]: History): SymbolicTensor | null => {
    const layer = layers.get(name);
    if (layer === undefined)
      throw new SerializationError(`[Model] the config refers to a layer ${JSON.stringify(name)} that it does not hold`);
    if (layer instanceof InputLayer) return layer.output;
    return made.get(`${name} ${node}`)?.[index] ?? null;
  };

  // A node can be applied once its operands exist; a shared layer's applications keep their order.
  let open = entries.flatMap((entry) =>
    (entry["inbound_nodes"] as readonly Json[]).map((node, i) => ({ name: String(entry["name"]), node, number: i })),
  );
  while (open.length > 0) {
    const waiting: typeof open = [];
    for (const item of open) {
      const earlier = waiting.some(({ name }) => name === item.name);
      const application = earlier ? null : applicationOf(item.node, lookUp, registry);
      if (application === null) {
        waiting.push(item);
        continue;
      }
      const operation = layers.get(item.name) as SymbolicOperation;
      const kwargs = isLayer(operation) ? renamed(application.kwargs, optionName) : application.kwargs;
      const result = operation.apply(application.args, kwargs);
      made.set(`${item.name} ${item.number}`, flattenTree(result) as SymbolicTensor[]);
    }
    if (waiting.length === open.length) {
      throw new SerializationError(`[Model] layers of the config wait for each other: ${waiting.map(({ name }) => name).join(", ")}`);
    }
    open = waiting;
  }
  const tensors = (tree: unknown): unknown => {
    if (isHistory(tree)) {
      const [name, node, index] = tree;
      const layer = layers.get(name);
      const tensor = lookUp([name, layer === undefined ? node : node - applicationsBefore(layer), index]);
      if (tensor === null)
        throw new SerializationError(
          `[Model] the config refers to output ${index} of application ${node} of layer ${JSON.stringify(name)}, which does not exist`,
        );
      return tensor;
    }
    if (Array.isArray(tree)) return tree.map(tensors);
    return Object.fromEntries(Object.entries(tree as Json).map(([key, value]) => [key, tensors(value)]));
  };
  return { inputs: tensors(config["input_layers"]), outputs: tensors(config["output_layers"]) };
}

function operationOf(entry: Json & SerializedObject, registry: Registry): SymbolicOperation {
  if (isOperationConfig(entry)) return deserializeOperation(entry, String(entry["name"]), registry);
  const layer = deserializeKerasObject(entry, registry, "layers");
  if (!isLayer(layer)) throw new SerializationError(`[Model] ${JSON.stringify(entry["name"])} of the config is no layer`);
  return layer;
}

/** The arguments of an application with its tensors in place; null while some do not exist yet. */
function applicationOf(node: Json, lookUp: (history: History) => SymbolicTensor | null, registry: Registry): Application | null {
  let complete = true;
  const visit = (json: unknown): unknown => {
    if (Array.isArray(json)) return json.map(visit);
    if (typeof json !== "object" || json === null) return json;
    if (!isSerializedObject(json)) return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, visit(value)]));
    if (json.class_name === "__keras_tensor__") {
      const tensor = lookUp((json.config as { keras_history: History }).keras_history);
      if (tensor === null) complete = false;
      return tensor;
    }
    // Parts of an index are for the op to read.
    return indexParts.has(json.class_name) ? json : deserializeKerasObject(json, registry);
  };
  const args = visit(node["args"]) as unknown[];
  const kwargs = visit(node["kwargs"] ?? {}) as Json;
  return complete ? { args, kwargs } : null;
}

/** Keywords as Keras writes them, or as options. */
function renamed(kwargs: Readonly<Record<string, unknown>>, rename: (name: string) => string): Json {
  return Object.fromEntries(Object.entries(kwargs).map(([name, value]) => [rename(name), value]));
}

const indexParts = new Set(["__slice__", "__ellipsis__"]);
