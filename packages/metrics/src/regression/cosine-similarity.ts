import { field, type Field, type KerasIdentity, ops, type Tensor, type TensorLike } from "@neurite/core";
import { cosineSimilarity } from "@neurite/losses";
import type { MetricOptions } from "../core/metric.ts";
import { ComparisonMetric } from "../reduction/comparison-metric.ts";

/** Options of {@link CosineSimilarity}. */
export interface CosineSimilarityOptions extends MetricOptions {
  /** Axis of the vectors that are compared. Default -1. */
  readonly axis?: number;
}

/**
 * Mean cosine of the angle between labels and predictions: 1 for the same direction. (The loss of that name is its negative.)
 *
 * Labels and predictions have the same shape, [batch, …]; the result is a scalar.
 *
 * @example
 * const metric = new CosineSimilarity();
 * metric.updateState([[0, 1], [1, 1]], [[1, 0], [1, 1]]);
 * await metric.result().item(); // 0.5
 */
export class CosineSimilarity extends ComparisonMetric {
  static readonly keras: KerasIdentity = { module: "keras.metrics", className: "CosineSimilarity" };
  static override readonly fields: readonly Field[] = [
    field.string("name", { default: "cosine_similarity" }),
    field.integer("axis", { default: -1, omitted: "default" }),
  ];
  declare readonly axis: number;

  constructor(options: CosineSimilarityOptions = {}) {
    super(options);
  }

  protected override compare(yTrue: TensorLike, yPred: TensorLike): Tensor {
    return ops.negative(cosineSimilarity(yTrue, yPred, this));
  }
}
