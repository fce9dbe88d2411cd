import {
  isSerializedObject,
  type LoadModelOptions,
  type LoadWeightsOptions,
  type ModelFile,
  type ModelFormat,
  type SaveModelOptions,
  SerializationError,
  type SerializedObject,
  serializeKerasObject,
  withObjectSharing,
  type WrittenFile,
} from "@neurite/core";
import type { Model } from "@neurite/models";
import { decodeText, parsePythonJson, pythonJson } from "../archive/python-json.ts";
import { isZip, readArchive } from "../archive/read-archive.ts";
import { writeArchive } from "../archive/write-archive.ts";
import { assetsOf, giveAssets } from "../weights/assets.ts";
import { Assignment } from "../weights/assignment.ts";
import { giveStateWithWeights } from "../weights/load-state.ts";
import { stateOf } from "../weights/save-state.ts";
import { weightBytes } from "../weights/weight-bytes.ts";
import { modelOfConfig, nameOf } from "./read-config.ts";
import { shardNames, withWeightStore } from "./weight-files.ts";

type Members = ReadonlyMap<string, Uint8Array>;

const isMember = (member: string): boolean =>
  ["metadata.json", "config.json", "model.weights.h5", "model.weights.json"].includes(member) ||
  /^model_\d+\.weights\.h5$/.test(member) ||
  member.startsWith("assets/");

async function membersOf(file: ModelFile): Promise<Members> {
  const members = await (file.members === null ? readArchive(file.bytes, nameOf(file), isMember) : readFolder(file, file.members));
  if (!members.has("config.json"))
    throw new SerializationError(`[load] ${nameOf(file)} is an archive, but no model: it has no config.json`);
  return members;
}

async function readFolder(file: ModelFile, members: readonly string[]): Promise<Members> {
  return new Map(await Promise.all(members.filter(isMember).map(async (member) => [member, await file.readBeside(member)] as const)));
}

function jsonOf(members: Members, member: string, file: ModelFile): unknown {
  const bytes = members.get(member);
  return bytes === undefined ? undefined : parsePythonJson(decodeText(bytes), `${member} of ${nameOf(file)}`);
}

/** The weights in an archive: in one file, or spread over several. */
function filesOfWeights(members: Members, file: ModelFile): readonly (readonly [name: string, bytes: Uint8Array])[] {
  const whole = members.get("model.weights.h5");
  if (whole !== undefined) return [[`model.weights.h5 of ${nameOf(file)}`, whole]];
  const index = jsonOf(members, "model.weights.json", file);
  if (index === undefined)
    throw new SerializationError(`[load] ${nameOf(file)} has no weights: neither model.weights.h5 nor model.weights.json`);
  return shardNames(index, nameOf(file)).map((name) => {
    const bytes = members.get(name);
    if (bytes === undefined)
      throw new SerializationError(`[load] ${nameOf(file)} has no member ${JSON.stringify(name)}, which its model.weights.json names`);
    return [`${name} of ${nameOf(file)}`, bytes];
  });
}

/** What a model file says of the model, without its weights. */
export interface ModelConfig {
  /** The model as Keras serializes it: `{ module, class_name, config, … }`. */
  readonly model: SerializedObject;
  /** The version of Keras that wrote the file, where it says. */
  readonly kerasVersion: string | null;
}

/**
 * The config in a `.keras` archive as it stands there: nothing is made of it, and no name is looked up.
 *
 * @throws SerializationError for a file that is no such archive.
 */
export async function configOfArchive(file: ModelFile): Promise<ModelConfig> {
  const members = await membersOf(file);
  const json = jsonOf(members, "config.json", file);
  if (!isSerializedObject(json)) throw new SerializationError(`[load] ${nameOf(file)} holds no model: its config has no class_name`);
  return { model: json, kerasVersion: versionOf(members, file) ?? null };
}

function versionOf(members: Members, file: ModelFile): string | undefined {
  const metadata = jsonOf(members, "metadata.json", file) as { readonly keras_version?: unknown } | undefined;
  return typeof metadata?.keras_version === "string" ? metadata.keras_version : undefined;
}

async function loadModel(file: ModelFile, options: LoadModelOptions): Promise<Model> {
  const members = await membersOf(file);
  const model = modelOfConfig(jsonOf(members, "config.json", file), nameOf(file), versionOf(members, file), options);
  giveAssets(model, members, nameOf(file));
  await withWeightStore(filesOfWeights(members, file), nameOf(file), (store) => {
    const assignment = new Assignment(nameOf(file), false);
    giveStateWithWeights(model, store, assignment);
    assignment.commit();
  });
  return model;
}

async function loadWeights(model: unknown, file: ModelFile, { skipMismatch }: LoadWeightsOptions): Promise<void> {
  const members = await membersOf(file);
  await withWeightStore(filesOfWeights(members, file), nameOf(file), (store) => {
    const assignment = new Assignment(nameOf(file), skipMismatch);
    giveStateWithWeights(model as Model, store, assignment);
    assignment.commit();
  });
}

/** The version of Keras whose files ours are like. */
const writtenVersion = "3.15.1";

async function saveModel(model: unknown, name: string, { zipped }: SaveModelOptions): Promise<readonly WrittenFile[]> {
  // All of it is taken now: training may go on while the weights are read.
  const config = pythonJson(withObjectSharing(() => serializeKerasObject(model)));
  const metadata = pythonJson({ keras_version: writtenVersion, date_saved: dateText(new Date()) });
  const assets = assetsOf(model as Model);
  const weights = weightBytes(await stateOf(model as Model));
  const encoder = new TextEncoder();
  const members: readonly (readonly [string, Uint8Array<ArrayBuffer>])[] = [
    ["metadata.json", encoder.encode(metadata)],
    ["config.json", encoder.encode(config)],
    ["model.weights.h5", weights],
    ...assets,
  ];
  if (zipped) return [{ name, bytes: await writeArchive(members) }];
  return members.map(([member, bytes]) => ({ name: `${name}/${member}`, bytes }));
}

/** As Python's `%Y-%m-%d@%H:%M:%S`. */
function dateText(date: Date): string {
  const two = (part: number): string => String(part).padStart(2, "0");
  const day = [date.getFullYear(), date.getMonth() + 1, date.getDate()].map(two).join("-");
  return `${day}@${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(":")}`;
}

/** The archive that Keras has written since version 3, and Keras 2 from 2.12 on: config, weights and vocabularies in a zip file, or in a folder. */
export const kerasArchive: ModelFormat = {
  description: "Keras archive",
  extensions: [".keras"],
  recognizes: ({ bytes, members }) => isZip(bytes) || members?.includes("config.json") === true,
  loadModel,
  loadWeights,
  saveModel,
};
