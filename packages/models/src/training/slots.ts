/** Which array goes where: lists and objects of arrays, matched with the inputs or outputs of a model. */
import { describeValue, flattenTree, isTensor, mapTree, ValueError } from "@neurite/core";
import type { Job } from "./data.ts";

/** The inputs or outputs of a model: their tree (arrays and objects with anything as leaves), and a name for each leaf. */
export interface Slots {
  readonly tree: unknown;
  readonly names: readonly string[];
}

/** One array of the data, with what errors call it. */
export interface NamedLeaf {
  readonly name: string;
  readonly leaf: unknown;
}

const isDictionary = (x: unknown): x is Readonly<Record<string, unknown>> => {
  if (typeof x !== "object" || x === null || isTensor(x)) return false;
  const prototype: unknown = Object.getPrototypeOf(x);
  return prototype === Object.prototype || prototype === null;
};

const quoted = (names: readonly string[]): string => names.map((name) => JSON.stringify(name)).join(", ");

/**
 * Splits data into one leaf for each slot, in the order of the slots. An object is matched by name, a list by place; where there is one slot,
 * a list of one tensor is that tensor and any other list is nested arrays of numbers.
 *
 * @param what What errors call the data: "x".
 * @throws ValueError for names and numbers of arrays that do not match.
 */
export function alignData(job: Job, what: string, data: unknown, slots: Slots): NamedLeaf[] {
  const { tree, names } = slots;
  if (isDictionary(data) && !isDictionary(tree)) {
    const extra = Object.keys(data).filter((key) => !names.includes(key));
    const missing = names.filter((name) => !(name in data));
    if (extra.length > 0 || missing.length > 0) {
      throw new ValueError(`[${job}] ${what} must hold an array for each of ${quoted(names)}: got ${quoted(Object.keys(data)) || "none"}`);
    }
    return names.map((name) => ({ name: `${what}[${JSON.stringify(name)}]`, leaf: data[name] }));
  }
  const leaves: NamedLeaf[] = [];
  const wrong = (path: string, expected: string, got: unknown): never => {
    throw new ValueError(
      `[${job}] ${path} must be ${expected} (${quoted(names)}): got ${Array.isArray(got) ? `a list of ${got.length}` : describeValue(got)}`,
    );
  };
  const visit = (slot: unknown, value: unknown, path: string): void => {
    const children = Array.isArray(slot) ? slot : isDictionary(slot) ? Object.values(slot) : null;
    if (children === null) {
      const single = Array.isArray(value) && value.length === 1 && isTensor(value[0]);
      leaves.push({ name: path, leaf: single ? value[0] : value });
    } else if (isDictionary(slot) && isDictionary(value)) {
      const keys = Object.keys(slot);
      const missing = keys.filter((key) => !(key in value));
      if (missing.length > 0 || Object.keys(value).length !== keys.length) wrong(path, `an object with the keys ${quoted(keys)}`, value);
      for (const key of keys) visit(slot[key], value[key], `${path}[${JSON.stringify(key)}]`);
    } else if (Array.isArray(value) && value.length === children.length && (children.length > 1 || isTensor(value[0]))) {
      children.forEach((child, i) => visit(child, value[i], `${path}[${i}]`));
    } else if (children.length === 1) {
      visit(children[0], value, path);
    } else {
      wrong(path, `a list of ${children.length} arrays, one for each`, value);
    }
  };
  visit(tree, data, what);
  return leaves;
}

/** Slots made after the data themselves, for models that do not say what they take: lists of tensors and objects stay, all else is one array. */
export function slotsOf(data: unknown): Slots {
  const visit = (value: unknown): unknown => {
    if (isDictionary(value)) return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, visit(child)]));
    return Array.isArray(value) && value.some((child) => isTensor(child) || isDictionary(child)) ? value.map(visit) : null;
  };
  const tree = visit(data);
  return { tree, names: flattenTree(tree).map((_, i) => String(i)) };
}

/** A tree with its leaves replaced by those of a list, in order. */
export function fillTree(tree: unknown, leaves: readonly unknown[]): unknown {
  let next = 0;
  return mapTree(tree, () => leaves[next++]);
}
