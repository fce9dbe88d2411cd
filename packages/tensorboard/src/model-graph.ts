/** The layers of a model as a TensorFlow graph (tensorflow/core/framework/graph.proto), made of the model's config. */
import { PbfWriter } from "pbf";

interface GraphNode {
  readonly name: string;
  readonly op: string;
  readonly inputs: readonly string[];
}

interface LayerConfig {
  readonly class_name: string;
  readonly name?: string;
  readonly config: Record<string, unknown>;
  readonly inbound_nodes?: readonly unknown[];
}

function writeNode(node: GraphNode, pbf: PbfWriter): void {
  pbf.writeStringField(1, node.name);
  pbf.writeStringField(2, node.op);
  for (const input of node.inputs) pbf.writeStringField(3, input);
}

/**
 * A GraphDef with a node for each layer, layers of inner models under the name of the model; null for a model whose config names no layers.
 *
 * @param config What `model.getConfig()` gives for a functional or sequential model.
 *
 * @example
 * modelGraph({ name: "no_layers" }); // null
 */
export function modelGraph(config: Readonly<Record<string, unknown>>): Uint8Array | null {
  if (!Array.isArray(config["layers"])) return null;
  const nodes: GraphNode[] = [];
  addLayers(config, "", [], nodes);
  const pbf = new PbfWriter();
  for (const node of nodes) pbf.writeMessage(1, writeNode, node);
  return pbf.finish();
}

/** Adds the layers of a model; gives the names of those that make its outputs. */
function addLayers(model: Readonly<Record<string, unknown>>, prefix: string, fed: readonly string[], nodes: GraphNode[]): string[] {
  const layers = model["layers"] as readonly LayerConfig[];
  const isFunctional = layers.some(({ inbound_nodes: inbound }) => Array.isArray(inbound));
  const made = new Map<string, readonly string[]>();
  let last: readonly string[] = fed;
  for (const layer of layers) {
    const name = layer.name ?? (layer.config["name"] as string);
    const isInput = layer.class_name === "InputLayer";
    const inputs = isInput ? fed : isFunctional ? historiesOf(layer.inbound_nodes).flatMap((from) => made.get(from) ?? []) : last;
    if (Array.isArray(layer.config["layers"])) last = addLayers(layer.config, `${prefix}${name}/`, inputs, nodes);
    else {
      nodes.push({ name: `${prefix}${name}`, op: layer.class_name, inputs: [...new Set(inputs)] });
      last = [`${prefix}${name}`];
    }
    made.set(name, last);
  }
  const outputs = historiesIn(model["output_layers"]).flatMap((name) => made.get(name) ?? []);
  return outputs.length > 0 ? outputs : [...last];
}

/** Names of the layers that the tensors in the arguments of a layer come from. */
function historiesOf(inbound: unknown): string[] {
  if (typeof inbound !== "object" || inbound === null) return [];
  const { class_name: kind, config } = inbound as { class_name?: unknown; config?: { keras_history?: readonly [string] } };
  if (kind === "__keras_tensor__" && config?.keras_history !== undefined) return [config.keras_history[0]];
  return Object.values(inbound).flatMap(historiesOf);
}

/** Names in the triples [layer, node, tensor] of `output_layers`: one of them, or a tree of them. */
function historiesIn(tree: unknown): string[] {
  if (typeof tree !== "object" || tree === null) return [];
  if (Array.isArray(tree) && typeof tree[0] === "string" && typeof tree[1] === "number") return [tree[0]];
  return Object.values(tree).flatMap(historiesIn);
}
