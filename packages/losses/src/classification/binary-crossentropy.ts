import { field, type Field, type KerasIdentity, ops, optionsOf, type Tensor, type TensorLike } from "@neurite/core";
import { binaryCrossentropyOf } from "../core/crossentropy.ts";
import { floatPair, alignedPair, smoothLabels } from "../core/inputs.ts";
import { Loss, type LossOptions } from "../core/loss.ts";

/** Options of {@link binaryCrossentropy}. */
export interface BinaryCrossentropyFunctionOptions {
  /** Predictions are logits rather than probabilities: better conditioned. Default false. */
  readonly fromLogits?: boolean;
  /** Moves labels toward ½ by this share. 0 (the default) to 1. */
  readonly labelSmoothing?: number;
  /** Axis the mean is taken over. Default -1. */
  readonly axis?: number;
}

/** Options of {@link BinaryCrossentropy}. */
export interface BinaryCrossentropyOptions extends LossOptions, BinaryCrossentropyFunctionOptions {}

/**
 * Mean of `-yTrue · log(p) - (1 - yTrue) · log(1 - p)`. Probabilities are clipped to 1e-7…1 - 1e-7.
 *
 * @param yTrue Labels 0 and 1, or probabilities; [batch, …].
 * @param yPred Probabilities, or logits with `fromLogits`; same shape.
 * @returns The loss of each sample.
 *
 * @example
 * binaryCrossentropy([[0, 1], [1, 0]], [[0.2, 0.9], [0.6, 0.3]]); // [0.16425, 0.43375]
 */
export function binaryCrossentropy(yTrue: TensorLike, yPred: TensorLike, options: BinaryCrossentropyFunctionOptions = {}): Tensor {
  const { fromLogits = false, labelSmoothing = 0, axis = -1 } = optionsOf("binary_crossentropy", options);
  const [labels, predictions] = floatPair(yTrue, yPred);
  return ops.mean(binaryCrossentropyOf(smoothLabels(labels, labelSmoothing, 2), predictions, fromLogits), { axis });
}

/**
 * Crossentropy of yes-or-no predictions. Identifiers "binary_crossentropy", "bce".
 *
 * Labels and predictions have the same shape, [batch, …]; the result is a scalar, or the loss of each sample with `reduction: null`.
 *
 * @example
 * new BinaryCrossentropy()([[0, 1], [1, 0]], [[0.2, 0.9], [0.6, 0.3]]); // 0.299
 */
export class BinaryCrossentropy extends Loss {
  static readonly keras: KerasIdentity = { module: "keras.losses", className: "BinaryCrossentropy" };
  static override readonly fields: readonly Field[] = [
    field.string("name", { default: "binary_crossentropy" }),
    field.boolean("fromLogits", { default: false }),
    field.number("labelSmoothing", { default: 0, min: 0, max: 1 }),
    field.integer("axis", { default: -1 }),
  ];
  declare readonly fromLogits: boolean;
  declare readonly labelSmoothing: number;
  declare readonly axis: number;

  constructor(options: BinaryCrossentropyOptions = {}) {
    super(options);
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return binaryCrossentropy(...alignedPair(yTrue, yPred), this);
  }
}
