import { Callable } from "./callable.ts";
import { describe } from "./describe.ts";
import { ValueError } from "./errors.ts";

/**
 * The options of a function or method, which must be one object: what was written in their place otherwise is told in an error that names
 * the function, rather than read as if it were one. For authors of functions with options; classes with fields have it by `assignOptions`.
 *
 * @param name The function, as errors name it.
 * @param options What the caller gave, `{}` where nothing.
 * @param call How it is written rightly, for the hint.
 * @throws ValueError for null, an array, a number, a name….
 * @example
 * function smooth(x: TensorLike, options: { readonly width?: number } = {}): Tensor {
 *   const { width = 3 } = optionsOf("smooth", options);
 *   return ops.divide(x, width);
 * }
 * smooth([3, 6], 2); // throws ValueError: [smooth] options must be one object, last: received 2
 */
export function optionsOf<O extends object>(name: string, options: O, call?: string): O {
  if ((typeof options === "object" && options !== null && !Array.isArray(options)) || options instanceof Callable) return options;
  const hint = call === undefined ? "" : `; write ${call}`;
  throw new ValueError(`[${name}] options must be one object, last: received ${describe(options)}${hint}`);
}

/**
 * The options of a constructor whose first ones may also stand in front, as in Keras: `new MaxPooling2D(2, { strides: 1 })`,
 * `new Adam(0.001)`. For authors of classes with options.
 *
 * @param names Those options, in their order.
 * @param args What the constructor was given: values of them (numbers, lists, functions), and all other options.
 * @returns One object; what is none, where it was given in its place, for the check of options to refuse.
 * @example
 * withLeading(["l1", "l2"], [0.1, { l2: 0.2 }]); // { l1: 0.1, l2: 0.2 }
 */
export function withLeading<O extends object>(names: readonly string[], args: readonly unknown[]): O {
  const isValue = (x: unknown): boolean => typeof x === "number" || typeof x === "function" || Array.isArray(x);
  let options: Record<string, unknown> = {};
  let given = 0;
  for (const arg of args) {
    if (given < names.length && isValue(arg)) options[names[given++] as string] = arg;
    else if (typeof arg !== "object" || arg === null || Array.isArray(arg)) return arg as O;
    else {
      given = names.length;
      options = { ...options, ...arg };
    }
  }
  return options as O;
}
