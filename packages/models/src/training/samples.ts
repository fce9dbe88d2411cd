import { type AnyTensor, build, describeValue, flattenTree, isTensor, mapTree, Tensor, tensor, ValueError } from "@neurite/core";
import { asTensor, countSamples, type Data, type Job, type NamedTensor, refuseEmpty } from "./data.ts";
import type { EpochData } from "./rows.ts";
import { alignData, fillTree, type Slots, slotsOf } from "./slots.ts";

/** Data on the device, checked. */
export interface Samples extends EpochData {
  readonly count: number;
}

/** Weight of each class, by label. */
export type ClassWeights = Readonly<Record<number, number>>;

/** Inputs as tensors: the tree to call the model with, and the arrays in it. */
export interface Inputs {
  readonly tree: unknown;
  readonly arrays: readonly NamedTensor[];
}

/**
 * The arrays of x as tensors.
 * @param slots The inputs of the model; null where it does not say what it takes.
 */
export function gatherInputs(job: Job, x: Data, slots: Slots | null): Inputs {
  if (x === null || x === undefined) throw new ValueError(`[${job}] x is missing: it holds the inputs`);
  const used = slots ?? slotsOf(x);
  const arrays = alignData(job, "x", x, used).map(({ name, leaf }) => ({ name, tensor: asTensor(job, name, leaf, "inputs") }));
  refuseEmpty(job, arrays);
  return { tree: fillTree(used.tree, arrays.map((array) => array.tensor)), arrays }; // prettier-ignore
}

/** What the targets are compared with. */
export interface TargetSlots extends Slots {
  /** For each output, whether a loss or metric looks at it. Where none does, targets may be anything: they are for the model's own steps. */
  readonly used: readonly boolean[];
}

/**
 * Targets as a tree of tensors, like the outputs; null where an output has neither loss nor metric and no target was given.
 */
function gatherTargets(job: Job, y: Data | null | undefined, slots: TargetSlots): { tree: unknown; arrays: readonly NamedTensor[] } {
  const { used, names } = slots;
  const needed = names.filter((_, i) => used[i]);
  if (y === null || y === undefined) {
    if (needed.length > 0) throw new ValueError(`[${job}] y is missing: it holds the targets`);
    return { tree: null, arrays: [] };
  }
  const toTensors = (aligned: ReturnType<typeof alignData>): NamedTensor[] =>
    aligned.map(({ name, leaf }) => ({ name, tensor: asTensor(job, name, leaf, "targets") }));
  if (needed.length === 0) {
    const own = slotsOf(y);
    const arrays = toTensors(alignData(job, "y", y, own));
    return { tree: fillTree(own.tree, arrays.map((array) => array.tensor)), arrays }; // prettier-ignore
  }
  const isPartial = needed.length < names.length && !coversAll(y, names);
  if (!isPartial) {
    const arrays = toTensors(alignData(job, "y", y, slots));
    return { tree: fillTree(slots.tree, arrays.map((array) => array.tensor)), arrays }; // prettier-ignore
  }
  const arrays = toTensors(alignData(job, "y", y, { tree: needed.length === 1 ? null : needed.map(() => null), names: needed }));
  let next = 0;
  return { tree: fillTree(slots.tree, names.map((_, i) => (used[i] ? (arrays[next++] as NamedTensor).tensor : null))), arrays }; // prettier-ignore
}

/** Whether there is a target for every output, those without a loss too. */
function coversAll(y: Data, names: readonly string[]): boolean {
  if (Array.isArray(y)) return y.length === names.length && y.every((entry) => typeof entry === "object");
  return typeof y === "object" && names.every((name) => name in y);
}

/** The weights of samples: none, one array for all outputs, or one for each output. */
function gatherWeights(job: Job, sampleWeight: Data | null, slots: TargetSlots): NamedTensor[] {
  if (sampleWeight === null) return [];
  const outputs = slots.names.length;
  const several = outputs > 1 && !isTensor(sampleWeight) && !ArrayBuffer.isView(sampleWeight) && !isListOfNumbers(sampleWeight);
  const leaves = several ? alignData(job, "sampleWeight", sampleWeight, slots) : [{ name: "sampleWeight", leaf: sampleWeight }];
  return leaves.map(({ name, leaf }) => ({ name, tensor: asTensor(job, name, leaf, "weights") }));
}

const isListOfNumbers = (x: unknown): boolean => Array.isArray(x) && typeof x[0] === "number";

/** Everything a step needs, as tensors. */
export function gatherSamples(
  job: Job,
  inputs: Inputs,
  y: Data | null | undefined,
  slots: TargetSlots,
  sampleWeight: Data | null = null,
): Samples {
  const targets = gatherTargets(job, y, slots);
  const weights = gatherWeights(job, sampleWeight, slots);
  const count = countSamples(job, [...inputs.arrays, ...targets.arrays, ...weights]);
  return { x: inputs.tree, y: targets.tree, sampleWeight: weights.map((weight) => weight.tensor), order: [], count };
}

/** Turns class weights into weights of the samples; null changes nothing. */
export async function weightClasses(job: Job, samples: Samples, classWeight: ClassWeights | null | undefined): Promise<Samples> {
  if (classWeight === null || classWeight === undefined) return samples;
  if (samples.sampleWeight.length > 0) {
    throw new ValueError(`[${job}] classWeight and sampleWeight exclude each other: multiply them into sampleWeight`);
  }
  const [labels, ...more] = flattenTree(samples.y).filter(isTensor);
  if (labels === undefined || more.length > 0) throw new ValueError(`[${job}] classWeight is for models with one output: use sampleWeight`);
  return { ...samples, sampleWeight: [await weightsOfLabels(job, labels, classWeight)] };
}

/** The weight of each sample by its class: labels [samples] or [samples, 1], or one-hot [samples, …, classes]. Classes without one weigh 1. */
async function weightsOfLabels(job: Job, targets: AnyTensor, weights: ClassWeights): Promise<Tensor> {
  for (const [label, weight] of Object.entries(weights)) {
    if (typeof weight !== "number" || !Number.isFinite(weight)) {
      throw new ValueError(
        `[${job}] classWeight must be an object of numbers by label: got ${describeValue(weight)} for ${JSON.stringify(label)}`,
      );
    }
  }
  if (targets.ndim > 2) throw new ValueError(`[${job}] classWeight needs one class a sample: got targets of shape [${targets.shape}]`);
  const labels = (await targets.data()) as ArrayLike<number>;
  const classes = targets.shape[1] ?? 1;
  const result = new Float32Array(targets.shape[0] as number);
  for (let i = 0; i < result.length; i++) {
    let label = Math.round(Number(labels[i * classes]));
    if (classes > 1) {
      label = 0;
      for (let k = 1; k < classes; k++) if ((labels[i * classes + k] as number) > (labels[i * classes + label] as number)) label = k;
    }
    result[i] = weights[label] ?? 1;
  }
  return tensor(result);
}

/** The first part of the samples to train on, and the last part, `validationSplit` of them, to validate on. */
export function splitSamples(all: Samples, validationSplit: number): { training: Samples; validation: Samples | null } {
  if (!(validationSplit >= 0 && validationSplit < 1)) {
    throw new ValueError(`[fit] validationSplit must be at least 0 and below 1: got ${validationSplit}`);
  }
  if (validationSplit === 0) return { training: all, validation: null };
  const boundary = Math.floor(all.count * (1 - validationSplit));
  if (boundary === 0 || boundary === all.count) {
    throw new ValueError(
      `[fit] validationSplit ${validationSplit} of ${all.count} samples leaves none for ${boundary === 0 ? "training" : "validation"}`,
    );
  }
  return { training: rows(all, 0, boundary), validation: rows(all, boundary, all.count) };
}

function rows(all: Samples, start: number, limit: number): Samples {
  const cut = (leaf: unknown): unknown => {
    if (!isTensor(leaf)) return leaf;
    const first = leaf.shape.map((_, axis) => (axis === 0 ? start : 0));
    const last = leaf.shape.map((dim, axis) => (axis === 0 ? limit : dim));
    return new Tensor(build.slice(leaf.value, first, last)).realize();
  };
  const sampleWeight = all.sampleWeight.map((weight) => cut(weight) as Tensor);
  return { x: mapTree(all.x, cut), y: mapTree(all.y, cut), sampleWeight, order: [], count: limit - start };
}
