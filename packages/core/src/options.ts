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
 *   …
 * }
 */
export function optionsOf<O extends object>(name: string, options: O, call?: string): O {
  if ((typeof options === "object" && options !== null && !Array.isArray(options)) || options instanceof Callable) return options;
  const hint = call === undefined ? "" : `; write ${call}`;
  throw new ValueError(`[${name}] options must be one object, last: received ${describe(options)}${hint}`);
}
