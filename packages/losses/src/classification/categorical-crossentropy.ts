import { field, type Field, type KerasIdentity, optionsOf, type Tensor, type TensorLike } from "@neurite/core";
import { categoricalCrossentropyOf } from "../core/crossentropy.ts";
import { floatPair, smoothLabels } from "../core/inputs.ts";
import { Loss, type LossOptions } from "../core/loss.ts";

/** Options of {@link categoricalCrossentropy}. */
export interface CategoricalCrossentropyFunctionOptions {
  /** Predictions are logits rather than probabilities: better conditioned. Default false. */
  readonly fromLogits?: boolean;
  /** Moves labels toward the uniform distribution by this share. 0 (the default) to 1. */
  readonly labelSmoothing?: number;
  /** Axis of the classes. Default -1. */
  readonly axis?: number;
}

/** Options of {@link CategoricalCrossentropy}. */
export interface CategoricalCrossentropyOptions extends LossOptions, CategoricalCrossentropyFunctionOptions {}

/**
 * `-Σ yTrue · log(p)`, the probabilities made to sum to 1 and clipped to 1e-7…1 - 1e-7.
 *
 * @param yTrue One-hot labels, or probabilities; [batch, …, classes].
 * @param yPred Probabilities, or logits with `fromLogits`; same shape.
 * @returns The loss of each sample, [batch, …].
 *
 * @example
 * categoricalCrossentropy([[0, 1, 0], [0, 0, 1]], [[0.05, 0.9, 0.05], [0.1, 0.3, 0.6]]); // [0.10536, 0.51083]
 */
export function categoricalCrossentropy(
  yTrue: TensorLike,
  yPred: TensorLike,
  options: CategoricalCrossentropyFunctionOptions = {},
): Tensor {
  const { fromLogits = false, labelSmoothing = 0, axis = -1 } = optionsOf("categorical_crossentropy", options);
  const [labels, predictions] = floatPair(yTrue, yPred);
  const smooth = smoothLabels(labels, labelSmoothing, labels.shape.at(-1) as number);
  return categoricalCrossentropyOf(smooth, predictions, fromLogits, axis);
}

/**
 * Crossentropy of one class among several, with one-hot labels. Identifier "categorical_crossentropy".
 *
 * Labels and predictions are [batch, …, classes]; the result is a scalar, or the loss of each sample with `reduction: null`.
 *
 * @example
 * new CategoricalCrossentropy()([[0, 1, 0], [0, 0, 1]], [[0.05, 0.9, 0.05], [0.1, 0.3, 0.6]]); // 0.30809
 */
export class CategoricalCrossentropy extends Loss {
  static readonly keras: KerasIdentity = { module: "keras.losses", className: "CategoricalCrossentropy" };
  static override readonly fields: readonly Field[] = [
    field.string("name", { default: "categorical_crossentropy" }),
    field.boolean("fromLogits", { default: false }),
    field.number("labelSmoothing", { default: 0, min: 0, max: 1 }),
    field.integer("axis", { default: -1 }),
  ];
  declare readonly fromLogits: boolean;
  declare readonly labelSmoothing: number;
  declare readonly axis: number;

  constructor(options: CategoricalCrossentropyOptions = {}) {
    super(options);
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return categoricalCrossentropy(yTrue, yPred, this);
  }
}
