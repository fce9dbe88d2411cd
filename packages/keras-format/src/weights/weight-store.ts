import { SerializationError } from "@neurite/core";
import type { Hdf5File } from "../hdf5/hdf5-file.ts";
import type { StoredArray } from "../hdf5/stored-array.ts";

/** The arrays of a file of weights, by the group of the object they belong to. */
export interface WeightStore {
  /** What messages call the file. */
  readonly name: string;
  /** Whether there is anything about the object of that group. */
  has(group: string): boolean;
  /** The arrays of the object, in their order; none where it has none. */
  arrays(group: string): readonly StoredArray[];
  /** Groups of all objects that have arrays. */
  groups(): readonly string[];
}

const varsOf = (group: string): string => (group === "" ? "vars" : `${group}/vars`);

/** One HDF5 file, or several over which the arrays are spread. */
export function weightStore(files: readonly Hdf5File[], name: string): WeightStore {
  return {
    name,
    has: (group) => files.some((file) => file.has(group === "" ? "vars" : group)),
    arrays: (group) => {
      const vars = varsOf(group);
      const found = files.flatMap((file) => file.children(vars).map((child) => ({ file, child, number: numberOf(name, vars, child) })));
      // In the file they are sorted as texts: 10 comes before 2.
      return found.sort((a, b) => a.number - b.number).map(({ file, child }) => file.array(`${vars}/${child}`));
    },
    groups: () => [...new Set(files.flatMap((file) => file.arrays("").map((path) => path.replace(/(^|\/)vars\/[^/]+$/, ""))))],
  };
}

function numberOf(name: string, vars: string, child: string): number {
  if (!/^\d+$/.test(child)) throw new SerializationError(`[load] ${JSON.stringify(`${vars}/${child}`)} of ${name} is no numbered array`);
  return Number(child);
}
