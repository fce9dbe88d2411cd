import {
  getDefaultRegistry,
  type LoadWeightsOptions,
  type ModelFile,
  type ModelFormat,
  optionsOf,
  type Registry,
  SerializationError,
} from "@neurite/core";
import type { Model } from "../model.ts";
import { type ModelSource, readModelFile } from "./model-file.ts";

/** Options of loading a model. */
export interface LoadOptions {
  /**
   * Where the names in the file and the formats are looked up; default the umbrella package's registry. Classes and functions of your own
   * must be in a plugin of it: a model file never runs code.
   */
  readonly registry?: Registry;
  /** Whether the model comes compiled as it was saved, with the optimizer's state, ready to go on training. Default true. */
  readonly compile?: boolean;
}

/**
 * Reads a model with its architecture, weights and (where it was compiled) training state.
 *
 * @param source A path, a URL, or the bytes of the file. Its format is told by content, not by name.
 * @returns The model: Sequential, functional, or a class of your own that the registry holds.
 * @throws SerializationError when the file cannot be read, is damaged, or holds something that the registry does not.
 * @example
 * const model = await loadModel("clothes.keras");
 * const probabilities = await model.predict(images);
 */
export async function loadModel<M extends Model = Model>(source: ModelSource, options: LoadOptions = {}): Promise<M> {
  const registry = optionsOf("loadModel", options).registry ?? getDefaultRegistry();
  const file = await readModelFile(source);
  const format = formatOf(file, registry, "loadModel");
  return (await format.loadModel(file, { registry, compile: options.compile ?? true })) as M;
}

/**
 * Sets the weights of a model that has been built.
 *
 * @param source A path, a URL, or the bytes of a file of weights, or of a whole model with the same layers.
 *
 * @throws SerializationError naming layer, weight and shapes where the file does not fit; the model is then as it was.
 *
 * @example
 * await loadWeights(model, "digits.weights.h5");
 */
export async function loadWeights(
  model: Model,
  source: ModelSource,
  options: Partial<LoadWeightsOptions> & Pick<LoadOptions, "registry"> = {},
): Promise<void> {
  const file = await readModelFile(source);
  const format = formatOf(file, optionsOf("loadWeights", options).registry ?? getDefaultRegistry(), "loadWeights");
  await format.loadWeights(model, file, { skipMismatch: options.skipMismatch ?? false });
}

function formatOf<K extends "loadModel" | "loadWeights">(
  file: ModelFile,
  registry: Registry,
  job: K,
): ModelFormat & Required<Pick<ModelFormat, K>> {
  const formats = registry.names("formats").map((name) => registry.get("formats", name) as ModelFormat);
  if (formats.length === 0)
    throw new SerializationError(`[${job}] the registry has no formats: add kerasFormatPlugin of @neurite/keras-format to it`);
  const matching = formats.filter((format) => format.recognizes(file));
  const found = matching.find((format): format is ModelFormat & Required<Pick<ModelFormat, K>> => format[job] !== undefined);
  if (found !== undefined) return found;
  const name = file.name === null ? `the file of ${file.bytes.length} bytes` : JSON.stringify(file.name);
  const known = formats
    .filter((format) => format[job] !== undefined)
    .map(({ description, extensions }) => `${description} (${extensions.join(", ")})`);
  const [other] = matching;
  throw new SerializationError(
    other === undefined
      ? `[${job}] ${name} is of no known format, or damaged: known are ${known.join("; ")}`
      : `[${job}] ${name} is a ${other.description}, which holds no ${job === "loadModel" ? "whole model: make the model and give the file to loadWeights" : "weights"}`,
  );
}
