import { SerializationError } from "@neurite/core";
import type { Model } from "@neurite/models";
import { stateTree } from "./state-tree.ts";

/** A layer that keeps files in an archive beside its weights, such as a vocabulary. */
interface WithAssets {
  /** What it saves, by file name. */
  saveAssets?(): ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
  /** Takes what it saved, by file name. */
  loadAssets?(files: ReadonlyMap<string, Uint8Array>): void;
}

const folderOf = (group: string): string => (group === "" ? "assets/" : `assets/${group}/`);

/**
 * Gives layers the files they saved: those in `assets/<group of the layer>`.
 *
 * @throws SerializationError for files of a layer that takes none.
 */
export function giveAssets(model: Model, members: ReadonlyMap<string, Uint8Array>, file: string): void {
  const left = new Map([...members].filter(([member]) => member.startsWith("assets/")));
  if (left.size === 0) return;
  for (const { path, alternatives, layer } of stateTree(model)) {
    const places = [path, ...alternatives].map(folderOf);
    const own = new Map(
      [...left].filter(([member]) => places.some((place) => member.startsWith(place) && !member.slice(place.length).includes("/"))),
    );
    if (own.size === 0) continue;
    const { loadAssets } = layer as WithAssets;
    if (loadAssets === undefined) {
      throw new SerializationError(
        `[load] ${file} holds ${[...own.keys()].join(", ")} for layer ${layer.toString()}, which takes no files`,
      );
    }
    loadAssets.call(layer, new Map([...own].map(([member, bytes]) => [member.slice(member.lastIndexOf("/") + 1), bytes])));
    for (const member of own.keys()) left.delete(member);
  }
}

/** The files that layers save: those of each in `assets/<group of the layer>`. */
export function assetsOf(model: Model): ReadonlyMap<string, Uint8Array<ArrayBuffer>> {
  const members = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const { path, layer } of stateTree(model)) {
    for (const [name, bytes] of (layer as WithAssets).saveAssets?.() ?? []) members.set(folderOf(path) + name, bytes);
  }
  return members;
}
