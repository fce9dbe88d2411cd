import { type AnyTensor, ops, type Tensor } from "@neurite/core";

export interface ClippingOptions {
  readonly clipnorm: number | null;
  readonly globalClipnorm: number | null;
  readonly clipvalue: number | null;
}

function normOf(squares: Tensor): Tensor {
  // The square root of 0 has no gradient: it is kept out, for gradients of gradients.
  const positive = ops.greater(squares, 0);
  return ops.where(positive, ops.sqrt(ops.where(positive, squares, 1)), squares);
}

function clipByNorm(gradient: AnyTensor, limit: number): Tensor {
  const norm = normOf(ops.sum(ops.square(gradient)));
  return ops.divide(ops.multiply(gradient, limit), ops.maximum(norm, limit));
}

function clipByGlobalNorm(gradients: readonly AnyTensor[], limit: number): Tensor[] {
  const norm = ops.sqrt(gradients.map((gradient) => ops.sum(ops.square(gradient))).reduce((a, b) => ops.add(a, b)));
  const finite = ops.multiply(ops.minimum(ops.divide(1, norm), 1 / limit), limit);
  // A norm that is infinite or NaN makes all gradients NaN, so that it is seen.
  const scale = ops.add(finite, ops.subtract(norm, norm));
  return gradients.map((gradient) => ops.multiply(gradient, scale));
}

/** Gradients kept within what one of the options says; as they are where none is set. */
export function clipGradients(
  gradients: readonly AnyTensor[],
  { clipnorm, globalClipnorm, clipvalue }: ClippingOptions,
): readonly AnyTensor[] {
  if (clipnorm) return gradients.map((gradient) => clipByNorm(gradient, clipnorm));
  if (globalClipnorm) return clipByGlobalNorm(gradients, globalClipnorm);
  if (clipvalue) return gradients.map((gradient) => ops.clip(gradient, -clipvalue, clipvalue));
  return gradients;
}
