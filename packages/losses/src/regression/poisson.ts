import { field, type Field, type KerasIdentity, ops, type Tensor, type TensorLike } from "@neurite/core";
import { alignedPair, epsilon } from "../core/inputs.ts";
import { Loss, type LossOptions } from "../core/loss.ts";

/**
 * Mean of `yPred - yTrue · log(yPred)`; `yPred` is the expected count.
 *
 * @returns The loss of each sample, [batch, …]: the last axis of the inputs, [batch, …, outputs], is reduced.
 *
 * @example
 * poisson([[1, 2], [0, 4]], [[1, 3], [0.5, 4]]); // [0.90139, -0.52259]
 */
export function poisson(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const [labels, predictions] = alignedPair(yTrue, yPred);
  return ops.mean(ops.subtract(predictions, ops.multiply(labels, ops.log(ops.add(predictions, epsilon)))), { axis: -1 });
}

/**
 * Negative log-likelihood of a Poisson distribution, up to a constant. Identifier "poisson".
 *
 * Labels and predictions have the same shape, [batch, …]; the result is a scalar, or the loss of each sample with `reduction: null`.
 *
 * @example
 * new Poisson()([[1, 2], [0, 4]], [[1, 3], [0.5, 4]]); // 0.1894
 */
export class Poisson extends Loss {
  static readonly keras: KerasIdentity = { module: "keras.losses", className: "Poisson" };
  static override readonly fields: readonly Field[] = [field.string("name", { default: "poisson" })];

  constructor(options: LossOptions = {}) {
    super(options);
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return poisson(yTrue, yPred);
  }
}
