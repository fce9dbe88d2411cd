import { field, type Field, type KerasIdentity, ops, type Tensor, type TensorLike } from "@neurite/core";
import { alignedPair, epsilon } from "../core/inputs.ts";
import { Loss, type LossOptions } from "../core/loss.ts";

/**
 * Mean of `(log(yTrue + 1) - log(yPred + 1))²`; negative values count as 0.
 *
 * @returns The loss of each sample, [batch, …]: the last axis of the inputs, [batch, …, outputs], is reduced.
 *
 * @example
 * meanSquaredLogarithmicError([[0, 1], [2, 4]], [[0.5, 1], [2, 2]]); // [0.082201, 0.13047]
 */
export function meanSquaredLogarithmicError(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const [labels, predictions] = alignedPair(yTrue, yPred);
  const logarithm = (x: Tensor): Tensor => ops.log(ops.add(ops.maximum(x, epsilon), 1));
  return ops.mean(ops.square(ops.subtract(logarithm(predictions), logarithm(labels))), { axis: -1 });
}

/**
 * Mean of squared differences of logarithms. Identifiers "mean_squared_logarithmic_error", "msle".
 *
 * Labels and predictions have the same shape, [batch, …]; the result is a scalar, or the loss of each sample with `reduction: null`.
 *
 * @example
 * new MeanSquaredLogarithmicError()([[0, 1], [2, 4]], [[0.5, 1], [2, 2]]); // 0.10634
 */
export class MeanSquaredLogarithmicError extends Loss {
  static readonly keras: KerasIdentity = { module: "keras.losses", className: "MeanSquaredLogarithmicError" };
  static override readonly fields: readonly Field[] = [field.string("name", { default: "mean_squared_logarithmic_error" })];

  constructor(options: LossOptions = {}) {
    super(options);
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return meanSquaredLogarithmicError(yTrue, yPred);
  }
}
