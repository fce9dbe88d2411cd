import { ops, optionsOf, type Tensor, type TensorLike } from "@neurite/core";

/** Options of {@link normalize}. */
export interface NormalizeOptions {
  /** The axis along which to measure (default -1). */
  readonly axis?: number;
  /** Order of the norm: 1, 2 (the default), another number, or Infinity. */
  readonly order?: number;
}

/**
 * Divides by the norm along an axis; what is zero throughout stays zero.
 *
 * @param x Any shape but a scalar's; integers become float32.
 * @returns The shape of `x`, of norm 1 along the axis.
 * @throws ShapeError for an axis that `x` does not have.
 *
 * @example
 * normalize([[3, 4], [0, 0]]); // [[0.6, 0.8], [0, 0]]
 * normalize([[3, 4], [0, 5]], { axis: 0, order: 1 }); // [[1, 0.44444], [0, 0.55556]]
 */
export function normalize(x: TensorLike, options?: NormalizeOptions | null): Tensor {
  const { axis = -1, order = 2 } = optionsOf("normalize", options ?? {});
  const values = ops.convertToTensor(x);
  const norm = ops.norm(values, { ord: order, axis, keepdims: true });
  return ops.divide(values, ops.where(ops.equal(norm, 0), 1, norm));
}
