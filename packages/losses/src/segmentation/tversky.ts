import { field, type Field, type KerasIdentity, ops, optionsOf, type Tensor, type TensorLike } from "@neurite/core";
import { alignedPair, epsilon, floatPair } from "../core/inputs.ts";
import { Loss, type LossOptions } from "../core/loss.ts";

/** Options of {@link tversky}. */
export interface TverskyFunctionOptions {
  /** Weight of labels that predictions miss. Default 0.5. */
  readonly alpha?: number;
  /** Weight of predictions without a label. Default 0.5. */
  readonly beta?: number;
  /** Axes over which overlap is counted. Default null: all. */
  readonly axis?: number | readonly number[] | null;
}

/** Options of {@link Tversky}. */
export interface TverskyOptions extends LossOptions, TverskyFunctionOptions {}

/**
 * One minus the Tversky index: overlap over overlap plus weighted misses. (Salehi et al., 2017, https://arxiv.org/abs/1706.05721)
 *
 * Labels and predictions have the same shape; the result is a scalar, or has the axes that are not counted over.
 *
 * @example
 * tversky([[0, 1], [1, 0]], [[0.2, 0.9], [0.6, 0.3]]); // 0.25
 */
export function tversky(yTrue: TensorLike, yPred: TensorLike, options: TverskyFunctionOptions = {}): Tensor {
  const { alpha = 0.5, beta = 0.5, axis = null } = optionsOf("tversky", options);
  const [labels, predictions] = floatPair(yTrue, yPred);
  const overlap = ops.sum(ops.multiply(labels, predictions), { axis });
  const missed = ops.sum(ops.multiply(ops.subtract(1, predictions), labels), { axis });
  const added = ops.sum(ops.multiply(predictions, ops.subtract(1, labels)), { axis });
  const total = ops.add(ops.add(ops.add(overlap, ops.multiply(missed, alpha)), ops.multiply(added, beta)), epsilon);
  return ops.subtract(1, ops.divide(overlap, total));
}

/**
 * One minus the Tversky index, for segmentation of small things. Identifier "tversky".
 *
 * Labels and predictions have the same shape, [batch, …]; the result is a scalar, or the loss of each sample with `reduction: null`.
 *
 * @example
 * new Tversky()([[0, 1], [1, 0]], [[0.2, 0.9], [0.6, 0.3]]); // 0.25
 */
export class Tversky extends Loss {
  static readonly keras: KerasIdentity = { module: "keras.losses", className: "Tversky" };
  static override readonly fields: readonly Field[] = [
    field.string("name", { default: "tversky" }),
    field.number("alpha", { default: 0.5 }),
    field.number("beta", { default: 0.5 }),
    field.axes("axis", { default: null }),
  ];
  declare readonly alpha: number;
  declare readonly beta: number;
  declare readonly axis: number | readonly number[] | null;

  constructor(options: TverskyOptions = {}) {
    super(options);
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return tversky(...alignedPair(yTrue, yPred), this);
  }
}
