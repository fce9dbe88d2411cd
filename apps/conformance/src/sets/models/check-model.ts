import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { readModelConfig } from "@neurite/keras-format";
import { loadModel, type Model, type Tensor } from "neurite";
import { parseJson } from "../../format/json.ts";
import { toleranceOf } from "../../format/compare.ts";
import { decodeArray, type EncodedArray, type HostArray, toTensor } from "../../format/host-array.ts";
import { readNpy } from "../../format/npy.ts";
import { Problems } from "../../problems.ts";
import { requireClasses } from "./classes.ts";
import { configDifferences } from "./config-difference.ts";
import { flatOutputs } from "./flat-outputs.ts";

export interface ModelMeta {
  /** The backend of Keras that gave the outputs. */
  readonly backend?: string;
  readonly classes?: readonly string[];
  readonly inputs: readonly { readonly name: string; readonly file: string }[];
  /** bfloat16 is in the file as float32. */
  readonly outputs: readonly { readonly name: string; readonly file: string; readonly dtype?: string }[];
  readonly weights_in_get_weights_order: readonly WeightSums[];
  /** False where Keras cannot load its own model.h5 again. */
  readonly legacy_h5?: boolean;
  readonly rtol?: number;
  readonly atol?: number;
}

interface WeightSums {
  /** Missing in cases of Keras 2, which has names only. */
  readonly path?: string;
  readonly shape: readonly number[];
  readonly dtype?: string;
  readonly sum: number;
  readonly abs_sum: number;
}

/** Files of the same model, by what reads them. */
const wholeModels = ["model.keras", "model.h5", "model_tf2.keras"];
const weightFiles = ["model.weights.h5", "legacy_weights.h5"];

/** Each file of the case holds the same model: its weights, and what it gives. */
export async function checkModel(folder: string, meta: ModelMeta): Promise<readonly string[]> {
  requireClasses(meta.classes ?? []);
  const problems = new Problems();
  const present = (name: string): boolean => existsSync(join(folder, name));
  const inputs = await Promise.all(
    meta.inputs.map(async ({ name, file }) => [name, toTensor(await readInput(join(folder, file)))] as const),
  );
  const outputs = await Promise.all(
    meta.outputs.map(async ({ file, dtype }) => {
      const array = await readInput(join(folder, file));
      return { ...array, dtype: dtype ?? array.dtype };
    }),
  );

  const models = wholeModels.filter((name) => present(name) && !(name === "model.h5" && meta.legacy_h5 === false));
  for (const file of models) {
    await problems.attempt(file, async () => {
      const model = await loadModel(join(folder, file));
      await check(model, meta, inputs, outputs, file, problems);
      if (file === "model.keras") await checkConfig(model, join(folder, file), problems);
    });
  }
  const [whole] = models;
  for (const file of weightFiles.filter(present)) {
    await problems.attempt(file, async () => {
      const model = await loadModel(join(folder, whole as string));
      for (const weight of model.weights) weight.assign(weight.mul(0));
      await model.loadWeights(join(folder, file));
      await check(model, meta, inputs, outputs, file, problems);
    });
  }
  return problems.list;
}

async function readInput(path: string): Promise<HostArray> {
  return path.endsWith(".json") ? decodeArray(parseJson(await readFile(path, "utf8")) as EncodedArray) : readNpy(path);
}

async function check(
  model: Model,
  meta: ModelMeta,
  inputs: readonly (readonly [string, Tensor])[],
  expected: readonly HostArray[],
  file: string,
  problems: Problems,
): Promise<void> {
  await checkWeights(model, meta.weights_in_get_weights_order, file, problems);
  const outputs = flatOutputs(model(inputsOf(model, inputs) as Tensor, { training: false }));
  if (outputs.length !== expected.length) problems.add(file, `${outputs.length} outputs where ${expected.length} were expected`);
  for (const [i, array] of expected.entries()) {
    if (i < outputs.length) await problems.compare(`${file}: output ${i}`, outputs[i], array, toleranceOf(meta));
  }
}

/** One input as it is; several by their names, or in the model's order where it knows them under other names. */
function inputsOf({ inputSlots }: Model, inputs: readonly (readonly [string, Tensor])[]): unknown {
  if (inputs.length === 1) return inputs[0]?.[1];
  const names = inputSlots?.names ?? [];
  const known = inputs.every(([name]) => names.includes(name));
  return Object.fromEntries(inputs.map(([name, x], i) => [known ? name : names[i], x]));
}

/** Sums tell a weight that was loaded into the wrong place. */
async function checkWeights(model: Model, expected: readonly WeightSums[], file: string, problems: Problems): Promise<void> {
  const { weights } = model;
  const merged = new Set(expected.flatMap(({ path = "" }) => (path.includes("/lora_") ? [path.slice(0, path.lastIndexOf("/"))] : [])));
  if (weights.length !== expected.length) {
    problems.add(file, `${weights.length} weights where ${expected.length} were expected: ${weights.map(({ name }) => name).join(", ")}`);
    return;
  }
  for (const [i, { path = "", shape, dtype, sum, abs_sum: absoluteSum }] of expected.entries()) {
    const weight = weights[i];
    if (weight === undefined) continue;
    const what = `${file}: weight ${i} (${path})`;
    // Files hold a kernel with its low-rank update in it; the sums are those of the parts.
    if (merged.has(path.slice(0, path.lastIndexOf("/"))) && !path.endsWith("/bias")) continue;
    if (weight.shape.join() !== shape.join()) problems.add(what, `shape [${weight.shape}] where [${shape}] was expected`);
    // Keras counts in 64 bits.
    if (dtype !== undefined && weight.dtype !== dtype && dtype !== "int64")
      problems.add(what, `dtype ${weight.dtype} where ${dtype} was expected`);
    const elements = [await weight.read().array()].flat(Infinity as 1).map(Number);
    const total = elements.reduce((a, b) => a + b, 0);
    const absolute = elements.reduce((a, b) => a + Math.abs(b), 0);
    const bound = 1e-5 + 1e-4 * absoluteSum;
    if (Math.abs(total - sum) > bound || Math.abs(absolute - absoluteSum) > bound) {
      problems.add(what, `sums ${total}, ${absolute} where ${sum}, ${absoluteSum} were expected`);
    }
  }
}

/** The model writes the config it was made of. */
async function checkConfig(model: Model, file: string, problems: Problems): Promise<void> {
  const { model: keras } = await readModelConfig(file);
  const differences = configDifferences(JSON.parse(JSON.stringify(model.getConfig())), keras.config);
  for (const line of differences.slice(0, 6)) problems.add("config", line);
  if (differences.length > 6) problems.add("config", `and ${differences.length - 6} more differences`);
}
