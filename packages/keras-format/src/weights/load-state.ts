import type { OptimizerLike } from "@neurite/core";
import type { Model } from "@neurite/models";
import type { StoredArray } from "../hdf5/stored-array.ts";
import type { Assignment } from "./assignment.ts";
import { type StoredLayer, stateTree } from "./state-tree.ts";
import type { WeightStore } from "./weight-store.ts";

/** State that files of some versions of Keras hold beside weights: random state, and metrics, which start anew. */
const passing = /(^|\/)(seed_generator|_?[a-z_]*metrics?|_?loss_tracker)(_\d+)?(\/|$)/;

/** Gives the weights of all layers of the model what the file holds. */
function giveWeights(model: Model, store: WeightStore, assignment: Assignment): void {
  const met = new Set<string>();
  for (const { path, alternatives, layer, variables } of stateTree(model)) {
    const group = [path, ...alternatives].find((place) => store.has(place)) ?? path;
    met.add(group);
    const arrays = store.arrays(group);
    if (variables.length === 0 && arrays.length === 0) continue;
    const owner = `layer ${layer.toString()}`;
    if (!layer.built && arrays.length > 0) assignment.refuse(`${owner} has no weights yet: call the model once, or build it, before`);
    else if (arrays.length === 0) assignment.refuse(`the file has no weights for ${owner}: nothing is at ${JSON.stringify(group)}`);
    else {
      assignment.give(owner, variables, arrays);
      assignment.afterwards(() => (layer as StoredLayer).afterLoading?.());
    }
  }
  for (const group of store.groups()) {
    if (met.has(group) || group.split("/")[0] === "optimizer" || passing.test(group)) continue;
    assignment.refuse(`the file has weights at ${JSON.stringify(group)}, for which the model has no layer`);
  }
}

/** Gives all layers of the model what the file holds, and the optimizer of one that is compiled its state, as Keras does. */
export function giveStateWithWeights(model: Model, store: WeightStore, assignment: Assignment): void {
  giveWeights(model, store, assignment);
  const arrays = store.arrays("optimizer");
  if (!model.compiled || arrays.length === 0) return;
  model.buildOptimizer();
  giveToOptimizer(model.optimizer, arrays, assignment);
}

/**
 * Gives the optimizer what files hold for it, in its order. One that has another number of variables starts anew, with a warning, as in Keras: it
 * may have been saved within another, which configs do not tell. Of an optimizer that made no step there is nothing to give.
 */
export function giveToOptimizer(optimizer: OptimizerLike, arrays: readonly StoredArray[], assignment: Assignment): void {
  const { name, variables } = optimizer;
  if (arrays.length === variables.length) assignment.give(`optimizer "${name}"`, variables, arrays);
  else if (!isUnused(arrays)) {
    console.warn(
      `[load] optimizer "${name}" starts anew: it has ${variables.length} variables, the one that ${assignment.file} holds the state of ${arrays.length}`,
    );
  }
}

/** Whether arrays are those of an optimizer before its first step: it has counters that are zero, and no slots. */
function isUnused(arrays: readonly StoredArray[]): boolean {
  return arrays.every(({ dtype, shape, read }) => shape.length === 0 && (!dtype.includes("int") || Number(read()[0]) === 0));
}
