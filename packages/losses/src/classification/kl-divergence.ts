import { field, type Field, type KerasIdentity, ops, type Tensor, type TensorLike } from "@neurite/core";
import { alignedPair, epsilon, floatPair } from "../core/inputs.ts";
import { Loss, type LossOptions } from "../core/loss.ts";

/**
 * `Σ yTrue · log(yTrue / yPred)` over the last axis; probabilities, clipped to 1e-7…1.
 *
 * @returns The loss of each sample, [batch, …]: the last axis of the inputs, [batch, …, outputs], is reduced.
 *
 * @example
 * klDivergence([[0.5, 0.5], [0.1, 0.9]], [[0.4, 0.6], [0.2, 0.8]]); // [0.020411, 0.03669]
 */
export function klDivergence(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const [labels, predictions] = floatPair(yTrue, yPred);
  const p = ops.clip(labels, epsilon, 1);
  const q = ops.clip(predictions, epsilon, 1);
  return ops.sum(ops.multiply(p, ops.log(ops.divide(p, q))), { axis: -1 });
}

/**
 * Kullback-Leibler divergence of predictions from labels, both probabilities. Identifiers "kl_divergence", "kld".
 *
 * Labels and predictions have the same shape, [batch, …]; the result is a scalar, or the loss of each sample with `reduction: null`.
 *
 * @example
 * new KLDivergence()([[0.5, 0.5], [0.1, 0.9]], [[0.4, 0.6], [0.2, 0.8]]); // 0.02855
 */
export class KLDivergence extends Loss {
  static readonly keras: KerasIdentity = { module: "keras.losses", className: "KLDivergence" };
  static override readonly fields: readonly Field[] = [field.string("name", { default: "kl_divergence" })];

  constructor(options: LossOptions = {}) {
    super(options);
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return klDivergence(...alignedPair(yTrue, yPred));
  }
}
