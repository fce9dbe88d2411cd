import { isVariable, type Variable } from "@neurite/core";
import type { Layer } from "./layer.ts";

const layerBrand: unique symbol = Symbol.for("neurite.layer");

/** Marks the prototype of a class as that of layers; see {@link isLayer}. */
export function brandLayer(prototype: object): void {
  Object.defineProperty(prototype, layerBrand, { value: true });
}

/**
 * True for layers and models, also those of another copy of neurite.
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
  const variables = new Set<Variable>();
  const seeds = new Set<SeedState>();
  const layers = new Set<Layer>();
  const visit = (value: unknown): void => {
    if (isLayer(value)) layers.add(value);
    else if (typeof value !== "object" || value === null) return;
    else if (isVariable(value)) variables.add(value);
    else if (isSeedState(value)) seeds.add(value);
    else if (Array.isArray(value)) value.forEach(visit);
    else if (Object.getPrototypeOf(value) === Object.prototype) Object.values(value).forEach(visit);
  };
  for (const value of Object.values(layer)) visit(value);
  return { variables: [...variables], seeds: [...seeds], layers: [...layers] };
}
