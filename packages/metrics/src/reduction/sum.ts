import { field, type Field, type KerasIdentity, ops, optionsOf, type Tensor, type TensorLike, type Variable } from "@neurite/core";
import { Metric, type MetricOptions, type UpdateOptions } from "../core/metric.ts";
import { samplewise } from "../core/samplewise.ts";

/**
 * Weighted sum of values.
 *
 * Values have any shape; the result is a scalar.
 *
 * @example
 * const sum = new Sum();
 * sum.updateState([1, 3, 5, 7]);
 * await sum.result().item(); // 16
 */
export class Sum extends Metric {
  static readonly keras: KerasIdentity = { module: "keras.metrics", className: "Sum" };
  static override readonly fields: readonly Field[] = [field.string("name", { default: "sum" })];
  readonly total: Variable = this.addVariable("total");

  constructor(options: MetricOptions = {}) {
    super(options);
  }

  override updateState(values: TensorLike, options: UpdateOptions = {}): void {
    const { sampleWeight } = optionsOf(this.name, options);
    this.total.assignAdd(ops.sum(samplewise(values, sampleWeight, "sum", this.dtype).values));
  }

  override result(): Tensor {
    return this.total.read();
  }
}
