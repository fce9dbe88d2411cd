import { isSerializedObject, type SerializedObject } from "@neurite/core";
import { keras3Config } from "./convert-config.ts";

type Json = Record<string, unknown>;

/** What `compile` got, as archives hold it, of the `training_config` of an HDF5 file. */
export function compileConfigOf(training: unknown, version: string | undefined): Json | null {
  if (typeof training !== "object" || training === null) return null;
  const { optimizer_config: optimizer, ...rest } = training as Json;
  const config: Json = { ...rest, optimizer: optimizer ?? null };
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [key, withModules(key, value, version)]));
}

const modules: Readonly<Record<string, string>> = {
  loss: "keras.losses",
  metrics: "keras.metrics",
  weighted_metrics: "keras.metrics",
  optimizer: "keras.optimizers",
};

/** These files name classes without their modules. */
function withModules(key: string, value: unknown, version: string | undefined): unknown {
  if (Array.isArray(value)) return value.map((item) => withModules(key, item, version));
  if (typeof value !== "object" || value === null) return value;
  if (!isSerializedObject(value))
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withModules(key, item, version)]));
  const named: SerializedObject = { ...value, module: value.module ?? modules[key] ?? null };
  return version?.startsWith("3.") === true ? named : keras3Config(named);
}
