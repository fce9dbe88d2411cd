import { type AnyTensor, build, isTensor, Tensor, tensor, type TensorLike, toValue, ValueError } from "@neurite/core";
import { asTensor, checkCounts, type Data, dataLeaves } from "./data.ts";
import type { FitOptions } from "./options.ts";
import type { EpochData } from "./steps.ts";

/** Data on the device, checked. */
export interface Samples extends EpochData {
  readonly count: number;
}

/** How many arrays a model takes and gives; null where it does not say before it is called. */
export interface SampledModel {
  readonly inputCount: number | null;
  readonly outputCount: number | null;
}

/** The arrays of x, named for errors. */
export function gatherInputs(model: SampledModel, x: Data): { readonly name: string; readonly tensor: AnyTensor }[] {
  return dataLeaves("x", x, model.inputCount ?? (Array.isArray(x) && isTensor(x[0]) ? x.length : 1)).map((leaf, i) => ({
    name: i === 0 ? "x" : `x[${i}]`,
    tensor: asTensor("x", leaf, true),
  }));
}

/** Everything a step needs, as tensors, with class weights turned into sample weights. */
export async function gatherSamples(
  model: SampledModel,
  x: Data,
  y: Data,
  sampleWeight: TensorLike | null,
  classWeight: Readonly<Record<number, number>> | null,
): Promise<Samples> {
  const inputs = gatherInputs(model, x);
  if (y === null || y === undefined) throw new ValueError("[fit] y is missing: it holds the targets");
  const targets = dataLeaves("y", y, model.outputCount ?? (Array.isArray(y) && isTensor(y[0]) ? y.length : 1)).map((leaf, i) => ({
    name: i === 0 ? "y" : `y[${i}]`,
    tensor: asTensor("y", leaf, false),
  }));
  const arrays = [...inputs, ...targets];
  let weight = sampleWeight === null ? null : asTensor("sampleWeight", sampleWeight, true);
  if (classWeight !== null) {
    if (weight !== null) throw new ValueError("[fit] classWeight and sampleWeight exclude each other: multiply them into sampleWeight");
    if (targets.length !== 1) throw new ValueError("[fit] classWeight is for models with one output: use sampleWeight");
    const weights = await classWeights((targets[0] as { tensor: AnyTensor }).tensor, classWeight);
    weight = weights;
  }
  if (weight !== null) arrays.push({ name: "sampleWeight", tensor: weight });
  const count = checkCounts(arrays);
  return { x: inputs.map((a) => a.tensor), y: targets.map((a) => a.tensor), sampleWeight: weight === null ? [] : [weight], order: [], count };
}

/** Training and validation parts: the data given for validation, or the last part of the training data. */
export async function splitSamples(model: SampledModel, all: Samples, options: FitOptions): Promise<{ training: Samples; validation: Samples | null }> {
  if (options.validationData) {
    const [x, y, sampleWeight] = options.validationData;
    return { training: all, validation: await gatherSamples(model, x, y, sampleWeight ?? null, null) };
  }
  const part = options.validationSplit ?? 0;
  if (!(part >= 0 && part < 1)) throw new ValueError(`[fit] validationSplit must be at least 0 and below 1: got ${part}`);
  if (part === 0) return { training: all, validation: null };
  const boundary = Math.floor(all.count * (1 - part));
  if (boundary === 0 || boundary === all.count) {
    throw new ValueError(`[fit] validationSplit ${part} of ${all.count} samples leaves none for ${boundary === 0 ? "training" : "validation"}`);
  }
  return { training: rows(all, 0, boundary), validation: rows(all, boundary, all.count) };
}

function rows(all: Samples, start: number, limit: number): Samples {
  const cut = (array: AnyTensor): Tensor => {
    const { shape } = array;
    return new Tensor(build.slice(array.value, shape.map((_, i) => (i === 0 ? start : 0)), shape.map((dim, i) => (i === 0 ? limit : dim)))).realize();
  };
  return { x: all.x.map(cut), y: all.y.map(cut), sampleWeight: all.sampleWeight.map(cut), order: [], count: limit - start };
}

async function classWeights(targets: AnyTensor, weights: Readonly<Record<number, number>>): Promise<Tensor> {
  const data = (await targets.data()) as ArrayLike<number>;
  const columns = targets.shape.slice(1).reduce((product, dim) => product * dim, 1);
  const result = new Float32Array(targets.shape[0] as number);
  for (let i = 0; i < result.length; i++) {
    let label = data[i * columns] as number;
    if (columns > 1) {
      label = 0;
      for (let k = 1; k < columns; k++) if ((data[i * columns + k] as number) > (data[i * columns + label] as number)) label = k;
    }
    result[i] = weights[label] ?? 1;
  }
  return tensor(result);
}

/** Throws unless an option is a whole number of at least `least`. */
export function checkCount(name: string, value: number | undefined, least: number): void {
  if (value !== undefined && (!Number.isInteger(value) || value < least)) {
    throw new ValueError(`[fit] ${name} must be a whole number of at least ${least}: got ${String(value)}`);
  }
}
