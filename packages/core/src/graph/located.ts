/** Where something went wrong, in one wording for all errors. */

/**
 * What errors end with: `, in layer "encoder/dense"`; nothing outside of layers.
 *
 * @example
 * inLayer("encoder/dense"); // , in layer "encoder/dense"
 */
export function inLayer(path: string | undefined): string {
  return path === undefined || path === "" ? "" : `, in layer "${path}"`;
}

/**
 * `[op] message, in layer "path"`. A message that begins with a name in brackets keeps that one.
 *
 * @param op Name of the op that the user called, or where none was, of the primitive. `path`: that of the layer.
 *
 * @example
 * located("take", "embedding", "an index is outside 0..9"); // [take] an index is outside 0..9, in layer "embedding"
 */
export function located(op: string, path: string | undefined, message: string): string {
  return `${message.startsWith("[") ? "" : `[${op}] `}${message}${inLayer(path)}`;
}
