import { field, type Field, type KerasIdentity, type Tensor, type TensorLike } from "@neurite/core";
import { categoricalCrossentropy, type CategoricalCrossentropyFunctionOptions } from "@neurite/losses";
import type { MetricOptions } from "../core/metric.ts";
import { ComparisonMetric } from "../reduction/comparison-metric.ts";

/** Options of {@link CategoricalCrossentropy}. */
export interface CategoricalCrossentropyOptions extends MetricOptions, CategoricalCrossentropyFunctionOptions {}

/**
 * Mean crossentropy of one class among several, with one-hot labels.
 *
 * Labels and predictions are [batch, …, classes]; the result is a scalar.
 *
 * @example
 * const metric = new CategoricalCrossentropy();
 * metric.updateState([[0, 1, 0], [0, 0, 1]], [[0.05, 0.9, 0.05], [0.1, 0.3, 0.6]]);
 * await metric.result().item(); // 0.30809
 */
export class CategoricalCrossentropy extends ComparisonMetric {
  static readonly keras: KerasIdentity = { module: "keras.metrics", className: "CategoricalCrossentropy" };
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

  protected override compare(yTrue: TensorLike, yPred: TensorLike): Tensor {
    return categoricalCrossentropy(yTrue, yPred, this);
  }
}
