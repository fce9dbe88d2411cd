import { field, type Field, type KerasIdentity, ops, optionsOf, type Tensor, type TensorLike } from "@neurite/core";
import { alignedPair, epsilon, floatPair } from "../core/inputs.ts";
import { Loss, type LossOptions } from "../core/loss.ts";

/** Options of {@link dice}. */
export interface DiceFunctionOptions {
  /** Axes over which overlap is counted. Default null: all. */
  readonly axis?: number | readonly number[] | null;
}

/** Options of {@link Dice}. */
export interface DiceOptions extends LossOptions, DiceFunctionOptions {}

/**
 * `1 - 2 · Σ yTrue · yPred / (Σ yTrue + Σ yPred)`.
 *
 * Labels and predictions have the same shape; the result is a scalar, or has the axes that are not counted over.
 *
 * @example
 * dice([[0, 1], [1, 0]], [[0.2, 0.9], [0.6, 0.3]]); // 0.25
 */
export function dice(yTrue: TensorLike, yPred: TensorLike, options: DiceFunctionOptions = {}): Tensor {
  const { axis = null } = optionsOf("dice", options);
  const [labels, predictions] = floatPair(yTrue, yPred);
  const overlap = ops.multiply(ops.sum(ops.multiply(labels, predictions), { axis }), 2);
  const total = ops.add(ops.add(ops.sum(labels, { axis }), ops.sum(predictions, { axis })), epsilon);
  return ops.subtract(1, ops.divide(overlap, total));
}

/**
 * One minus the Dice coefficient, for segmentation. Identifier "dice".
 *
 * Labels and predictions have the same shape, [batch, …]; the result is a scalar, or the loss of each sample with `reduction: null`.
 *
 * @example
 * new Dice()([[0, 1], [1, 0]], [[0.2, 0.9], [0.6, 0.3]]); // 0.25
 */
export class Dice extends Loss {
  static readonly keras: KerasIdentity = { module: "keras.losses", className: "Dice" };
  static override readonly fields: readonly Field[] = [field.string("name", { default: "dice" }), field.axes("axis", { default: null })];
  declare readonly axis: number | readonly number[] | null;

  constructor(options: DiceOptions = {}) {
    super(options);
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return dice(...alignedPair(yTrue, yPred), this);
  }
}
