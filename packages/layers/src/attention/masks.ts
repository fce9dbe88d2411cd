/** Which keys a query may look at. */
import { type AnyTensor, ops, type Tensor } from "@neurite/core";

export interface VisibilityOptions {
  /** bool [batch, queries, keys], or with an axis of heads after the batch. */
  readonly attentionMask?: AnyTensor | null;
  /** bool [batch, queries]; see {@link MultiHeadAttention}. */
  readonly queryMask?: AnyTensor | null;
  /** bool [batch, keys]. */
  readonly valueMask?: AnyTensor | null;
  /** bool [batch, keys]. */
  readonly keyMask?: AnyTensor | null;
  /** A query sees no keys after its own place. */
  readonly useCausalMask?: boolean;
}

/** All of it in one bool tensor, [batch or 1, queries, keys] or as `attentionMask` is; null where every query sees every key. */
export function visibility(
  { attentionMask = null, queryMask = null, valueMask = null, keyMask = null, useCausalMask = false }: VisibilityOptions,
  queries: number,
  keys: number,
  slidingWindow: number | null,
): Tensor | null {
  const masks: Tensor[] = [];
  const bool = (mask: AnyTensor): Tensor => ops.cast(mask, "bool");
  if (queryMask !== null) masks.push(ops.expandDims(bool(queryMask), -1));
  for (const mask of [valueMask, keyMask]) if (mask !== null) masks.push(ops.expandDims(bool(mask), -2));
  if (useCausalMask || slidingWindow !== null) {
    const rows = ops.reshape(ops.arange(queries, { dtype: "int32" }), [1, queries, 1]);
    const columns = ops.reshape(ops.arange(keys, { dtype: "int32" }), [1, 1, keys]);
    if (useCausalMask) masks.push(ops.greaterEqual(rows, columns));
    if (slidingWindow !== null) masks.push(ops.less(ops.abs(ops.subtract(rows, columns)), slidingWindow));
  }
  const own = masks.length === 0 ? null : masks.reduce((a, b) => ops.logicalAnd(a, b));
  if (attentionMask === null) return own;
  return own === null ? bool(attentionMask) : ops.logicalAnd(bool(attentionMask), own);
}

/** Softmax of scores along axes where what is not seen has no weight; no weights at all where nothing is. */
export function maskedSoftmax(scores: Tensor, sees: Tensor | null, axis: number | readonly number[]): Tensor {
  if (sees === null) return ops.softmax(scores, { axis }) as Tensor;
  const lowest = scores.dtype === "float16" ? -3e4 : -1e9;
  return ops.where(sees, ops.softmax(ops.where(sees, scores, lowest), { axis }), 0) as Tensor;
}
