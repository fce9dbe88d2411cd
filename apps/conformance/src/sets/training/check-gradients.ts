import { existsSync } from "node:fs";
import { join } from "node:path";
import { type AnyTensor, GradientTape, type Model, type Tensor, tensor } from "neurite";
import { toleranceOf } from "../../format/compare.ts";
import type { HostArray } from "../../format/host-array.ts";
import { toTensor } from "../../format/host-array.ts";
import { readNpy } from "../../format/npy.ts";
import type { Problems } from "../../problems.ts";
import { forOutputs, given, rowsOf, type TrainingCase, type TrainingData } from "./training-case.ts";

/** Gradients of the first step's total loss with respect to the trained weights, in their order. */
export async function checkGradients(
  model: Model,
  folder: string,
  json: TrainingCase,
  data: TrainingData,
  problems: Problems,
): Promise<void> {
  if (!existsSync(join(folder, "grad0"))) return;
  const batch = (arrays: readonly HostArray[]): HostArray[] => arrays.map((array) => rowsOf(array, 0, json.batch_size));
  const [x, y] = [given(batch(data.inputs)), forOutputs(model, batch(data.targets))];
  const sampleWeight = inOrderOfOutputs(model, weightsOf(batch(data.sampleWeights), batch(data.targets), json));
  // Losses are made at the first batch that a compiled model meets.
  await model.testOnBatch(x, y, sampleWeight.length > 0 ? { sampleWeight: sampleWeight[0] as Tensor } : {});
  const tape = new GradientTape();
  const loss = tape.run(() => {
    const yPred = model(x as Tensor, { training: true });
    return model.computeLoss({ x: x as Tensor, y: y as Tensor, yPred, sampleWeight, training: true });
  });
  const variables = model.trainableWeights;
  if (variables.length !== json.trainable_order.length) {
    problems.add("gradients", `${variables.length} trained weights where ${json.trainable_order.length} were expected`);
    return;
  }
  const gradients = tape.gradient(loss, variables) as (AnyTensor | null)[];
  for (const [i, name] of json.trainable_order.entries()) {
    const path = join(folder, "grad0", `${String(i).padStart(3, "0")}.npy`);
    if (!existsSync(path)) continue;
    const gradient = gradients[i];
    if (gradient === null || gradient === undefined) problems.add(`gradient ${i} (${name})`, "there is none");
    else await problems.compare(`gradient ${i} (${name})`, gradient, await readNpy(path), toleranceOf(json), { anyDType: true });
  }
}

/** Those of a dictionary of outputs come in the order of its sorted keys, and are wanted in its own. */
function inOrderOfOutputs(model: Model, weights: readonly Tensor[]): readonly Tensor[] {
  const { output } = model;
  if (weights.length < 2 || Array.isArray(output)) return weights;
  const keys = Object.keys(output as object);
  const sorted = keys.toSorted();
  return keys.map((key) => weights[sorted.indexOf(key)] as Tensor);
}

/** Weights of the samples: those given, or those of their classes, which are labels or one-hot. */
function weightsOf(weights: readonly HostArray[], [target]: readonly HostArray[], json: TrainingCase): Tensor[] {
  const { class_weight: classes } = json;
  if (classes === null || target === undefined) return weights.map(toTensor);
  const width = target.shape[1] ?? 1;
  const rows = Array.from({ length: target.shape[0] as number }, (_, i) => target.data.slice(i * width, (i + 1) * width).map(Number));
  const labels = rows.map((row) => (width === 1 ? (row[0] as number) : row.indexOf(Math.max(...row))));
  return [tensor(labels.map((label) => classes[label] ?? 1))];
}
