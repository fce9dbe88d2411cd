import {
  deserializeKerasObject,
  getDefaultRegistry,
  isSerializedObject,
  type Registry,
  SerializationError,
  serializeKerasObject,
  withObjectSharing,
} from "@neurite/core";
import { Model } from "../model.ts";
import { requireModel } from "./require-model.ts";

/**
 * The architecture of a model as Keras writes it, without weights and training state: what `JSON.stringify` makes of it is what
 * {@link modelFromJSON} reads.
 *
 * @throws SerializationError for layers and functions that cannot be written; ValueError for what is no model.
 *
 * @example
 * const text = JSON.stringify(modelToJSON(model));
 * const copy = modelFromJSON(text); // of the same layers, with new weights
 */
export function modelToJSON(model: Model): Record<string, unknown> {
  requireModel("modelToJSON", model);
  const { compile_config: _left, ...architecture } = serializeKerasObject(model) as Record<string, unknown>;
  return architecture;
}

/**
 * Makes a model of its architecture, with new weights.
 *
 * @param json What {@link modelToJSON} or Python's `model.to_json()` gave: a text or what it holds.
 * @param registry Where the names in it are looked up; default the umbrella package's.
 * @throws SerializationError for what describes no model.
 * @example
 * const copy = modelFromJSON(JSON.stringify(modelToJSON(model)));
 */
export function modelFromJSON(json: string | object, registry: Registry = getDefaultRegistry()): Model {
  let parsed: unknown = json;
  if (typeof json === "string") {
    try {
      parsed = JSON.parse(json);
    } catch (cause) {
      throw new SerializationError(`[modelFromJSON] this is no JSON: ${(cause as Error).message}`, { cause });
    }
  }
  if (!isSerializedObject(parsed)) throw new SerializationError("[modelFromJSON] this describes no model: it has no class_name");
  const model = withObjectSharing(() => deserializeKerasObject({ ...parsed, compile_config: null }, registry, "models"));
  if (!(model instanceof Model)) throw new SerializationError(`[modelFromJSON] this describes a ${parsed.class_name}, and no model`);
  return model;
}
