import { field, type Field, type KerasIdentity, ops, type Tensor, type TensorLike } from "@neurite/core";
import { alignedPair } from "../core/inputs.ts";
import { Loss, type LossOptions } from "../core/loss.ts";

/**
 * Mean of `|yTrue - yPred|`.
 *
 * @returns The loss of each sample, [batch, …]: the last axis of the inputs, [batch, …, outputs], is reduced.
 *
 * @example
 * meanAbsoluteError([[0, 1], [2, 4]], [[0.5, 1], [2, 2]]); // [0.25, 1]
 */
export function meanAbsoluteError(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const [labels, predictions] = alignedPair(yTrue, yPred);
  return ops.mean(ops.abs(ops.subtract(predictions, labels)), { axis: -1 });
}

/**
 * Mean of absolute differences. Identifiers "mean_absolute_error", "mae".
 *
 * Labels and predictions have the same shape, [batch, …]; the result is a scalar, or the loss of each sample with `reduction: null`.
 *
 * @example
 * new MeanAbsoluteError()([[0, 1], [2, 4]], [[0.5, 1], [2, 2]]); // 0.625
 */
export class MeanAbsoluteError extends Loss {
  static readonly keras: KerasIdentity = { module: "keras.losses", className: "MeanAbsoluteError" };
  static override readonly fields: readonly Field[] = [field.string("name", { default: "mean_absolute_error" })];

  constructor(options: LossOptions = {}) {
    super(options);
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return meanAbsoluteError(yTrue, yPred);
  }
}
