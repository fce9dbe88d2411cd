import {
  field,
  type Field,
  type KerasIdentity,
  ops,
  optionsOf,
  outsideInference,
  ShapeError,
  type Tensor,
  type TensorLike,
  ValueError,
  type Variable,
} from "@neurite/core";
import { Metric, type MetricOptions, type UpdateOptions } from "../core/metric.ts";
import { asTensor } from "../core/samplewise.ts";
import { countConfusion } from "./counts.ts";
import { evenThresholds } from "./even-thresholds.ts";

/** Options of {@link AUC}. */
export interface AUCOptions extends MetricOptions {
  /** Points of the curve. Default 200. */
  readonly numThresholds?: number;
  /** "ROC": recall over the false positive rate; "PR": precision over recall; "PRGAIN": their gains. Default "ROC". */
  readonly curve?: "ROC" | "PR" | "PRGAIN";
  /** How the area between points is taken. Default "interpolation". */
  readonly summationMethod?: "interpolation" | "minoring" | "majoring";
  /** The points themselves, between 0 and 1, in place of `numThresholds`. */
  readonly thresholds?: readonly number[] | null;
  /** The area of each label by itself, then their mean. Default false. */
  readonly multiLabel?: boolean;
  /** Number of labels, where it is known beforehand. */
  readonly numLabels?: number | null;
  /** Factor for each label. */
  readonly labelWeights?: readonly number[] | null;
  /** Predictions are logits. Default false. */
  readonly fromLogits?: boolean;
}

const epsilon = 1e-7;

/**
 * Area under a curve that the thresholds draw: 1 for perfect predictions, ½ for guesses (ROC). An approximation by `numThresholds` points.
 *
 * Labels and predictions have the same shape, [batch, …], with `multiLabel` [batch, labels]; the result is a scalar.
 *
 * @throws ValueError for thresholds outside [0, 1], or label weights without `multiLabel`; ShapeError when labels and predictions do not
 * fit.
 *
 * @example
 * const metric = new AUC();
 * metric.updateState([0, 1, 1, 0], [0.2, 0.9, 0.4, 0.6]);
 * await metric.result().item(); // 0.75
 */
export class AUC extends Metric {
  static readonly keras: KerasIdentity = { module: "keras.metrics", className: "AUC" };
  static override readonly fields: readonly Field[] = [
    field.integer("numThresholds", { default: 200, min: 2 }),
    field.choice("curve", ["ROC", "PR", "PRGAIN"], { default: "ROC" }),
    field.choice("summationMethod", ["interpolation", "minoring", "majoring"], { default: "interpolation" }),
    field.boolean("multiLabel", { default: false }),
    field.integer("numLabels", { default: null, min: 1 }),
    field.numbers("labelWeights", { default: null }),
    field.boolean("fromLogits", { default: false }),
    field.numbers("thresholds", { default: null, omitted: "default" }),
  ];
  declare readonly numThresholds: number;
  declare readonly curve: "ROC" | "PR" | "PRGAIN";
  declare readonly summationMethod: "interpolation" | "minoring" | "majoring";
  declare readonly multiLabel: boolean;
  declare readonly numLabels: number | null;
  declare readonly labelWeights: readonly number[] | null;
  declare readonly fromLogits: boolean;
  declare readonly thresholds: readonly number[] | null;
  truePositives: Variable | null = null;
  falsePositives: Variable | null = null;
  trueNegatives: Variable | null = null;
  falseNegatives: Variable | null = null;

  constructor(options: AUCOptions = {}) {
    super(options);
    if (this.thresholds !== null) {
      const inner = this.thresholds.toSorted((a, b) => a - b);
      (this as { thresholds: readonly number[] }).thresholds = inner;
      (this as { numThresholds: number }).numThresholds = inner.length + 2;
    }
    if (this.numLabels !== null && !this.multiLabel) throw new ValueError("[AUC] numLabels is needed with multiLabel only");
    if (!this.multiLabel) this.#build([this.numThresholds]);
    else if (this.numLabels !== null) this.#build([this.numThresholds, this.numLabels]);
  }

  #build(shape: readonly number[]): void {
    outsideInference(() => {
      this.truePositives = this.addVariable("true_positives", shape);
      this.falsePositives = this.addVariable("false_positives", shape);
      this.trueNegatives = this.addVariable("true_negatives", shape);
      this.falseNegatives = this.addVariable("false_negatives", shape);
    });
  }

  /** The points of the curve, from just below 0 to just above 1, so that all and no predictions are positive there. */
  get #points(): readonly number[] {
    const inner = this.thresholds ?? evenThresholds(this.numThresholds).slice(1, -1);
    return [-epsilon, ...inner, 1 + epsilon];
  }

  override updateState(yTrue: TensorLike, yPred: TensorLike, options: UpdateOptions = {}): void {
    const { sampleWeight } = optionsOf(this.name, options);
    const given = asTensor(yPred);
    if (this.truePositives === null) {
      if (given.ndim !== 2) throw new ShapeError(`[AUC] with multiLabel predictions must be [batch, labels]: got [${given.shape}]`);
      this.#build([this.numThresholds, given.shape[1] as number]);
    }
    const predictions = this.fromLogits ? ops.sigmoid(given) : given;
    const { multiLabel, labelWeights, dtype } = this;
    const counts = countConfusion(yTrue, predictions, { thresholds: this.#points, sampleWeight, multiLabel, labelWeights, dtype });
    (this.truePositives as unknown as Variable).assignAdd(counts.truePositives());
    (this.trueNegatives as unknown as Variable).assignAdd(counts.trueNegatives());
    (this.falsePositives as unknown as Variable).assignAdd(counts.falsePositives());
    (this.falseNegatives as unknown as Variable).assignAdd(counts.falseNegatives());
  }

  override result(): Tensor {
    if (this.truePositives === null) return ops.zeros([], { dtype: this.dtype });
    const areas = this.curve === "PR" && this.summationMethod === "interpolation" ? this.#interpolatedPrecision() : this.#trapezoids();
    if (!this.multiLabel) return ops.sum(areas);
    const byLabel = ops.sum(areas, { axis: 0 });
    if (this.labelWeights === null) return ops.mean(byLabel);
    const total = this.labelWeights.reduce((sum, weight) => sum + weight, 0);
    return ops.divideNoNan(ops.sum(ops.multiply(byLabel, this.labelWeights as number[])), total);
  }

  /** Counts as tensors. */
  get #counts(): { tp: Tensor; tn: Tensor; fp: Tensor; fn: Tensor } {
    const read = (variable: Variable | null): Tensor => (variable as Variable).read();
    return { tp: read(this.truePositives), tn: read(this.trueNegatives), fp: read(this.falsePositives), fn: read(this.falseNegatives) };
  }

  /** All points but the last, or but the first. */
  #part(x: Tensor, which: "left" | "right"): Tensor {
    const rows = Array.from({ length: this.numThresholds - 1 }, (_, i) => (which === "left" ? i : i + 1));
    return ops.take(x, rows, { axis: 0 });
  }

  #coordinates(): readonly [x: Tensor, y: Tensor] {
    const { tp, tn, fp, fn } = this.#counts;
    const recall = ops.divideNoNan(tp, ops.add(tp, fn));
    if (this.curve === "ROC") return [ops.divideNoNan(fp, ops.add(fp, tn)), recall];
    if (this.curve === "PR") return [recall, ops.divideNoNan(tp, ops.add(tp, fp))];
    const odds = ops.divideNoNan(ops.add(tp, fn), ops.add(tn, fp));
    const gain = (wrong: Tensor): Tensor => ops.subtract(1, ops.multiply(odds, ops.divideNoNan(wrong, tp)));
    const none = ops.equal(tp, 0);
    return [ops.maximum(ops.where(none, 0, gain(fn)), 0), ops.where(none, 1, gain(fp))];
  }

  #trapezoids(): Tensor {
    const [x, y] = this.#coordinates();
    const [left, right] = [this.#part(y, "left"), this.#part(y, "right")];
    const heights =
      this.summationMethod === "interpolation"
        ? ops.multiply(ops.add(left, right), 0.5)
        : this.summationMethod === "minoring"
          ? ops.minimum(left, right)
          : ops.maximum(left, right);
    return ops.multiply(ops.subtract(this.#part(x, "left"), this.#part(x, "right")), heights);
  }

  /** Areas with true and false positives linear between points, where precision is not. (Davis & Goadrich, 2006) */
  #interpolatedPrecision(): Tensor {
    const { tp, fp, fn } = this.#counts;
    const positive = ops.add(tp, fp);
    const [left, right] = [this.#part(positive, "left"), this.#part(positive, "right")];
    const gained = ops.subtract(this.#part(tp, "left"), this.#part(tp, "right"));
    const slope = ops.divideNoNan(gained, ops.maximum(ops.subtract(left, right), 0));
    const intercept = ops.subtract(this.#part(tp, "right"), ops.multiply(slope, right));
    const both = ops.logicalAnd(ops.greater(left, 0), ops.greater(right, 0));
    const ratio = ops.where(both, ops.divideNoNan(left, ops.maximum(right, 0)), 1);
    const area = ops.multiply(slope, ops.add(gained, ops.multiply(intercept, ops.log(ratio))));
    return ops.divideNoNan(area, ops.maximum(ops.add(this.#part(tp, "right"), this.#part(fn, "right")), 0));
  }
}
