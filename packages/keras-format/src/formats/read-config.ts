import {
  deserializeKerasObject,
  isSerializedObject,
  type LoadModelOptions,
  type ModelFile,
  SerializationError,
  withObjectSharing,
} from "@neurite/core";
import { isLayer } from "@neurite/layers";
import { Model } from "@neurite/models";
import { keras3Config } from "../keras2/convert-config.ts";

/** What messages call a file. */
export function nameOf({ name, bytes }: ModelFile): string {
  return name === null ? `the file of ${bytes.length} bytes` : JSON.stringify(name);
}

/**
 * Makes the model of a config, without its weights.
 *
 * @param file What messages call the file.
 * @param version The version of Keras that wrote it, where the file says.
 * @throws SerializationError for a config of something else, or one that is damaged; its cause says what is wrong.
 */
export function modelOfConfig(json: unknown, file: string, version: string | undefined, { registry, compile }: LoadModelOptions): Model {
  if (!isSerializedObject(json)) throw new SerializationError(`[load] ${file} holds no model: its config has no class_name`);
  const isKeras2 = version?.startsWith("2.") ?? json.module === undefined;
  try {
    const { compile_config: compileConfig, ...architecture } = isKeras2 ? keras3Config(json) : json;
    return withObjectSharing(() => {
      const made = deserializeKerasObject(architecture, registry, "models");
      if (!(made instanceof Model)) {
        const what = isLayer(made) ? `a layer, ${made.toString()}` : `a ${json.class_name}`;
        throw new SerializationError(`[load] ${file} holds ${what}, and no model`);
      }
      if (compile && compileConfig) made.compileFromConfig(compileConfig, registry);
      return made;
    });
  } catch (cause) {
    if (cause instanceof SerializationError) throw cause;
    throw new SerializationError(`[load] the config in ${file} makes no model: ${(cause as Error).message}`, { cause });
  }
}
