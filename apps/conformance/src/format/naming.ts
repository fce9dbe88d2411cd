/** Keras's name in camel case: "log_softmax" → "logSoftmax", "beta_1" → "beta1". */
export function camelCase(name: string): string {
  return name.replace(/(?<=.)_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
