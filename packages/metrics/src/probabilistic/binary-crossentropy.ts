import { field, type Field, type KerasIdentity, type Tensor, type TensorLike } from "@neurite/core";
import { binaryCrossentropy, type BinaryCrossentropyFunctionOptions } from "@neurite/losses";
import type { MetricOptions } from "../core/metric.ts";
import { ComparisonMetric } from "../reduction/comparison-metric.ts";

/** Options of {@link BinaryCrossentropy}. */
export interface BinaryCrossentropyOptions extends MetricOptions, Omit<BinaryCrossentropyFunctionOptions, "axis"> {}

/**
 * Mean crossentropy of yes-or-no predictions.
 *
 * Labels and predictions have the same shape, [batch, …]; the result is a scalar.
 *
 * @example
 * const metric = new BinaryCrossentropy();
 * metric.updateState([[0, 1], [1, 0]], [[0.2, 0.9], [0.4, 0.6]]);
 * await metric.result().item(); // 0.54027
 */
export class BinaryCrossentropy extends ComparisonMetric {
  static readonly keras: KerasIdentity = { module: "keras.metrics", className: "BinaryCrossentropy" };
  static override readonly fields: readonly Field[] = [
    field.string("name", { default: "binary_crossentropy" }),
    field.boolean("fromLogits", { default: false }),
    field.number("labelSmoothing", { default: 0, min: 0, max: 1 }),
  ];
  declare readonly fromLogits: boolean;
  declare readonly labelSmoothing: number;

  constructor(options: BinaryCrossentropyOptions = {}) {
    super(options);
  }

  protected override compare(yTrue: TensorLike, yPred: TensorLike): Tensor {
    return binaryCrossentropy(yTrue, yPred, { fromLogits: this.fromLogits, labelSmoothing: this.labelSmoothing });
  }
}
