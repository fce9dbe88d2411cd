import {
  type DType,
  field,
  type Field,
  isFloating,
  ops,
  optionsOf,
  type Tensor,
  type TensorLike,
  ValueError,
  type Variable,
} from "@neurite/core";
import { Metric, type MetricOptions, type UpdateOptions } from "../core/metric.ts";
import { asTensor } from "../core/samplewise.ts";

/** Options that all metrics of intersection over union share. */
export interface IoUBaseOptions extends MetricOptions {
  /** Label of pixels that do not count. Default null. */
  readonly ignoreClass?: number | null;
  /** Axis of the classes, where labels or predictions are not class numbers. Default -1. */
  readonly axis?: number;
}

/**
 * Base of the metrics of overlap. Labels and predictions are [batch, …] (classes, or scores along an axis); they are counted in a
 * confusion matrix [labels, predictions].
 *
 * @throws ValueError for a target class that is none of `numClasses`.
 *
 * @example
 * const metric = new MeanIoU(2);
 * metric.updateState([0, 0, 1, 1], [0, 1, 0, 1]);
 * metric.result(); // 0.33333
 */
export abstract class IoUBase extends Metric {
  static override readonly fields: readonly Field[] = [
    field.dtype("dtype", { default: "int64" }),
    field.integer("numClasses", { min: 1 }),
    field.numbers("targetClassIds", { default: null }),
    field.integer("ignoreClass", { default: null }),
    field.boolean("sparseYTrue", { default: true }),
    field.boolean("sparseYPred", { default: true }),
    field.integer("axis", { default: -1 }),
  ];
  declare readonly numClasses: number;
  /** Classes whose overlap is averaged; null for all. */
  declare readonly targetClassIds: readonly number[] | null;
  declare readonly ignoreClass: number | null;
  declare readonly sparseYTrue: boolean;
  declare readonly sparseYPred: boolean;
  declare readonly axis: number;
  /** Weighted number of pixels by label and prediction. */
  readonly totalCm: Variable;

  constructor(options: MetricOptions = {}) {
    super(options);
    this.totalCm = this.addVariable("total_confusion_matrix", [this.numClasses, this.numClasses], this.#stateDtype);
    const beyond = this.targetClassIds?.find((id) => id >= this.numClasses);
    if (beyond !== undefined)
      throw new ValueError(`[${this.name}] class ${beyond} is none of ${this.numClasses} classes: they count from 0`);
  }

  /** Integer counts are kept in 32 bits. */
  get #stateDtype(): DType {
    return isFloating(this.dtype) ? this.dtype : "int32";
  }

  /** Class numbers of predictions. */
  protected predictedClasses(yPred: Tensor): Tensor {
    return this.sparseYPred ? yPred : ops.argmax(yPred, { axis: this.axis });
  }

  override updateState(yTrue: TensorLike, yPred: TensorLike, options: UpdateOptions = {}): void {
    const { sampleWeight } = optionsOf(this.name, options);
    const flat = (x: Tensor): Tensor => ops.reshape(ops.cast(x, "int32"), [-1]);
    const given = asTensor(yTrue) as Tensor;
    const labels = flat(this.sparseYTrue ? given : ops.argmax(given, { axis: this.axis }));
    const predictions = flat(this.predictedClasses(asTensor(yPred) as Tensor));
    const inside = (x: Tensor): Tensor => ops.logicalAnd(ops.greaterEqual(x, 0), ops.less(x, this.numClasses));
    let counts = ops.logicalAnd(inside(labels), inside(predictions));
    if (this.ignoreClass !== null) counts = ops.logicalAnd(counts, ops.notEqual(labels, this.ignoreClass));
    let weights: Tensor = ops.cast(counts, "float32");
    if (sampleWeight !== null && sampleWeight !== undefined) {
      const weight = asTensor(sampleWeight);
      // Weights of integer counts are integers: their fraction is dropped, as in Keras.
      const whole = ops.cast(ops.cast(weight, this.#stateDtype), "float32");
      weights = ops.multiply(weights, weight.ndim === 0 ? whole : ops.reshape(whole, [-1]));
    }
    const oneHot = (x: Tensor): Tensor => ops.oneHot(x, this.numClasses, { dtype: "float32" });
    const matrix = ops.matmul(ops.transpose(oneHot(labels)), ops.multiply(oneHot(predictions), ops.expandDims(weights, 1)));
    this.totalCm.assignAdd(ops.cast(matrix, this.#stateDtype));
  }

  /** The mean overlap of the target classes that occur. */
  override result(): Tensor {
    const matrix = ops.cast(this.totalCm, "float32");
    const right = ops.diag(matrix);
    const total = ops.subtract(ops.add(ops.sum(matrix, { axis: 0 }), ops.sum(matrix, { axis: 1 })), right);
    const pick = (x: Tensor): Tensor => (this.targetClassIds === null ? x : ops.take(x, this.targetClassIds as number[], { axis: 0 }));
    const [overlap, union] = [pick(right), pick(total)];
    const occurs = ops.greater(union, 1e-9);
    const ratios = ops.where(occurs, ops.divide(overlap, ops.add(union, 1e-7)), 0);
    return ops.divide(ops.sum(ratios), ops.add(ops.sum(ops.cast(occurs, "float32")), 1e-7));
  }
}
