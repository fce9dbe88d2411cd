import { field, type Field, type KerasIdentity, optionsOf, type TensorLike } from "@neurite/core";
import type { MetricOptions, UpdateOptions } from "../core/metric.ts";
import { MeanMetric } from "./mean-metric.ts";

/**
 * Weighted mean of values.
 *
 * Values have any shape; the result is a scalar.
 *
 * @example
 * const mean = new Mean();
 * mean.updateState([1, 3, 5, 7], { sampleWeight: [1, 1, 0, 0] });
 * await mean.result().item(); // 2
 */
export class Mean extends MeanMetric {
  static readonly keras: KerasIdentity = { module: "keras.metrics", className: "Mean" };
  static override readonly fields: readonly Field[] = [field.string("name", { default: "mean" })];

  constructor(options: MetricOptions = {}) {
    super(options);
  }

  override updateState(values: TensorLike, options: UpdateOptions = {}): void {
    const { sampleWeight } = optionsOf(this.name, options);
    this.addValues(values, sampleWeight);
  }
}
