import { createRegistry, type Registry } from "./registry.ts";

let make: (() => Registry) | null = null;
let registry: Registry | null = null;

/**
 * For umbrella packages: how to make the registry in which names are looked up when no other was given. Made at its first use.
 *
 * @example
 * setDefaultRegistry(() => createRegistry([layersPlugin, optimizersPlugin] as const));
 */
export function setDefaultRegistry(create: () => Registry): void {
  make = create;
  registry = null;
}

/**
 * The registry in which names are looked up when no other was given; empty unless an umbrella package is loaded.
 *
 * @example
 * // With "neurite" imported: every layer of Keras by its name.
 * getDefaultRegistry().get("layers", "Dense");
 */
export function getDefaultRegistry(): Registry {
  registry ??= make === null ? createRegistry([]) : make();
  return registry;
}
