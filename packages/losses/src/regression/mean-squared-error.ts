import { field, type Field, type KerasIdentity, ops, type Tensor, type TensorLike } from "@neurite/core";
import { alignedPair } from "../core/inputs.ts";
import { Loss, type LossOptions } from "../core/loss.ts";

/**
 * Mean of `(yTrue - yPred)²`.
 *
 * @returns The loss of each sample, [batch, …]: the last axis of the inputs, [batch, …, outputs], is reduced.
 *
 * @example
 * meanSquaredError([[0, 1], [2, 4]], [[0.5, 1], [2, 2]]); // [0.125, 2]
 */
export function meanSquaredError(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const [labels, predictions] = alignedPair(yTrue, yPred);
  return ops.mean(ops.square(ops.subtract(predictions, labels)), { axis: -1 });
}

/**
 * Mean of squared differences. Identifiers "mean_squared_error", "mse".
 *
 * Labels and predictions have the same shape, [batch, …]; the result is a scalar, or the loss of each sample with `reduction: null`.
 *
 * @example
 * new MeanSquaredError()([[0, 1], [2, 4]], [[0.5, 1], [2, 2]]); // 1.0625
 */
export class MeanSquaredError extends Loss {
  static readonly keras: KerasIdentity = { module: "keras.losses", className: "MeanSquaredError" };
  static override readonly fields: readonly Field[] = [field.string("name", { default: "mean_squared_error" })];

  constructor(options: LossOptions = {}) {
    super(options);
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return meanSquaredError(yTrue, yPred);
  }
}
