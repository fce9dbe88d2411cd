import { type AnyTensor, type Aval, type Backend, type DType, flattenTree, inferThrough, isTensor, mapTree, Tensor } from "@neurite/core";
import type { TrainableModel } from "./trainable-model.ts";
import type { Slots } from "./slots.ts";

/** What a model gives: the tree of its outputs with their names, and their dtypes and shapes. */
export interface ModelOutputs extends Slots {
  readonly avals: readonly Aval[];
}

/** The same tensor for any number of samples. */
export function batchAval(array: AnyTensor): Aval {
  return { dtype: array.dtype as DType, shape: [NaN, ...array.shape.slice(1)] };
}

/** Where a model lives; null before it has weights. */
export function deviceOf(model: TrainableModel): Backend | null {
  return deviceOfWeights(model) ?? model.variables.find(({ device }) => device !== null)?.device ?? null;
}

/** That of the first weight in a layer or the layers inside; null for a layer without weights. */
function deviceOfWeights({ ownWeights, sublayers }: Pick<TrainableModel, "ownWeights" | "sublayers">): Backend | null {
  for (const { device } of ownWeights) if (device !== null) return device;
  for (const layer of sublayers) {
    const device = deviceOfWeights(layer);
    if (device !== null) return device;
  }
  return null;
}

/** Calls a model with a tree of tensors. */
export function callModel(model: TrainableModel, x: unknown, training: boolean): unknown {
  return (model as unknown as (x: unknown, options: { training: boolean }) => unknown)(x, { training });
}

/** Calls the model on abstract samples: makes its weights if there are none, and tells what comes out. */
export function inferOutputs(model: TrainableModel, x: unknown, training: boolean): ModelOutputs {
  let outputs: unknown;
  const arrays = flattenTree(x).filter(isTensor);
  const avals = inferThrough(arrays.map(batchAval), (values) => {
    let next = 0;
    const abstract = mapTree(x, (leaf) => (isTensor(leaf) ? new Tensor(values[next++]) : leaf));
    outputs = callModel(model, abstract, training);
    return flattenTree(outputs)
      .filter(isTensor)
      .map(({ value }) => value);
  });
  const tree = mapTree(outputs, () => null);
  return { tree, names: model.outputNames(tree), avals };
}
