import { field, type Field, type KerasIdentity, ops, type Tensor, type TensorLike } from "@neurite/core";
import { alignedPair, floatPair } from "../core/inputs.ts";
import { Loss, type LossOptions } from "../core/loss.ts";

/**
 * `max(neg - pos + 1, 0)` with the score of the right class and the highest of the others; labels one-hot.
 *
 * @returns The loss of each sample, [batch, …]: the last axis of the inputs, [batch, …, outputs], is reduced.
 *
 * @example
 * categoricalHinge([[0, 1, 0], [0, 0, 1]], [[0.05, 0.9, 0.05], [0.1, 0.3, 0.6]]); // [0.15, 0.7]
 */
export function categoricalHinge(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const [labels, predictions] = floatPair(yTrue, yPred);
  const right = ops.sum(ops.multiply(labels, predictions), { axis: -1 });
  const wrong = ops.max(ops.multiply(ops.subtract(1, labels), predictions), { axis: -1 });
  return ops.maximum(ops.add(ops.subtract(wrong, right), 1), 0);
}

/**
 * `max(neg - pos + 1, 0)` with the score of the right class and the highest of the others; one-hot labels. Identifier "categorical_hinge".
 *
 * Labels and predictions are [batch, …, classes]; the result is a scalar, or the loss of each sample with `reduction: null`.
 *
 * @example
 * new CategoricalHinge()([[0, 1, 0], [0, 0, 1]], [[0.05, 0.9, 0.05], [0.1, 0.3, 0.6]]); // 0.425
 */
export class CategoricalHinge extends Loss {
  static readonly keras: KerasIdentity = { module: "keras.losses", className: "CategoricalHinge" };
  static override readonly fields: readonly Field[] = [field.string("name", { default: "categorical_hinge" })];

  constructor(options: LossOptions = {}) {
    super(options);
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return categoricalHinge(...alignedPair(yTrue, yPred));
  }
}
