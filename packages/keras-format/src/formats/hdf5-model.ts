import { type LoadModelOptions, type LoadWeightsOptions, type ModelFile, type ModelFormat, type SaveWeightsOptions, SerializationError, type WrittenFile } from "@neurite/core"; // prettier-ignore
import type { Model } from "@neurite/models";
import { parsePythonJson } from "../archive/python-json.ts";
import { isHdf5, withHdf5 } from "../hdf5/hdf5-file.ts";
import { compileConfigOf } from "../keras2/training-config.ts";
import { Assignment } from "../weights/assignment.ts";
import { giveLegacyOptimizerState, giveLegacyWeights } from "../weights/legacy-weights.ts";
import { giveStateWithWeights } from "../weights/load-state.ts";
import { stateOf } from "../weights/save-state.ts";
import { refuseShards, weightBytes } from "../weights/weight-bytes.ts";
import { weightStore } from "../weights/weight-store.ts";
import { modelOfConfig, nameOf } from "./read-config.ts";

function loadModel(file: ModelFile, options: LoadModelOptions): Promise<Model> {
  const name = nameOf(file);
  return withHdf5(file.bytes, name, (hdf5) => {
    const text = hdf5.text("", "model_config");
    if (text === undefined) {
      throw new SerializationError(`[load] ${name} holds weights and no model: make the model, and give the file to its loadWeights`);
    }
    const version = hdf5.text("", "keras_version") ?? hdf5.text("model_weights", "keras_version");
    const training = hdf5.text("", "training_config");
    const compileConfig = training === undefined ? null : compileConfigOf(parsePythonJson(training, `training_config of ${name}`), version);
    const json = parsePythonJson(text, `model_config of ${name}`) as object;
    const model = modelOfConfig({ ...json, ...(compileConfig === null ? {} : { compile_config: compileConfig }) }, name, version, options);
    const assignment = new Assignment(name, false);
    giveLegacyWeights(model, hdf5, "model_weights", assignment);
    if (model.compiled) giveLegacyOptimizerState(model.optimizer, hdf5, model.trainableWeights.length, assignment);
    assignment.commit();
    return model;
  });
}

async function loadWeights(model: unknown, file: ModelFile, { skipMismatch }: LoadWeightsOptions): Promise<void> {
  const name = nameOf(file);
  await withHdf5(file.bytes, name, (hdf5) => {
    const assignment = new Assignment(name, skipMismatch);
    if (hdf5.has("model_weights")) giveLegacyWeights(model as Model, hdf5, "model_weights", assignment);
    else if (hdf5.texts("", "layer_names").length > 0) giveLegacyWeights(model as Model, hdf5, "", assignment);
    else giveStateWithWeights(model as Model, weightStore([hdf5], name), assignment);
    assignment.commit();
  });
}

async function saveWeights(model: unknown, name: string, options: SaveWeightsOptions): Promise<readonly WrittenFile[]> {
  if (!name.endsWith(".weights.h5")) {
    throw new SerializationError(
      `[saveWeights] the name of a file of weights ends in .weights.h5, as Keras wants it: received ${JSON.stringify(name)}`,
    );
  }
  refuseShards(name, options);
  return [{ name, bytes: weightBytes(await stateOf(model as Model)) }];
}

/** HDF5 files of Keras: weights as Keras 3 writes them, and the whole models and weights of tf.keras, Keras 2 and Keras 3's `.h5`, which are only read. */
export const hdf5Model: ModelFormat = {
  description: "HDF5 file of Keras",
  extensions: [".weights.h5", ".h5", ".hdf5"],
  recognizes: ({ bytes }) => isHdf5(bytes),
  loadModel,
  loadWeights,
  saveWeights,
};
