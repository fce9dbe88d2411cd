import { field, type Field, type KerasIdentity, ops, type Tensor, type TensorLike } from "@neurite/core";
import { alignedPair, floatPair } from "../core/inputs.ts";
import { Loss, type LossOptions } from "../core/loss.ts";
import { hingeLabels } from "../core/hinge-labels.ts";

/**
 * Mean of `max(1 - yTrue · yPred, 0)²`; labels -1 and 1, or 0 and 1.
 *
 * @returns The loss of each sample, [batch, …]: the last axis of the inputs, [batch, …, outputs], is reduced.
 *
 * @example
 * squaredHinge([[-1, 1], [1, -1]], [[-0.5, 0.8], [0.2, 0.4]]); // [0.145, 1.3]
 */
export function squaredHinge(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const [labels, predictions] = floatPair(yTrue, yPred);
  return ops.mean(ops.square(ops.maximum(ops.subtract(1, ops.multiply(hingeLabels(labels), predictions)), 0)), { axis: -1 });
}

/**
 * Mean of `max(1 - yTrue · yPred, 0)²`; labels -1 and 1, or 0 and 1. Identifier "squared_hinge".
 *
 * Labels and predictions have the same shape, [batch, …]; the result is a scalar, or the loss of each sample with `reduction: null`.
 *
 * @example
 * new SquaredHinge()([[-1, 1], [1, -1]], [[-0.5, 0.8], [0.2, 0.4]]); // 0.7225
 */
export class SquaredHinge extends Loss {
  static readonly keras: KerasIdentity = { module: "keras.losses", className: "SquaredHinge" };
  static override readonly fields: readonly Field[] = [field.string("name", { default: "squared_hinge" })];

  constructor(options: LossOptions = {}) {
    super(options);
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return squaredHinge(...alignedPair(yTrue, yPred));
  }
}
