import { type AnyTensor, ops, type Tensor } from "@neurite/core";

/** Keeps divisions by norms finite; Keras's `backend.epsilon()`. */
export const epsilon = 1e-7;

/** Euclidean norms along `axis`, kept with size 1. */
export function normsAlong(weight: AnyTensor, axis: number | readonly number[]): Tensor {
  return ops.sqrt(ops.sum(ops.square(weight), { axis, keepdims: true }));
}
