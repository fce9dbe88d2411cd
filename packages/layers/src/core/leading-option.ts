/**
 * The options of a constructor whose first one may also stand in front, as in Keras: `new MaxPooling2D(2, { strides: 1 })`.
 *
 * @param first The value of that option, a number or a list; or all options.
 */
export function withLeading<O extends object>(name: keyof O & string, first: O | number | readonly unknown[], options: O): O {
  if (typeof first === "number" || Array.isArray(first)) return { [name]: first, ...options } as O;
  // What is no object is refused where options are checked.
  return (typeof first === "object" && first !== null ? { ...first, ...options } : first) as O;
}
