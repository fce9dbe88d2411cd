/** How a model was compiled, as files hold it. */
import { deserializeKerasObject, refuseUnnamed, type Registry, SerializationError, serializeKerasObject } from "@neurite/core";
import type { CompileModelOptions } from "./options.ts";
import type { Trainer } from "./trainer.ts";

/** Keras's key of each option that is read back. */
const keys = {
  optimizer: "optimizer",
  loss: "loss",
  lossWeights: "loss_weights",
  metrics: "metrics",
  weightedMetrics: "weighted_metrics",
  runEagerly: "run_eagerly",
  stepsPerExecution: "steps_per_execution",
} as const satisfies Record<Exclude<keyof CompileModelOptions, "autoScaleLoss">, string>;

/**
 * The options of compile as Keras writes them.
 * @throws SerializationError naming the option that cannot be written.
 */
export function compileConfig({ options, optimizer }: Trainer): Record<string, unknown> {
  const values: Record<keyof typeof keys, unknown> = {
    runEagerly: false,
    loss: null,
    lossWeights: null,
    metrics: null,
    weightedMetrics: null,
    stepsPerExecution: 1,
    ...options,
    optimizer,
  };
  // How many steps are one call of the device is neurite's own affair unless somebody said it.
  if (values.stepsPerExecution === "auto") values.stepsPerExecution = 1;
  const entries = Object.entries(keys).map(([option, key]) => [key, written(option, values[option as keyof typeof keys])]);
  return { ...Object.fromEntries(entries), jit_compile: false };
}

function written(option: string, value: unknown): unknown {
  try {
    refuseUnnamed(value, option);
    return serializeKerasObject(value);
  } catch (cause) {
    if (!(cause instanceof SerializationError)) throw cause;
    throw new SerializationError(`[compile] ${option}: ${cause.message.replace(/^\[serialize\] /, "")}`, { cause });
  }
}

/** The options that {@link compileConfig} wrote. What is compiled is neurite's own affair. */
export function compileOptionsFromConfig(config: Readonly<Record<string, unknown>>, registry: Registry): CompileModelOptions {
  const entries = Object.entries(keys).flatMap(([option, key]) => {
    const value = config[key];
    return value === null || value === undefined ? [] : [[option, deserializeKerasObject(value, registry)]];
  });
  return Object.fromEntries(entries) as CompileModelOptions;
}
