import { field, type Field, type KerasIdentity, type Tensor, type TensorLike } from "@neurite/core";
import { categoricalCrossentropy, type CategoricalCrossentropyFunctionOptions } from "@neurite/losses";
import type { MetricOptions } from "../core/metric.ts";
import { ComparisonMetric } from "../reduction/comparison-metric.ts";

export interface CategoricalCrossentropyOptions extends MetricOptions, CategoricalCrossentropyFunctionOptions {}

/** Mean crossentropy of one class among several, with one-hot labels. */
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
