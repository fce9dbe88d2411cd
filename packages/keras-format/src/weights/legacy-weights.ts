/** Weights in the HDF5 files that Keras wrote before the .keras archive: a group a layer, with its weights by name. */
import type { OptimizerLike, Variable } from "@neurite/core";
import type { Layer } from "@neurite/layers";
import type { Model } from "@neurite/models";
import type { Hdf5File } from "../hdf5/hdf5-file.ts";
import type { StoredArray } from "../hdf5/stored-array.ts";
import { giveToOptimizer } from "./load-state.ts";
import type { Assignment } from "./assignment.ts";

/** The weights of a layer in the order of these files: trained ones first, those of layers inside among them. */
const weightsOf = (layer: Layer): readonly Variable[] => [...layer.trainableWeights, ...layer.nonTrainableWeights];

const inGroup = (group: string, name: string): string => (group === "" ? name : `${group}/${name}`);

function arraysOf(file: Hdf5File, group: string): readonly StoredArray[] {
  return file.texts(group, "weight_names").map((name) => file.array(inGroup(group, name)));
}

/**
 * Gives the weights of all layers what the file holds: layers with weights are matched by their order, as Keras does.
 *
 * @param group Where the layers are: "model_weights" in files of whole models.
 */
export function giveLegacyWeights(model: Model, file: Hdf5File, group: string, assignment: Assignment): void {
  const layers = model.layers.filter((layer) => weightsOf(layer).length > 0);
  const stored = file
    .texts(group, "layer_names")
    .map((name) => ({ name, arrays: arraysOf(file, inGroup(group, name)) }))
    .filter(({ arrays }) => arrays.length > 0);
  if (layers.length !== stored.length) {
    assignment.refuse(
      `the model has ${layers.length} layers with weights (${layers.map(({ name }) => name).join(", ")}), ` +
        `the file has ${stored.length} (${stored.map(({ name }) => name).join(", ")})`,
    );
  }
  layers.slice(0, stored.length).forEach((layer, i) => {
    assignment.give(`layer ${layer.toString()}`, weightsOf(layer), (stored[i] as (typeof stored)[number]).arrays);
  });
  const own = model.ownWeights;
  const top = inGroup(group, "top_level_model_weights");
  if (own.length > 0 || file.has(top)) assignment.give(`model "${model.name}"`, own, arraysOf(file, top));
}

/** Gives the optimizer its state, where the file holds one. */
export function giveLegacyOptimizerState(optimizer: OptimizerLike, file: Hdf5File, trained: number, assignment: Assignment): void {
  if (!file.has("optimizer_weights")) return;
  const arrays = arraysOf(file, "optimizer_weights");
  const isKeras2 = file.text("", "keras_version")?.startsWith("2.") === true;
  giveToOptimizer(optimizer, isKeras2 ? byVariable(arrays, optimizer.variables.length, trained) : arrays, assignment);
}

/**
 * Keras 2 has all first slots (m of Adam), then all second ones; Keras 3 has all slots of one variable, then those of the next. Older files of
 * it lack the learning rate.
 */
function byVariable(arrays: readonly StoredArray[], expected: number, trained: number): readonly StoredArray[] {
  const scalars = arrays.length % Math.max(trained, 1);
  const slots = arrays.slice(scalars);
  const each = slots.length / trained;
  if (arrays.length !== expected || !Number.isInteger(each)) return arrays;
  return [...arrays.slice(0, scalars), ...slots.map((_, i) => slots[(i % each) * trained + Math.floor(i / each)] as StoredArray)];
}
