import { field, type Field, ops, optionsOf, type Tensor, type TensorLike, type Variable } from "@neurite/core";
import { Metric, type MetricOptions, type UpdateOptions } from "../core/metric.ts";
import { countConfusion } from "./counts.ts";
import { evenThresholds } from "./even-thresholds.ts";

/** Options of the metrics at an operating point, such as {@link PrecisionAtRecall}. */
export interface OperatingPointOptions extends MetricOptions {
  /** Thresholds that are tried, evenly spaced. Default 200. */
  readonly numThresholds?: number;
  /** Only this class is looked at. Default null: all. */
  readonly classId?: number | null;
}

/**
 * Base of metrics that give the best of one rate among the thresholds at which another is high enough.
 *
 * Labels and predictions have the same shape, [batch, …]; the result is a scalar.
 *
 * @example
 * const metric = new SensitivityAtSpecificity(0.5);
 * metric.updateState([0, 0, 0, 1, 1], [0, 0.3, 0.8, 0.3, 0.8]);
 * metric.result(); // 0.5
 */
export abstract class OperatingPoint extends Metric {
  static override readonly fields: readonly Field[] = [
    field.integer("classId", { default: null, min: 0 }),
    field.integer("numThresholds", { default: 200, min: 1 }),
  ];
  declare readonly classId: number | null;
  declare readonly numThresholds: number;
  readonly truePositives: Variable;
  readonly falsePositives: Variable;
  readonly trueNegatives: Variable;
  readonly falseNegatives: Variable;

  constructor(options: OperatingPointOptions) {
    super(options);
    const shape = [this.numThresholds];
    this.truePositives = this.addVariable("true_positives", shape);
    this.falsePositives = this.addVariable("false_positives", shape);
    this.trueNegatives = this.addVariable("true_negatives", shape);
    this.falseNegatives = this.addVariable("false_negatives", shape);
  }

  override updateState(yTrue: TensorLike, yPred: TensorLike, options: UpdateOptions = {}): void {
    const { sampleWeight } = optionsOf(this.name, options);
    const { classId, dtype } = this;
    const counts = countConfusion(yTrue, yPred, { thresholds: evenThresholds(this.numThresholds), classId, sampleWeight, dtype });
    this.truePositives.assignAdd(counts.truePositives());
    this.falsePositives.assignAdd(counts.falsePositives());
    this.trueNegatives.assignAdd(counts.trueNegatives());
    this.falseNegatives.assignAdd(counts.falseNegatives());
  }

  /** Share of positives that are predicted: recall. */
  protected get sensitivity(): Tensor {
    return ops.divideNoNan(this.truePositives, ops.add(this.truePositives, this.falseNegatives));
  }

  /** Share of negatives that are predicted. */
  protected get specificity(): Tensor {
    return ops.divideNoNan(this.trueNegatives, ops.add(this.trueNegatives, this.falsePositives));
  }

  /** Share of predicted positives that are right. */
  protected get precisions(): Tensor {
    return ops.divideNoNan(this.truePositives, ops.add(this.truePositives, this.falsePositives));
  }

  /** The highest `wanted` where `constrained` is at least `limit`; 0 where it nowhere is. */
  protected best(wanted: Tensor, constrained: Tensor, limit: number): Tensor {
    return ops.max(ops.where(ops.greaterEqual(constrained, limit), wanted, 0));
  }
}
