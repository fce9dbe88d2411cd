/** Options of compile that are one for all outputs, or one for each. */
import { ValueError } from "@neurite/core";

/** One for all outputs, a list in the order of the outputs, or an object by output name; null for an output that has none. */
export type PerOutput<T> = T | readonly (T | null)[] | Readonly<Record<string, T | null>>;

const isDictionary = (x: unknown): x is Readonly<Record<string, unknown>> =>
  typeof x === "object" && x !== null && Object.getPrototypeOf(x) === Object.prototype;

/**
 * What is given for each output, null where nothing is.
 * @throws ValueError for a list of another length, and for names that are no outputs.
 */
export function perOutput<T>(option: string, given: PerOutput<T> | null | undefined, names: readonly string[]): (T | null)[] {
  if (given === null || given === undefined) return names.map(() => null);
  if (Array.isArray(given)) {
    if (given.length !== names.length) {
      throw new ValueError(
        `[compile] ${option} lists ${given.length} for ${names.length} output${names.length === 1 ? "" : "s"} (${names.join(", ")})`,
      );
    }
    return given as (T | null)[];
  }
  if (!isDictionary(given)) return names.map(() => given as T);
  for (const name of Object.keys(given)) {
    if (!names.includes(name)) {
      throw new ValueError(`[compile] ${option} names output ${JSON.stringify(name)}: the outputs are ${names.join(", ")}`);
    }
  }
  return names.map((name) => (given as Record<string, T | null>)[name] ?? null);
}

/** The same for options that are lists: of a single output the list itself, of several one list or one entry for each. */
export function listPerOutput<T>(option: string, given: PerOutput<T | readonly T[]> | null | undefined, names: readonly string[]): T[][] {
  const asList = (x: unknown): T[] => (x === null || x === undefined ? [] : Array.isArray(x) ? x : [x as T]);
  if (names.length === 1 && !isDictionary(given)) return [asList(given).flat() as T[]];
  return perOutput<T | readonly T[]>(option, given, names).map(asList);
}
