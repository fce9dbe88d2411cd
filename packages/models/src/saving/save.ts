import {
  getDefaultRegistry,
  type ModelFormat,
  optionsOf,
  type Registry,
  SerializationError,
  ValueError,
  type WrittenFile,
} from "@neurite/core";
import type { Model } from "../model.ts";
import { requireModel } from "./require-model.ts";
import { type ModelTarget, targetFolder } from "./write-files.ts";

/** Options of saving a model. */
export interface SaveOptions {
  /** Whether a file that is there already is replaced. Default true. */
  readonly overwrite?: boolean;
  /** Where formats are looked up; default that of the model, else the umbrella package's. */
  readonly registry?: Registry;
}

/** Options of {@link saveModel}. */
export interface ModelFileOptions extends SaveOptions {
  /** Whether it is one file; false: the target is a folder, which takes its members as files. Default null: one file. */
  readonly zipped?: boolean | null;
}

/** Options of saving weights. */
export interface WeightFileOptions extends SaveOptions {
  /** Spreads them over several files, none of which holds more than this, in GB; the name is that of their index. Default null: one file. */
  readonly maxShardSize?: number | null;
}

/**
 * Writes a model as Keras writes it: architecture, weights, and where it was compiled loss, metrics and optimizer with its state. `loadModel` reads
 * it, here and in Python, and training goes on where it stopped.
 *
 * The file is written whole before it takes the place of one that is there. Classes and functions of your own are written by name, so that reading
 * them takes a registry with that name: `static keras` of a class says it.
 *
 * @param target A path or a `file:` URL, ending in ".keras"; with `zipped: false` of a folder, which does not end so. For the bytes of the file, see {@link modelToBytes}.
 * @throws ValueError for a model that has no weights yet; SerializationError naming the layer for functions without a name, for a name that no
 *   format writes, for a file that is there where `overwrite` is false, and where it cannot be written.
 * @example
 * await saveModel(model, "clothes.keras");
 * const copy = await loadModel("clothes.keras");
 */
export async function saveModel(model: Model, target: ModelTarget, options: ModelFileOptions = {}): Promise<void> {
  const { overwrite = true, zipped: oneFile = null, registry } = optionsOf("save", options);
  const zipped = oneFile ?? true;
  requireBuilt("save", model);
  const folder = await targetFolder("save", target);
  const { name } = folder;
  if (!zipped && name.endsWith(defaultEnd))
    throw new SerializationError(
      `[save] with zipped: false a folder is written, whose name does not end in ${defaultEnd}: received ${JSON.stringify(name)}`,
    );
  const format = formatFor(zipped ? name : defaultEnd, registryOf(model, registry), "saveModel");
  await folder.check(overwrite);
  await folder.write(await format.saveModel(model, name, { zipped }), overwrite);
}

/**
 * Writes the weights of a model, and where it was compiled the state of its optimizer.
 *
 * @param target A path or a `file:` URL, ending in ".weights.h5"; with `maxShardSize` in ".weights.json": the index of several files.
 * @throws As {@link saveModel}; SerializationError also for a weight that is larger than `maxShardSize`.
 * @example
 * await saveWeights(model, "clothes.weights.h5");
 * await saveWeights(model, "large.weights.json", { maxShardSize: 2 }); // large_00000.weights.h5 and so on, of 2 GB at most
 */
export async function saveWeights(model: Model, target: ModelTarget, options: WeightFileOptions = {}): Promise<void> {
  const { overwrite = true, maxShardSize = null, registry } = optionsOf("saveWeights", options);
  requireBuilt("saveWeights", model);
  if (maxShardSize !== null && !(typeof maxShardSize === "number" && maxShardSize > 0))
    throw new ValueError(`[saveWeights] maxShardSize must be a positive number of GB, or null: received ${String(maxShardSize)}`);
  const folder = await targetFolder("saveWeights", target);
  const format = formatFor(folder.name, registryOf(model, registry), "saveWeights");
  await folder.check(overwrite);
  await folder.write(await format.saveWeights(model, folder.name, { maxShardSize }), overwrite);
}

/**
 * The bytes of the file that {@link saveModel} would write: to send, or to keep where there are no files. `loadModel` takes them, too.
 *
 * @throws ValueError for a model that has no weights yet; SerializationError naming the layer for what cannot be written.
 * @example
 * const bytes = await modelToBytes(model);
 * await fetch("/models/clothes", { method: "PUT", body: bytes });
 */
export async function modelToBytes(model: Model, options: Pick<SaveOptions, "registry"> = {}): Promise<Uint8Array<ArrayBuffer>> {
  const { registry } = optionsOf("modelToBytes", options);
  requireBuilt("modelToBytes", model);
  const name = `model${defaultEnd}`;
  const [file] = await formatFor(name, registryOf(model, registry), "saveModel").saveModel(model, name, { zipped: true });
  return (file as WrittenFile).bytes;
}

/**
 * The bytes of the file that {@link saveWeights} would write. `loadWeights` takes them, too.
 *
 * @throws ValueError for a model that has no weights yet.
 * @example
 * const bytes = await weightsToBytes(model);
 * await model.loadWeights(bytes);
 */
export async function weightsToBytes(model: Model, options: Pick<SaveOptions, "registry"> = {}): Promise<Uint8Array<ArrayBuffer>> {
  const { registry } = optionsOf("weightsToBytes", options);
  requireBuilt("weightsToBytes", model);
  const name = "model.weights.h5";
  const [file] = await formatFor(name, registryOf(model, registry), "saveWeights").saveWeights(model, name, { maxShardSize: null });
  return (file as WrittenFile).bytes;
}

/** How files of whole models end where nobody says it. */
const defaultEnd = ".keras";

const registryOf = (model: Model, given: Registry | undefined): Registry => given ?? model.registry ?? getDefaultRegistry();

function requireBuilt(op: string, model: Model): void {
  requireModel(op, model);
  if (!model.built) throw new ValueError(`[${op}] model "${model.name}" has no weights yet: call it once, or build it, before`);
}

/** The format that writes files of such a name: of those whose ends of names fit, the one with the longest. */
function formatFor<K extends "saveModel" | "saveWeights">(
  name: string,
  registry: Registry,
  job: K,
): ModelFormat & Required<Pick<ModelFormat, K>> {
  const op = job === "saveModel" ? "save" : job;
  const formats = registry.names("formats").map((key) => registry.get("formats", key) as ModelFormat);
  if (formats.length === 0)
    throw new SerializationError(`[${op}] the registry has no formats: add kerasFormatPlugin of @neurite/keras-format to it`);
  const ends = formats.flatMap((format) => format.extensions.map((end) => ({ format, end })));
  const fitting = ends.filter(({ end }) => name.endsWith(end)).sort((a, b) => b.end.length - a.end.length);
  const found = fitting.find(({ format }) => format[job] !== undefined);
  if (found !== undefined) return found.format as ModelFormat & Required<Pick<ModelFormat, K>>;
  const known = formats.filter((format) => format[job] !== undefined).flatMap(({ extensions }) => extensions);
  const [other] = fitting;
  const what = job === "saveModel" ? "whole models" : "weights";
  throw new SerializationError(
    other === undefined
      ? `[${op}] no format writes ${what} to ${JSON.stringify(name)}: the name ends in one of ${known.join(", ")}`
      : `[${op}] a ${other.format.description} (${other.end}) is not written with ${what}: end the name in one of ${known.join(", ")}`,
  );
}
