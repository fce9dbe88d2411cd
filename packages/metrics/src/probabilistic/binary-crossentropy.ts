import { field, type Field, type KerasIdentity, type Tensor, type TensorLike } from "@neurite/core";
import { binaryCrossentropy, type BinaryCrossentropyFunctionOptions } from "@neurite/losses";
import type { MetricOptions } from "../core/metric.ts";
import { ComparisonMetric } from "../reduction/comparison-metric.ts";

export interface BinaryCrossentropyOptions extends MetricOptions, Omit<BinaryCrossentropyFunctionOptions, "axis"> {}

/** Mean crossentropy of yes-or-no predictions. */
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
