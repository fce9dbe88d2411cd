import { type LoadWeightsOptions, type ModelFile, type ModelFormat, type SaveWeightsOptions, SerializationError, type WrittenFile } from "@neurite/core"; // prettier-ignore
import type { Model } from "@neurite/models";
import { decodeText, parsePythonJson } from "../archive/python-json.ts";
import { type Hdf5File, withHdf5 } from "../hdf5/hdf5-file.ts";
import { Assignment } from "../weights/assignment.ts";
import { giveStateWithWeights } from "../weights/load-state.ts";
import { stateOf } from "../weights/save-state.ts";
import { shardedWeightFiles } from "../weights/weight-bytes.ts";
import { type WeightStore, weightStore } from "../weights/weight-store.ts";
import { nameOf } from "./read-config.ts";

/** Opens the files over which weights are spread. */
export async function withWeightStore<T>(
  files: readonly (readonly [name: string, bytes: Uint8Array])[],
  name: string,
  body: (store: WeightStore) => T,
): Promise<T> {
  const open = async (opened: readonly Hdf5File[]): Promise<T> => {
    const next = files[opened.length];
    return next === undefined ? body(weightStore(opened, name)) : await withHdf5(next[1], next[0], (file) => open([...opened, file]));
  };
  return open([]);
}

/** The files that the index of spread weights names, each once. */
export function shardNames(index: unknown, file: string): readonly string[] {
  const map = (index as { readonly weight_map?: unknown } | null)?.weight_map;
  const names = typeof map === "object" && map !== null ? [...new Set(Object.values(map).flat())] : [];
  if (names.length === 0 || !names.every((name): name is string => typeof name === "string")) {
    throw new SerializationError(`[load] ${file} is no index of weights: it has no weight_map`);
  }
  const outside = names.find((name) => /[\\/]/.test(name));
  if (outside !== undefined) throw new SerializationError(`[load] ${file} names ${JSON.stringify(outside)}, which is in another folder`);
  return names;
}

async function loadWeights(model: unknown, file: ModelFile, { skipMismatch }: LoadWeightsOptions): Promise<void> {
  const names = shardNames(parsePythonJson(decodeText(file.bytes), nameOf(file)), nameOf(file));
  const files = await Promise.all(names.map(async (name) => [name, await file.readBeside(name)] as const));
  await withWeightStore(files, nameOf(file), (store) => {
    const assignment = new Assignment(nameOf(file), skipMismatch);
    giveStateWithWeights(model as Model, store, assignment);
    assignment.commit();
  });
}

async function saveWeights(model: unknown, name: string, { maxShardSize }: SaveWeightsOptions): Promise<readonly WrittenFile[]> {
  if (maxShardSize === null) {
    throw new SerializationError(
      `[saveWeights] ${JSON.stringify(name)} is the index of weights in several files: say with maxShardSize how large they may be, in GB, or end the name in .weights.h5`,
    );
  }
  return shardedWeightFiles(await stateOf(model as Model), name, maxShardSize);
}

const isSpace = (byte: number): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

/** Weights spread over several HDF5 files (`save_weights(max_shard_size=…)`), given by their index. */
export const shardedWeights: ModelFormat = {
  description: "index of Keras weights in several files",
  extensions: [".weights.json"],
  recognizes: ({ bytes }) => bytes.find((byte) => !isSpace(byte)) === 0x7b && decodeText(bytes.subarray(0, 4096)).includes('"weight_map"'),
  loadWeights,
  saveWeights,
};
