import type { AnyTensor } from "@neurite/core";
import type { Model } from "neurite";
import { join } from "node:path";
import { type HostArray, toTensor } from "../../format/host-array.ts";
import { readNpy } from "../../format/npy.ts";

/** train.json. */
export interface TrainingCase {
  readonly optimizer: { readonly class_name: string };
  readonly mode: "train_on_batch" | "fit";
  readonly inputs: readonly string[];
  readonly targets: readonly string[];
  readonly sample_weight: string | readonly string[] | null;
  readonly class_weight: Readonly<Record<string, number>> | null;
  readonly batch_size: number;
  readonly steps: number;
  readonly weights_order: readonly string[];
  readonly trainable_order: readonly string[];
  readonly optimizer_variables: readonly { readonly path: string; readonly shape: readonly number[] }[];
  readonly learning_rate_before_step?: readonly number[];
  readonly fit?: Readonly<Record<string, unknown>>;
  readonly callbacks?: readonly { readonly class_name: string; readonly attributes: Readonly<Record<string, unknown>> }[];
  readonly rtol?: number;
  readonly atol?: number;
}

/** loss.json. */
export interface TrainingLosses {
  readonly per_step_after_reset_metrics?: readonly Logs[];
  readonly running_without_reset?: readonly Logs[];
  readonly history?: Readonly<Record<string, readonly number[]>>;
  readonly evaluate_after?: Logs;
}

export type Logs = Readonly<Record<string, number>>;

/** All samples of a case. */
export interface TrainingData {
  readonly inputs: readonly HostArray[];
  readonly targets: readonly HostArray[];
  /** One for each output, or one for all. */
  readonly sampleWeights: readonly HostArray[];
}

export async function readTrainingData(folder: string, json: TrainingCase): Promise<TrainingData> {
  const read = (files: readonly string[]): Promise<HostArray[]> => Promise.all(files.map((file) => readNpy(join(folder, file))));
  const weights = json.sample_weight === null ? [] : typeof json.sample_weight === "string" ? [json.sample_weight] : json.sample_weight;
  return { inputs: await read(json.inputs), targets: await read(json.targets), sampleWeights: await read(weights) };
}

/** Rows `from` to `to` of an array. */
export function rowsOf({ dtype, shape, data }: HostArray, from: number, to: number): HostArray {
  const size = shape.slice(1).reduce((product, dim) => product * dim, 1);
  return { dtype, shape: [to - from, ...shape.slice(1)], data: data.slice(from * size, to * size) };
}

/** Inputs as the model takes them: one array as a tensor, several as a list of them in the order of its inputs. */
export function given(arrays: readonly HostArray[]): AnyTensor | AnyTensor[] {
  const tensors = arrays.map(toTensor);
  return tensors.length === 1 ? (tensors[0] as AnyTensor) : tensors;
}

/** What belongs to the outputs (targets, weights of samples), in their tree. A dictionary has its arrays in the order of its sorted keys. */
export function forOutputs(model: Model, arrays: readonly HostArray[]): AnyTensor | AnyTensor[] | Record<string, AnyTensor> {
  const { output } = model;
  if (arrays.length === 1 || !isDictionary(output)) return given(arrays);
  const keys = Object.keys(output).toSorted();
  return Object.fromEntries(keys.map((key, i) => [key, toTensor(arrays[i] as HostArray)]));
}

const isDictionary = (tree: unknown): tree is Record<string, unknown> =>
  typeof tree === "object" && tree !== null && Object.getPrototypeOf(tree) === Object.prototype;
