import { field, type Field, type KerasIdentity, ops, optionsOf, type Tensor, type TensorLike } from "@neurite/core";
import { alignRanks } from "@neurite/losses";
import type { MetricOptions } from "../core/metric.ts";
import { asTensor } from "../core/samplewise.ts";
import { ComparisonMetric } from "../reduction/comparison-metric.ts";

/** Options of {@link PearsonCorrelation} and {@link ConcordanceCorrelation}. */
export interface CorrelationOptions extends MetricOptions {
  /** Axis along which values are compared. Default -1. */
  readonly axis?: number;
}

/**
 * Pearson's correlation of labels and predictions along an axis: -1 to 1.
 *
 * Labels and predictions have the same shape, [batch, …, values]; the result is [batch, …].
 *
 * @example
 * pearsonCorrelation([[1, 2, 3]], [[1, 2, 4]]); // [0.98198]
 */
export function pearsonCorrelation(yTrue: TensorLike, yPred: TensorLike, options: { readonly axis?: number } = {}): Tensor {
  const { axis = -1 } = optionsOf("pearson_correlation", options);
  const predictions = asTensor(yPred);
  const [a, b] = alignRanks(ops.cast(asTensor(yTrue), predictions.dtype), predictions as Tensor) as [Tensor, Tensor];
  const standard = (x: Tensor): Tensor => {
    const centred = ops.subtract(x, ops.mean(x, { axis, keepdims: true }));
    return ops.divide(centred, ops.std(centred, { axis, keepdims: true }));
  };
  return ops.mean(ops.multiply(standard(a), standard(b)), { axis });
}

/**
 * Mean correlation of labels and predictions.
 *
 * Labels and predictions have the same shape, [batch, …]; the result is a scalar.
 *
 * @example
 * const metric = new PearsonCorrelation();
 * metric.updateState([[1, 2, 3]], [[1, 2, 4]]);
 * await metric.result().item(); // 0.98198
 */
export class PearsonCorrelation extends ComparisonMetric {
  static readonly keras: KerasIdentity = { module: "keras.metrics", className: "PearsonCorrelation" };
  static override readonly fields: readonly Field[] = [
    field.string("name", { default: "pearson_correlation" }),
    field.integer("axis", { default: -1 }),
  ];
  declare readonly axis: number;

  constructor(options: CorrelationOptions = {}) {
    super(options);
  }

  protected override compare(yTrue: TensorLike, yPred: TensorLike): Tensor {
    return pearsonCorrelation(yTrue, yPred, { axis: this.axis });
  }
}
