import { field, type Field, type KerasIdentity, ops, type Tensor, type TensorLike } from "@neurite/core";
import { alignRanks } from "@neurite/losses";
import type { MetricOptions } from "../core/metric.ts";
import { asTensor } from "../core/samplewise.ts";
import { ComparisonMetric } from "../reduction/comparison-metric.ts";

/**
 * 1 where labels equal predictions, else 0.
 *
 * Labels and predictions have the same shape, which is that of the result.
 *
 * @example
 * accuracy([1, 2, 3], [1, 2, 4]); // [1, 1, 0]
 */
export function accuracy(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const [labels, predictions] = alignRanks(asTensor(yTrue), asTensor(yPred));
  return ops.cast(ops.equal(labels, predictions), "float32");
}

/**
 * Share of predictions that equal the labels. For classes, not probabilities: see the other accuracies.
 *
 * Labels and predictions have the same shape, [batch, …]; the result is a scalar.
 *
 * @example
 * const metric = new Accuracy();
 * metric.updateState([1, 2, 3], [1, 2, 4]);
 * await metric.result().item(); // 0.66667
 */
export class Accuracy extends ComparisonMetric {
  static readonly keras: KerasIdentity = { module: "keras.metrics", className: "Accuracy" };
  static override readonly fields: readonly Field[] = [field.string("name", { default: "accuracy" })];

  constructor(options: MetricOptions = {}) {
    super(options);
  }

  protected override compare(yTrue: TensorLike, yPred: TensorLike): Tensor {
    return accuracy(yTrue, yPred);
  }
}
