import {
  type AnyTensor,
  describeValue,
  field,
  type Field,
  type KerasIdentity,
  ops,
  type Tensor,
  type TensorLike,
  ValueError,
} from "@neurite/core";
import { asTensor } from "../core/inputs.ts";
import { Loss, type LossOptions } from "../core/loss.ts";

/** Options of {@link categoricalGeneralizedCrossEntropy}. */
export interface CategoricalGeneralizedCrossEntropyFunctionOptions {
  /** Between 0 (crossentropy) and 1 (absolute error), both excluded. */
  readonly q: number;
}

/** Options of {@link CategoricalGeneralizedCrossEntropy}. */
export interface CategoricalGeneralizedCrossEntropyOptions extends LossOptions {
  /** Between 0 (crossentropy) and 1 (absolute error), both excluded. Default 0.5. */
  readonly q?: number;
}

/**
 * `(1 - p^q) / q`, p the probability of the label: robust against wrong labels. (Zhang & Sabuncu, 2018,
 * https://arxiv.org/abs/1805.07836)
 *
 * @param yTrue Integer labels, [batch].
 * @param yPred Probabilities, [batch, classes].
 * @throws ValueError without `q`.
 *
 * @example
 * categoricalGeneralizedCrossEntropy([1, 2], [[0.05, 0.9, 0.05], [0.1, 0.3, 0.6]], { q: 0.5 }); // [0.10263, 0.45081]
 */
export function categoricalGeneralizedCrossEntropy(
  yTrue: TensorLike,
  yPred: TensorLike,
  options: CategoricalGeneralizedCrossEntropyFunctionOptions,
): Tensor {
  const q = options?.q;
  if (typeof q !== "number")
    throw new ValueError(`[categoricalGeneralizedCrossEntropy] the last argument must be { q }, q a number: received ${describeValue(q)}`);
  const predictions = asTensor(yPred) as Tensor;
  const labels = ops.cast(asTensor(yTrue), "int32");
  const p = ops.sum(ops.multiply(predictions, ops.oneHot(labels, predictions.shape.at(-1) as number, { dtype: predictions.dtype })), {
    axis: -1,
  });
  return ops.divide(ops.subtract(1, ops.power(p, q)), q);
}

/**
 * Crossentropy that is robust against wrong labels, with integer labels.
 *
 * Labels are integers [batch, …], predictions [batch, …, classes]; the result is a scalar, or the loss of each sample with `reduction: null`.
 *
 * @throws ValueError when called, where `q` is not a number.
 *
 * @example
 * new CategoricalGeneralizedCrossEntropy()([1, 2], [[0.05, 0.9, 0.05], [0.1, 0.3, 0.6]]); // 0.27672
 */
export class CategoricalGeneralizedCrossEntropy extends Loss {
  static readonly keras: KerasIdentity = { module: "keras.losses", className: "CategoricalGeneralizedCrossEntropy" };
  static override readonly fields: readonly Field[] = [
    field.string("name", { default: "categorical_generalized_cross_entropy" }),
    field.number("q", { default: 0.5, min: Number.MIN_VALUE, max: 1 }),
  ];
  declare readonly q: number;

  constructor(options: CategoricalGeneralizedCrossEntropyOptions = {}) {
    super(options);
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return categoricalGeneralizedCrossEntropy(yTrue, yPred, this);
  }

  protected override prepareLabels(yTrue: AnyTensor): Tensor {
    return yTrue as Tensor;
  }
}
