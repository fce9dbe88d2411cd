/**
 * "BatchNormalization" → "batch_normalization", "Conv2D" → "conv2d": how Keras names things after their classes.
 *
 * @example
 * snakeCase("BatchNormalization"); // "batch_normalization"
 * snakeCase("Conv2D"); // "conv2d"
 */
export function snakeCase(name: string): string {
  return name
    .replace(/\W+/g, "")
    .replace(/(.)([A-Z][a-z]+)/g, "$1_$2")
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase();
}

/**
 * Option name → key in a config: "kernelInitializer" → "kernel_initializer", "beta1" → "beta_1".
 *
 * @example
 * configKey("kernelInitializer"); // "kernel_initializer"
 * configKey("beta1"); // "beta_1"
 */
export function configKey(option: string): string {
  return option.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`).replace(/([a-z])(\d+)$/, "$1_$2");
}

/**
 * Key in a config → option name: "initial_state" → "initialState".
 *
 * @example
 * optionName("initial_state"); // "initialState"
 */
export function optionName(key: string): string {
  return key.replace(/(?<=[a-zA-Z0-9])_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

const counts = new Map<string, number>();

/**
 * A name nobody was given before: "dense", then "dense_1", "dense_2"….
 *
 * @example
 * resetAutoNames();
 * [autoName("dense"), autoName("dense"), autoName("dense")]; // ["dense", "dense_1", "dense_2"]
 */
export function autoName(prefix: string): string {
  const count = counts.get(prefix) ?? 0;
  counts.set(prefix, count + 1);
  return count === 0 ? prefix : `${prefix}_${count}`;
}

/**
 * Starts the counters of {@link autoName} again: for tests, and before models that must come out with the same names.
 *
 * @example
 * resetAutoNames();
 * autoName("dense"); // "dense"
 */
export function resetAutoNames(): void {
  counts.clear();
}
