import { field, type Field, type KerasIdentity, ops, type Tensor, type TensorLike } from "@neurite/core";
import { alignedPair } from "../core/inputs.ts";
import { Loss, type LossOptions } from "../core/loss.ts";

/**
 * Mean of `log(cosh(yPred - yTrue))`.
 *
 * @returns The loss of each sample, [batch, …]: the last axis of the inputs, [batch, …, outputs], is reduced.
 *
 * @example
 * logCosh([[0, 1], [2, 4]], [[0.5, 1], [2, 2]]); // [0.060057, 0.6625]
 */
export function logCosh(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const [labels, predictions] = alignedPair(yTrue, yPred);
  const error = ops.subtract(predictions, labels);
  // log(cosh(x)) written so that it does not overflow.
  return ops.mean(ops.subtract(ops.add(error, ops.softplus(ops.multiply(error, -2))), Math.LN2), { axis: -1 });
}

/**
 * Mean of `log(cosh(yPred - yTrue))`: squared for small differences, absolute for large ones. Identifier "log_cosh".
 *
 * Labels and predictions have the same shape, [batch, …]; the result is a scalar, or the loss of each sample with `reduction: null`.
 *
 * @example
 * new LogCosh()([[0, 1], [2, 4]], [[0.5, 1], [2, 2]]); // 0.36128
 */
export class LogCosh extends Loss {
  static readonly keras: KerasIdentity = { module: "keras.losses", className: "LogCosh" };
  static override readonly fields: readonly Field[] = [field.string("name", { default: "log_cosh" })];

  constructor(options: LossOptions = {}) {
    super(options);
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return logCosh(yTrue, yPred);
  }
}
