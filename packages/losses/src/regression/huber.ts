import { field, type Field, type KerasIdentity, ops, optionsOf, type Tensor, type TensorLike } from "@neurite/core";
import { alignedPair } from "../core/inputs.ts";
import { Loss, type LossOptions } from "../core/loss.ts";

/** Options of {@link huber}. */
export interface HuberFunctionOptions {
  /** Where squares end and absolute values begin. Default 1. */
  readonly delta?: number;
}

/** Options of {@link Huber}. */
export interface HuberOptions extends LossOptions, HuberFunctionOptions {}

/**
 * Mean of `½ error²` where `|error| ≤ delta`, else `delta · |error| - ½ delta²`. (Huber, 1964)
 *
 * @returns The loss of each sample, [batch, …]: the last axis of the inputs, [batch, …, outputs], is reduced.
 *
 * @example
 * huber([[0, 1], [2, 4]], [[0.5, 1], [2, 2]]); // [0.0625, 0.75]
 */
export function huber(yTrue: TensorLike, yPred: TensorLike, options: HuberFunctionOptions = {}): Tensor {
  const { delta = 1 } = optionsOf("huber", options);
  const [labels, predictions] = alignedPair(yTrue, yPred);
  const error = ops.subtract(predictions, labels);
  const size = ops.abs(error);
  const quadratic = ops.multiply(ops.square(error), 0.5);
  const linear = ops.subtract(ops.multiply(size, delta), 0.5 * delta * delta);
  return ops.mean(ops.where(ops.lessEqual(size, delta), quadratic, linear), { axis: -1 });
}

/**
 * Squared error for small differences, absolute error for large ones. Identifiers "huber", "Huber".
 *
 * Labels and predictions have the same shape, [batch, …]; the result is a scalar, or the loss of each sample with `reduction: null`.
 *
 * @example
 * new Huber()([[0, 1], [2, 4]], [[0.5, 1], [2, 2]]); // 0.40625
 */
export class Huber extends Loss {
  static readonly keras: KerasIdentity = { module: "keras.losses", className: "Huber" };
  static override readonly fields: readonly Field[] = [
    field.string("name", { default: "huber_loss" }),
    field.number("delta", { default: 1, min: 0, omitted: "default" }),
  ];
  declare readonly delta: number;

  constructor(options: HuberOptions = {}) {
    super(options);
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return huber(yTrue, yPred, this);
  }
}
