import { getDefaultRegistry, type LoadWeightsOptions, type Registry, optionsOf } from "@neurite/core";
import * as models from "@neurite/models";
import { configOfArchive, type ModelConfig } from "./formats/keras-archive.ts";
import { kerasFormatPlugin } from "./plugin.ts";

const withFormats = (registry: Registry = getDefaultRegistry()): Registry => registry.with(kerasFormatPlugin);

/**
 * Reads a model that Keras saved: a `.keras` archive, or the `.h5` file of tf.keras, Keras 2 or Keras 3.
 *
 * @param source A path, a URL, or the bytes of the file.
 * @param options `registry`: where the names in the file are looked up; it needs the plugins of layers, models, operations and what else the
 *   file names, but not that of this package. `compile: false`: without losses, metrics and optimizer.
 * @throws SerializationError when the file cannot be read, is damaged, or holds something that the registry does not.
 * @example
 * const registry = createRegistry([layersPlugin, modelsPlugin, opsPlugin, optimizersPlugin, lossesPlugin, metricsPlugin] as const);
 * const model = await loadModel("clothes.keras", { registry });
 */
export function loadModel<M extends models.Model = models.Model>(source: models.ModelSource, options: models.LoadOptions = {}): Promise<M> {
  return models.loadModel<M>(source, { ...options, registry: withFormats(optionsOf("loadModel", options).registry) });
}

/**
 * Sets the weights of a model that has been built, from a `.weights.h5` file, the index of several, or a whole model's file.
 *
 * @param source A path, a URL, or the bytes of the file.
 * @param options `skipMismatch`: leaves out what does not fit, instead of refusing the file. Default false.
 *
 * @throws SerializationError naming layer, weight and shapes where the file does not fit; the model is then as it was.
 *
 * @example
 * const model = new Sequential([Input({ shape: [784] }), new Dense(10)]);
 * await loadWeights(model, "digits.weights.h5");
 */
export function loadWeights(model: models.Model, source: models.ModelSource, options: Partial<LoadWeightsOptions> = {}): Promise<void> {
  return models.loadWeights(model, source, { ...optionsOf("loadWeights", options), registry: withFormats() });
}

/**
 * What a `.keras` archive says of its model, as it stands there: nothing is made of it.
 *
 * @param source A path, a URL, or the bytes of the file.
 * @throws SerializationError for a file that is no such archive.
 * @example
 * const { model, kerasVersion } = await readModelConfig("clothes.keras");
 */
export async function readModelConfig(source: models.ModelSource): Promise<ModelConfig> {
  return configOfArchive(await models.readModelFile(source));
}
