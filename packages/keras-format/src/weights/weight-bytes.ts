import { type SaveWeightsOptions, SerializationError, type WrittenFile } from "@neurite/core";
import { type ArrayToWrite, type GroupToWrite, hdf5Bytes } from "../hdf5/write-hdf5.ts";
import type { StateGroup } from "./save-state.ts";

/** A group of a file that is being put together. */
interface OpenGroup {
  readonly attributes: Record<string, string>;
  readonly children: Map<string, OpenGroup | ArrayToWrite>;
}

const emptyGroup = (): OpenGroup => ({ attributes: {}, children: new Map() });

/** The file of weights of one model, or of a part of one. */
class OpenFile {
  readonly #root = emptyGroup();

  /** The group that holds the variables of an object. */
  #varsOf({ path, name }: StateGroup): OpenGroup {
    const parts = [...path.split("/").filter((part) => part !== ""), "vars"];
    const group = parts.reduce((parent, part) => {
      const child = (parent.children.get(part) ?? emptyGroup()) as OpenGroup;
      parent.children.set(part, child);
      return child;
    }, this.#root);
    group.attributes["name"] = name;
    return group;
  }

  /** Adds an object, without its variables. */
  addGroup(group: StateGroup): void {
    this.#varsOf(group);
  }

  /** Adds the variable with that number of an object. */
  add(group: StateGroup, number: number): void {
    this.#varsOf(group).children.set(String(number), group.arrays[number] as ArrayToWrite);
  }

  get bytes(): Uint8Array<ArrayBuffer> {
    return hdf5Bytes(this.#root as GroupToWrite);
  }
}

/** All weights in one file. */
export function weightBytes(groups: readonly StateGroup[]): Uint8Array<ArrayBuffer> {
  const file = new OpenFile();
  for (const group of groups) {
    file.addGroup(group);
    group.arrays.forEach((_, i) => file.add(group, i));
  }
  return file.bytes;
}

/**
 * Weights spread over several files, and the index that says which are where.
 *
 * @param name The name of the index: "large.weights.json" for files "large_00000.weights.h5" and so on.
 * @throws SerializationError for an array that is larger than a file may be.
 */
export function shardedWeightFiles(groups: readonly StateGroup[], name: string, maxShardSize: number): readonly WrittenFile[] {
  const limit = maxShardSize * 2 ** 30;
  const base = name.replace(/(\.weights)?\.json$/, "");
  const shards: OpenFile[] = [new OpenFile()];
  const nameOf = (index: number): string => `${base}_${String(index).padStart(5, "0")}.weights.h5`;
  const places = new Map<string, Set<string>>();
  let [size, total] = [0, 0];
  for (const group of groups) {
    (shards.at(-1) as OpenFile).addGroup(group);
    const vars = `/${group.path === "" ? "" : `${group.path}/`}vars`;
    group.arrays.forEach(({ bytes }, i) => {
      if (bytes.byteLength > limit) {
        throw new SerializationError(
          `[saveWeights] weight ${vars}/${i} of "${group.name}" has ${bytes.byteLength} bytes, and with maxShardSize = ${maxShardSize} (GB) ` +
            `a file holds ${Math.floor(limit)} at most`,
        );
      }
      size += bytes.byteLength;
      total += bytes.byteLength;
      if (size > limit) {
        shards.push(new OpenFile());
        size = bytes.byteLength;
      }
      (shards.at(-1) as OpenFile).add(group, i);
      places.set(vars, (places.get(vars) ?? new Set()).add(nameOf(shards.length - 1)));
    });
  }
  const weightMap = [...places].map(([vars, files]) => [vars, files.size === 1 ? [...files][0] : [...files]]);
  const index = { metadata: { total_size: total }, weight_map: Object.fromEntries(weightMap) as unknown };
  return [
    { name, bytes: new TextEncoder().encode(JSON.stringify(index, null, 4)) },
    ...shards.map(({ bytes }, i) => ({ name: nameOf(i), bytes })),
  ];
}

/** @throws SerializationError where several files are asked for. */
export function refuseShards(name: string, { maxShardSize }: SaveWeightsOptions): void {
  if (maxShardSize !== null) {
    throw new SerializationError(
      `[saveWeights] with maxShardSize weights are spread over several files, and the name is that of their index: end it in .weights.json, received ${JSON.stringify(name)}`,
    );
  }
}
