import { field, type Field, type KerasIdentity, type Tensor, type TensorLike } from "@neurite/core";
import { sparseCategoricalCrossentropy, type SparseCategoricalCrossentropyFunctionOptions } from "@neurite/losses";
import type { MetricOptions } from "../core/metric.ts";
import { ComparisonMetric } from "../reduction/comparison-metric.ts";

/** Options of {@link SparseCategoricalCrossentropy}. */
export interface SparseCategoricalCrossentropyOptions extends MetricOptions, SparseCategoricalCrossentropyFunctionOptions {}

/**
 * Mean crossentropy of one class among several, with integer labels.
 *
 * Labels are integers [batch, …], predictions [batch, …, classes]; the result is a scalar.
 *
 * @example
 * const metric = new SparseCategoricalCrossentropy();
 * metric.updateState([1, 2], [[0.05, 0.9, 0.05], [0.1, 0.3, 0.6]]);
 * await metric.result().item(); // 0.30809
 */
export class SparseCategoricalCrossentropy extends ComparisonMetric {
  static readonly keras: KerasIdentity = { module: "keras.metrics", className: "SparseCategoricalCrossentropy" };
  static override readonly fields: readonly Field[] = [
    field.string("name", { default: "sparse_categorical_crossentropy" }),
    field.boolean("fromLogits", { default: false }),
    field.integer("ignoreClass", { default: null }),
    field.integer("axis", { default: -1 }),
  ];
  declare readonly fromLogits: boolean;
  declare readonly ignoreClass: number | null;
  declare readonly axis: number;

  constructor(options: SparseCategoricalCrossentropyOptions = {}) {
    super(options);
  }

  protected override compare(yTrue: TensorLike, yPred: TensorLike): Tensor {
    return sparseCategoricalCrossentropy(yTrue, yPred, this);
  }
}
