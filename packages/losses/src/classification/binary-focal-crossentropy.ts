import { field, type Field, type KerasIdentity, ops, optionsOf, type Tensor, type TensorLike } from "@neurite/core";
import { binaryCrossentropyOf } from "../core/crossentropy.ts";
import { alignedPair, floatPair, smoothLabels } from "../core/inputs.ts";
import { Loss } from "../core/loss.ts";
import type { BinaryCrossentropyFunctionOptions } from "./binary-crossentropy.ts";
import type { LossOptions } from "../core/loss.ts";

/** Options of {@link binaryFocalCrossentropy}. */
export interface BinaryFocalCrossentropyFunctionOptions extends BinaryCrossentropyFunctionOptions {
  /** Weights class 1 by `alpha` and class 0 by 1 - alpha. Default false. */
  readonly applyClassBalancing?: boolean;
  /** Weight of class 1. Default 0.25. */
  readonly alpha?: number;
  /** How much well-classified samples are played down. Default 2; 0 is crossentropy. */
  readonly gamma?: number;
}

/** Options of {@link BinaryFocalCrossentropy}. */
export interface BinaryFocalCrossentropyOptions extends LossOptions, BinaryFocalCrossentropyFunctionOptions {}

/**
 * Binary crossentropy times `(1 - p)^gamma`, p the probability given to the right class. (Lin et al., 2018,
 * https://arxiv.org/abs/1708.02002)
 *
 * Labels and predictions have the same shape, [batch, …].
 *
 * @returns The loss of each sample.
 *
 * @example
 * binaryFocalCrossentropy([[0, 1], [1, 0]], [[0.2, 0.9], [0.6, 0.3]]); // [0.0049897, 0.056916]
 */
export function binaryFocalCrossentropy(
  yTrue: TensorLike,
  yPred: TensorLike,
  options: BinaryFocalCrossentropyFunctionOptions = {},
): Tensor {
  const {
    applyClassBalancing = false,
    alpha = 0.25,
    gamma = 2,
    fromLogits = false,
    labelSmoothing = 0,
    axis = -1,
  } = optionsOf("binary_focal_crossentropy", options);
  const [given, predictions] = floatPair(yTrue, yPred);
  const labels = smoothLabels(given, labelSmoothing, 2);
  const p = fromLogits ? ops.sigmoid(predictions) : predictions;
  const other = (x: Tensor): Tensor => ops.subtract(1, x);
  const right = ops.add(ops.multiply(labels, p), ops.multiply(other(labels), other(p)));
  let focal = ops.multiply(ops.power(other(right), gamma), binaryCrossentropyOf(labels, p, false));
  if (applyClassBalancing) focal = ops.multiply(focal, ops.add(ops.multiply(labels, alpha), ops.multiply(other(labels), 1 - alpha)));
  return ops.mean(focal, { axis });
}

/**
 * Binary crossentropy that plays down what is classified well. Identifier "binary_focal_crossentropy".
 *
 * Labels and predictions have the same shape, [batch, …]; the result is a scalar, or the loss of each sample with `reduction: null`.
 *
 * @example
 * new BinaryFocalCrossentropy()([[0, 1], [1, 0]], [[0.2, 0.9], [0.6, 0.3]]); // 0.030953
 */
export class BinaryFocalCrossentropy extends Loss {
  static readonly keras: KerasIdentity = { module: "keras.losses", className: "BinaryFocalCrossentropy" };
  static override readonly fields: readonly Field[] = [
    field.string("name", { default: "binary_focal_crossentropy" }),
    field.boolean("fromLogits", { default: false }),
    field.number("labelSmoothing", { default: 0, min: 0, max: 1 }),
    field.integer("axis", { default: -1 }),
    field.boolean("applyClassBalancing", { default: false }),
    field.number("alpha", { default: 0.25 }),
    field.number("gamma", { default: 2 }),
  ];
  declare readonly applyClassBalancing: boolean;
  declare readonly alpha: number;
  declare readonly gamma: number;
  declare readonly fromLogits: boolean;
  declare readonly labelSmoothing: number;
  declare readonly axis: number;

  constructor(options: BinaryFocalCrossentropyOptions = {}) {
    super(options);
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return binaryFocalCrossentropy(...alignedPair(yTrue, yPred), this);
  }
}
