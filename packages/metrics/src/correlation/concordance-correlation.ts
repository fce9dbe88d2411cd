import { field, type Field, type KerasIdentity, ops, optionsOf, type Tensor, type TensorLike } from "@neurite/core";
import { alignRanks } from "@neurite/losses";
import { asTensor } from "../core/samplewise.ts";
import { ComparisonMetric } from "../reduction/comparison-metric.ts";
import type { CorrelationOptions } from "./pearson-correlation.ts";

/**
 * Concordance of labels and predictions along an axis, as Keras computes it. (Lin, 1989)
 *
 * Labels and predictions have the same shape, [batch, …, values]; the result is [batch, …].
 *
 * @example
 * concordanceCorrelation([[1, 2, 3]], [[1, 2, 4]]); // [0.85714]
 */
export function concordanceCorrelation(yTrue: TensorLike, yPred: TensorLike, options: { readonly axis?: number } = {}): Tensor {
  const { axis = -1 } = optionsOf("concordance_correlation", options);
  const predictions = asTensor(yPred);
  const [a, b] = alignRanks(ops.cast(asTensor(yTrue), predictions.dtype), predictions as Tensor) as [Tensor, Tensor];
  const mean = (x: Tensor): Tensor => ops.mean(x, { axis, keepdims: true });
  const variance = (x: Tensor): Tensor => ops.mean(ops.square(ops.subtract(x, mean(x))), { axis, keepdims: true });
  const covariance = ops.multiply(ops.subtract(a, mean(b)), ops.subtract(b, mean(b)));
  const spread = ops.add(ops.add(variance(a), variance(b)), ops.square(ops.subtract(mean(a), mean(b))));
  return ops.mean(ops.divide(ops.multiply(covariance, 2), ops.add(spread, 1e-7)), { axis });
}

/**
 * Mean concordance of labels and predictions: like correlation, but lowered by a difference of means or scales.
 *
 * Labels and predictions have the same shape, [batch, …]; the result is a scalar.
 *
 * @example
 * const metric = new ConcordanceCorrelation();
 * metric.updateState([[1, 2, 3]], [[1, 2, 4]]);
 * await metric.result().item(); // 0.85714
 */
export class ConcordanceCorrelation extends ComparisonMetric {
  static readonly keras: KerasIdentity = { module: "keras.metrics", className: "ConcordanceCorrelation" };
  static override readonly fields: readonly Field[] = [
    field.string("name", { default: "concordance_correlation" }),
    field.integer("axis", { default: -1 }),
  ];
  declare readonly axis: number;

  constructor(options: CorrelationOptions = {}) {
    super(options);
  }

  protected override compare(yTrue: TensorLike, yPred: TensorLike): Tensor {
    return concordanceCorrelation(yTrue, yPred, { axis: this.axis });
  }
}
