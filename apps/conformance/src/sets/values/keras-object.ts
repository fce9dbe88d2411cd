import { deserializeKerasObject, type EntryKind, getDefaultRegistry } from "@neurite/core";
import "neurite";
import { NotBuilt } from "../../conformance-set.ts";

/** How a case names the thing it tests. */
export interface KerasObjectCase {
  readonly class?: string;
  readonly config?: Readonly<Record<string, unknown>>;
  /** Keras's own serialized form; wins over class and config. */
  readonly serialized?: { readonly class_name: string; readonly config: Readonly<Record<string, unknown>> };
}

/**
 * Makes the thing a case tests from its config, as a file would.
 *
 * @param changes Keys of the config to set.
 * @throws NotBuilt for a class that neurite's registry does not have.
 */
export function makeKerasObject<T>(kind: EntryKind, json: KerasObjectCase, changes: Readonly<Record<string, unknown>> = {}): T {
  const className = json.serialized?.class_name ?? json.class ?? "";
  const registry = getDefaultRegistry();
  if (!registry.has(kind, className)) throw new NotBuilt(`${className} of ${kind} is not built`);
  const config = { ...(json.serialized?.config ?? json.config), ...changes };
  const module = kind === "schedules" ? "keras.optimizers.schedules" : `keras.${kind}`;
  return deserializeKerasObject({ module, class_name: className, config, registered_name: null }, registry, kind) as T;
}
