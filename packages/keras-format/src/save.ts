import { getDefaultRegistry, optionsOf } from "@neurite/core";
import * as models from "@neurite/models";
import { kerasFormatPlugin } from "./plugin.ts";

const withFormats = <T extends Pick<models.SaveOptions, "registry">>(op: string, model: models.Model, options: T): T => {
  const given = optionsOf(op, options).registry ?? (model as models.Model | null)?.registry ?? getDefaultRegistry();
  return { ...options, registry: given.with(kerasFormatPlugin) };
};

/**
 * Writes a model to a `.keras` file, as `saveModel` of `@neurite/models` does, also where the registry of the model knows no format.
 *
 * @param target A path or a `file:` URL, ending in ".keras".
 * @param options `overwrite: false` refuses a file that is there; `zipped: false` writes a folder.
 * @throws ValueError for a model that has no weights yet; SerializationError naming the layer for what cannot be written, and where the file cannot
 *   be.
 * @example
 * await saveModel(model, "digits.keras");
 */
export function saveModel(model: models.Model, target: models.ModelTarget, options: models.ModelFileOptions = {}): Promise<void> {
  return models.saveModel(model, target, withFormats("save", model, options));
}

/**
 * Writes the weights of a model, and where it was compiled the state of its optimizer, to a `.weights.h5` file.
 *
 * @param target A path or a `file:` URL, ending in ".weights.h5"; with `maxShardSize` in ".weights.json".
 * @param options `maxShardSize`: how large each of several files may be, in GB. `overwrite: false` refuses a file that is there.
 * @throws As {@link saveModel}.
 * @example
 * await saveWeights(model, "digits.weights.h5");
 */
export function saveWeights(model: models.Model, target: models.ModelTarget, options: models.WeightFileOptions = {}): Promise<void> {
  return models.saveWeights(model, target, withFormats("saveWeights", model, options));
}

/**
 * The bytes of the `.keras` file of a model, where there are no files.
 *
 * @throws ValueError for a model that has no weights yet; SerializationError naming the layer for what cannot be written.
 * @example
 * const copy = await loadModel(await modelToBytes(model));
 */
export function modelToBytes(model: models.Model, options: Pick<models.SaveOptions, "registry"> = {}): Promise<Uint8Array<ArrayBuffer>> {
  return models.modelToBytes(model, withFormats("modelToBytes", model, options));
}

/**
 * The bytes of the `.weights.h5` file of a model, where there are no files.
 *
 * @throws ValueError for a model that has no weights yet.
 * @example
 * await loadWeights(model, await weightsToBytes(model));
 */
export function weightsToBytes(model: models.Model, options: Pick<models.SaveOptions, "registry"> = {}): Promise<Uint8Array<ArrayBuffer>> {
  return models.weightsToBytes(model, withFormats("weightsToBytes", model, options));
}
