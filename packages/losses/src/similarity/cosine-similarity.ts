import { field, type Field, type KerasIdentity, ops, optionsOf, type Tensor, type TensorLike } from "@neurite/core";
import { alignedPair } from "../core/inputs.ts";
import { Loss, type LossOptions } from "../core/loss.ts";

/** Options of {@link cosineSimilarity}. */
export interface CosineSimilarityFunctionOptions {
  /** Axis of the vectors that are compared. Default -1. */
  readonly axis?: number;
}

/** Options of {@link CosineSimilarity}. */
export interface CosineSimilarityOptions extends LossOptions, CosineSimilarityFunctionOptions {}

/** Vectors scaled to length 1; those shorter than 1e-6 are left as they are nearly zero. */
function unit(x: Tensor, axis: number): Tensor {
  return ops.multiply(x, ops.rsqrt(ops.maximum(ops.sum(ops.square(x), { axis, keepdims: true }), 1e-12)));
}

/**
 * Minus the cosine of the angle between labels and predictions: -1 for the same direction, 0 for a right angle.
 *
 * Both [batch, …, features]; the result is that of each vector, [batch, …].
 *
 * @example
 * cosineSimilarity([[0, 1], [1, 1]], [[1, 0], [1, 1]]); // [0, -1]
 */
export function cosineSimilarity(yTrue: TensorLike, yPred: TensorLike, options: CosineSimilarityFunctionOptions = {}): Tensor {
  const { axis = -1 } = optionsOf("cosine_similarity", options);
  const [labels, predictions] = alignedPair(yTrue, yPred);
  return ops.negative(ops.sum(ops.multiply(unit(labels, axis), unit(predictions, axis)), { axis }));
}

/**
 * Minus the cosine of the angle between labels and predictions. Identifier "cosine_similarity".
 *
 * Labels and predictions have the same shape, [batch, …]; the result is a scalar, or the loss of each sample with `reduction: null`.
 *
 * @example
 * new CosineSimilarity()([[0, 1], [1, 1]], [[1, 0], [1, 1]]); // -0.5
 */
export class CosineSimilarity extends Loss {
  static readonly keras: KerasIdentity = { module: "keras.losses", className: "CosineSimilarity" };
  static override readonly fields: readonly Field[] = [
    field.string("name", { default: "cosine_similarity" }),
    field.integer("axis", { default: -1, omitted: "default" }),
  ];
  declare readonly axis: number;

  constructor(options: CosineSimilarityOptions = {}) {
    super(options);
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return cosineSimilarity(yTrue, yPred, this);
  }
}
