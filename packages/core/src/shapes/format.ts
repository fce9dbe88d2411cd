/** Shapes as error messages and summaries show them. */
import type { Aval, Shape } from "../graph/value.ts";

/** `[32,?,3]`; an unknown dimension is a question mark. */
export function formatShape(shape: Shape): string {
  return `[${shape.map((dim) => (Number.isNaN(dim) ? "?" : String(dim))).join(",")}]`;
}

/**
 * `float32[32,784]`; a scalar is `float32[]`, an unknown dimension `?`.
 *
 * @example
 * formatAval({ dtype: "float32", shape: [NaN, 784] }); // "float32[?,784]"
 */
export function formatAval(aval: { readonly dtype: string; readonly shape: Shape }): string {
  return aval.dtype + formatShape(aval.shape);
}

/** `float32[2], int32[]`. */
export function formatAvals(avals: readonly Aval[]): string {
  return avals.map(formatAval).join(", ");
}
