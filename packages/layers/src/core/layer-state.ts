import { isVariable, type Variable } from "@neurite/core";
import type { Layer } from "./layer.ts";

const layerBrand: unique symbol = Symbol.for("neurite.layer");

/** Marks the prototype of a class as that of layers; see {@link isLayer}. */
export function brandLayer(prototype: object): void {
  Object.defineProperty(prototype, layerBrand, { value: true });
}

/**
 * True for layers and models (of inputs of any shape), also those of another copy of neurite.
 *
 * @example
 * isLayer(new Dense(3)); // true
 */
export function isLayer(x: unknown): x is Layer {
  return typeof x === "function" && layerBrand in x;
}

/** Random state that a layer holds in a field. */
export interface SeedState {
  readonly state: Variable;
}

function isSeedState(x: object): x is SeedState {
  return "state" in x && isVariable(x.state);
}

/** What the fields of a layer hold, in the order they were set. */
export interface LayerState {
  readonly variables: readonly Variable[];
  readonly seeds: readonly SeedState[];
  readonly layers: readonly Layer[];
}

/**
 * Finds the state in a layer's fields, also inside arrays and plain objects. Private `#fields` cannot be seen: keep layers and variables
 * in ordinary (or TypeScript-private) ones.
 */
export function stateOfFields(layer: object): LayerState {
  const found = { variables: [], seeds: [], layers: [] };
  collectFrom(Object.values(layer), found);
  return { variables: unique(found.variables), seeds: unique(found.seeds), layers: unique(found.layers) };
}

/** Most fields are plain numbers, texts and functions: nothing is made for them. */
function collectFrom(values: readonly unknown[], found: { variables: Variable[]; seeds: SeedState[]; layers: Layer[] }): void {
  for (const value of values) {
    if (isLayer(value)) found.layers.push(value);
    else if (typeof value !== "object" || value === null) continue;
    else if (isVariable(value)) found.variables.push(value);
    else if (isSeedState(value)) found.seeds.push(value);
    else if (Array.isArray(value)) collectFrom(value, found);
    else if (Object.getPrototypeOf(value) === Object.prototype) collectFrom(Object.values(value), found);
  }
}

/** Each item once, in the order of its first place. */
export function unique<T>(items: readonly T[]): readonly T[] {
  return items.length < 2 ? items : [...new Set(items)];
}
