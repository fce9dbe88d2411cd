import { field, type Field, type KerasIdentity, ops, type Tensor, type TensorLike } from "@neurite/core";
import { alignedPair, epsilon } from "../core/inputs.ts";
import { Loss, type LossOptions } from "../core/loss.ts";

/**
 * `100 · mean(|yTrue - yPred| / |yTrue|)`, in percent.
 *
 * @returns The loss of each sample, [batch, …]: the last axis of the inputs, [batch, …, outputs], is reduced.
 *
 * @example
 * meanAbsolutePercentageError([[1, 2], [2, 4]], [[1.5, 2], [2, 3]]); // [25, 12.5]
 */
export function meanAbsolutePercentageError(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const [labels, predictions] = alignedPair(yTrue, yPred);
  const scale = ops.maximum(ops.abs(labels), epsilon);
  return ops.multiply(ops.mean(ops.abs(ops.divide(ops.subtract(labels, predictions), scale)), { axis: -1 }), 100);
}

/**
 * Mean of absolute differences in percent of the labels. Identifiers "mean_absolute_percentage_error", "mape".
 *
 * Labels and predictions have the same shape, [batch, …]; the result is a scalar, or the loss of each sample with `reduction: null`.
 *
 * @example
 * new MeanAbsolutePercentageError()([[1, 2], [2, 4]], [[1.5, 2], [2, 3]]); // 18.75
 */
export class MeanAbsolutePercentageError extends Loss {
  static readonly keras: KerasIdentity = { module: "keras.losses", className: "MeanAbsolutePercentageError" };
  static override readonly fields: readonly Field[] = [field.string("name", { default: "mean_absolute_percentage_error" })];

  constructor(options: LossOptions = {}) {
    super(options);
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return meanAbsolutePercentageError(yTrue, yPred);
  }
}
