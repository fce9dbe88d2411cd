/**
 * The options of a constructor whose first ones may also stand in front, as in Keras: `new MaxPooling2D(2, { strides: 1 })`,
 * `new L1L2(0.01, 0.02)`.
 *
 * @param names Those options, in their order.
 * @param args What the constructor was given: values of them, numbers or lists, and all other options.
 */
export function withLeading<O extends object>(names: readonly string[], args: readonly unknown[]): O {
  const isValue = (x: unknown): boolean => typeof x === "number" || Array.isArray(x);
  let options: Record<string, unknown> = {};
  let given = 0;
  for (const arg of args) {
    if (given < names.length && isValue(arg)) options[names[given++] as string] = arg;
    else if (typeof arg !== "object" || arg === null || Array.isArray(arg)) return arg as O; // refused where options are checked
    else {
      given = names.length;
      options = { ...options, ...arg };
    }
  }
  return options as O;
}
