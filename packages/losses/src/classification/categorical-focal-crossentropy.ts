import { field, type Field, invalid, type KerasIdentity, ops, optionsOf, type Tensor, type TensorLike } from "@neurite/core";
import { epsilon, floatPair, smoothLabels } from "../core/inputs.ts";
import { Loss, type LossOptions } from "../core/loss.ts";
import type { CategoricalCrossentropyFunctionOptions } from "./categorical-crossentropy.ts";

/** Options of {@link categoricalFocalCrossentropy}. */
export interface CategoricalFocalCrossentropyFunctionOptions extends CategoricalCrossentropyFunctionOptions {
  /** Factor on the loss, or one for each class. Default 0.25. */
  readonly alpha?: number | readonly number[];
  /** How much well-classified samples are played down. Default 2. */
  readonly gamma?: number;
}

/** Options of {@link CategoricalFocalCrossentropy}. */
export interface CategoricalFocalCrossentropyOptions extends LossOptions, CategoricalFocalCrossentropyFunctionOptions {}

/**
 * `-Σ alpha · (1 - p)^gamma · yTrue · log(p)`. (Lin et al., 2018, https://arxiv.org/abs/1708.02002)
 *
 * @returns The loss of each sample, [batch, …].
 *
 * @example
 * categoricalFocalCrossentropy([[0, 1, 0], [0, 0, 1]], [[0.05, 0.9, 0.05], [0.1, 0.3, 0.6]]); // [0.0002634, 0.020433]
 */
export function categoricalFocalCrossentropy(
  yTrue: TensorLike,
  yPred: TensorLike,
  options: CategoricalFocalCrossentropyFunctionOptions = {},
): Tensor {
  const {
    alpha = 0.25,
    gamma = 2,
    fromLogits = false,
    labelSmoothing = 0,
    axis = -1,
  } = optionsOf("categorical_focal_crossentropy", options);
  const [given, predictions] = floatPair(yTrue, yPred);
  const labels = smoothLabels(given, labelSmoothing, given.shape.at(-1) as number);
  const raw = fromLogits ? ops.softmax(predictions, { axis }) : predictions;
  const p = ops.clip(ops.divide(raw, ops.sum(raw, { axis, keepdims: true })), epsilon, 1 - epsilon);
  const crossentropy = ops.negative(ops.multiply(labels, ops.log(p)));
  return ops.sum(ops.multiply(ops.multiply(ops.power(ops.subtract(1, p), gamma), alpha as TensorLike), crossentropy), { axis });
}

const isNumber = (x: unknown): boolean => typeof x === "number" && !Number.isNaN(x);

function alphaOf(value: unknown): unknown {
  return isNumber(value) || (Array.isArray(value) && value.every(isNumber)) ? value : invalid;
}

/**
 * Categorical crossentropy that plays down what is classified well. Identifier "categorical_focal_crossentropy".
 *
 * Labels and predictions are [batch, …, classes]; the result is a scalar, or the loss of each sample with `reduction: null`.
 *
 * @example
 * new CategoricalFocalCrossentropy()([[0, 1, 0], [0, 0, 1]], [[0.05, 0.9, 0.05], [0.1, 0.3, 0.6]]); // 0.010348
 */
export class CategoricalFocalCrossentropy extends Loss {
  static readonly keras: KerasIdentity = { module: "keras.losses", className: "CategoricalFocalCrossentropy" };
  static override readonly fields: readonly Field[] = [
    field.string("name", { default: "categorical_focal_crossentropy" }),
    field.boolean("fromLogits", { default: false }),
    field.number("labelSmoothing", { default: 0, min: 0, max: 1 }),
    field.integer("axis", { default: -1 }),
    field.object("alpha", { expected: "a number or a list of them, one for each class", resolve: alphaOf }, { default: 0.25 }),
    field.number("gamma", { default: 2 }),
  ];
  declare readonly alpha: number | readonly number[];
  declare readonly gamma: number;
  declare readonly fromLogits: boolean;
  declare readonly labelSmoothing: number;
  declare readonly axis: number;

  constructor(options: CategoricalFocalCrossentropyOptions = {}) {
    super(options);
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return categoricalFocalCrossentropy(yTrue, yPred, this);
  }
}
