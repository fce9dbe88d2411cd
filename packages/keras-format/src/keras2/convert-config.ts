/** Configs of Keras 2 and tf.keras as Keras 3 writes them. */
import { SerializationError, type SerializedObject } from "@neurite/core";
import { convertNodes } from "./convert-nodes.ts";
import { convertTensorFlowOp } from "./tensorflow-ops.ts";

type Json = Record<string, unknown>;

/** A layer in a model: Keras adds its name and applications. */
export interface LayerEntry extends SerializedObject {
  readonly name?: string;
  readonly inbound_nodes?: unknown;
}

/** Modules of things that are told apart by the key they stand at, where their class alone does not: there is a layer named Identity. */
const modules: readonly (readonly [key: RegExp, module: string])[] = [
  [/_initializer$/, "keras.initializers"],
  [/_regularizer$/, "keras.regularizers"],
  [/_constraint$/, "keras.constraints"],
  [/^optimizer$|_optimizer$/, "keras.optimizers"],
  [/^learning_rate$/, "keras.optimizers.schedules"],
  [/metrics$/, "keras.metrics"],
  [/^loss$/, "keras.losses"],
];

/** Keys that mean nothing any more: how a thing was computed, or what follows from the inputs. */
const obsolete: ReadonlySet<string> = new Set([
  "batch_input_shape", "batch_size", "dynamic", "experimental_autocast", "fused", "implementation", "input_length", "input_spec", "is_legacy_optimizer",
  "jit_compile", "key_shape", "query_shape", "value_shape", "softmax_robust_masking", "virtual_batch_size", "adjustment", "_keras_api_names",
]); // prettier-ignore

/** Keys that may only have this value: others stand for something that Keras 3 cannot do. */
const fixed: Readonly<Record<string, unknown>> = { time_major: false, sparse: false, ragged: false, decay: 0, use_legacy_format: false };

const classNames: Readonly<Record<string, string>> = {
  Model: "Functional",
  BatchNormalizationV1: "BatchNormalization",
  BatchNormalizationV2: "BatchNormalization",
  CuDNNGRU: "GRU",
  CuDNNLSTM: "LSTM",
  NormalizationV2: "Normalization",
};

/** Keys that are called otherwise in Keras 3, by class; "*" for all. */
const renamed: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "*": { lr: "learning_rate" },
  LeakyReLU: { alpha: "negative_slope" },
};

/** Activations that Keras 3 computes in another way. */
const activations: Readonly<Record<string, string>> = { hard_sigmoid: "keras2_hard_sigmoid" };

/** The config of a model, layer, loss or optimizer of Keras 2 as Keras 3 writes it. */
export function keras3Config(json: SerializedObject): SerializedObject {
  return convertObject(json as LayerEntry, null) as SerializedObject;
}

function convertObject(entry: LayerEntry, module: string | null): LayerEntry {
  if (entry.class_name === "TFOpLambda" || entry.class_name === "SlicingOpLambda") return convertTensorFlowOp(entry);
  if (entry.class_name.startsWith("__")) return entry;
  const className = classNames[entry.class_name] ?? entry.class_name.replace(/^Custom>/, "");
  const kept = { ...entry, module: keras3Module(entry.module) ?? module, class_name: className };
  if (className === "Functional" || className === "Sequential")
    return { ...kept, module: null, config: convertModel(className, entry.config) };
  if (typeof entry.config !== "object" || entry.config === null) return kept;
  // Keras 2 tells the shape of the first input of a layer. One that takes several is built by what it is applied to.
  const { build_config: _shape, ...unbuilt } = kept;
  const built = className === "MultiHeadAttention" ? unbuilt : kept;
  return { ...built, config: convertLayerConfig(className, entry.config as Json), ...convertedBuild(entry) };
}

/** Modules in which Keras 2 keeps its own things mean nothing to Keras 3. */
function keras3Module(module: string | null | undefined): string | null {
  return module === undefined || module === null || /^(tf_)?keras\.(engine|layers\.|saving|src)/.test(module) ? null : module;
}

function convertedBuild({ inbound_nodes: nodes }: LayerEntry): Partial<LayerEntry> {
  return nodes === undefined ? {} : { inbound_nodes: convertNodes(nodes) };
}

function convertLayerConfig(className: string, config: Json): Json {
  const converted: Json = {};
  for (const [key, value] of Object.entries(config)) {
    if (key in fixed && className !== "InputLayer") {
      if (value !== fixed[key] && value !== null)
        throw new SerializationError(
          `[load] ${className} with ${key} = ${JSON.stringify(value)} is a feature of Keras 2 that Keras 3 has not`,
        );
      continue;
    }
    if (obsolete.has(key)) continue;
    const name = renamed[className]?.[key] ?? renamed["*"]?.[key] ?? key;
    converted[name] = key.endsWith("activation") ? convertActivation(value) : convertValue(name, value);
  }
  if (className === "InputLayer") converted["batch_shape"] = config["batch_input_shape"] ?? config["batch_shape"];
  if (className === "BatchNormalization" && Array.isArray(config["axis"])) [converted["axis"]] = config["axis"] as [unknown];
  return converted;
}

function convertActivation(value: unknown): unknown {
  if (typeof value === "string") return activations[value] ?? value;
  const { class_name: name, config } = (value ?? {}) as { class_name?: string; config?: unknown };
  if (name === "function" && typeof config === "string" && config in activations) return activations[config];
  return convertValue("activation", value);
}

function convertValue(key: string, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => convertValue(key, item));
  if (typeof value !== "object" || value === null) return value;
  if (typeof (value as LayerEntry).class_name === "string" && "config" in value) {
    if (key === "dtype") return (value as { config: { name: string } }).config.name;
    return convertObject(value as LayerEntry, modules.find(([pattern]) => pattern.test(key))?.[1] ?? null);
  }
  return Object.fromEntries(Object.entries(value).map(([inner, item]) => [inner, convertValue(inner, item)]));
}

function convertModel(className: string, config: unknown): Json {
  const whole: Json = Array.isArray(config) ? { layers: config } : (config as Json);
  const layers = (whole["layers"] as readonly LayerEntry[]).map((layer) => convertObject(layer, "keras.layers"));
  if (className === "Sequential")
    return { name: whole["name"] ?? null, trainable: whole["trainable"] ?? true, layers: withInput(whole, layers) };
  const ends = { input_layers: unlisted(whole["input_layers"]), output_layers: unlisted(whole["output_layers"]) };
  return { ...whole, ...ends, trainable: whole["trainable"] ?? true, layers };
}

/** Keras 2 lists even a single input or output, and yet takes and gives one tensor. */
function unlisted(ends: unknown): unknown {
  return Array.isArray(ends) && ends.length === 1 && Array.isArray(ends[0]) ? (ends[0] as unknown) : ends;
}

/** The first layer of a Sequential may hold the shape of the input itself. */
function withInput(whole: Json, layers: readonly LayerEntry[]): readonly LayerEntry[] {
  const first = (whole["layers"] as readonly LayerEntry[])[0];
  const { batch_input_shape: shape, dtype } = (first?.config ?? {}) as { batch_input_shape?: unknown; dtype?: unknown };
  if (first === undefined || first.class_name === "InputLayer" || !Array.isArray(shape)) return layers;
  const config = { batch_shape: shape, dtype: typeof dtype === "string" ? dtype : "float32" };
  return [{ module: "keras.layers", class_name: "InputLayer", config, registered_name: null }, ...layers];
}
