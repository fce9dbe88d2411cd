import { type DType, field, type Field, invalid, ops, type Tensor, type TensorLike } from "@neurite/core";
import { alignRanks } from "@neurite/losses";
import { asTensor } from "../core/samplewise.ts";

/** Stands below every prediction. */
const lowest = -1e10;

export interface CountOptions {
  /** Predictions above one count as positive; one result for each. */
  readonly thresholds: readonly number[];
  readonly sampleWeight?: TensorLike | null;
  /** Only the `topK` highest predictions of a sample can be positive. */
  readonly topK?: number | null;
  /** Only this class is looked at. */
  readonly classId?: number | null;
  /** Counts each label (last axis) by itself: [thresholds, labels]. */
  readonly multiLabel?: boolean;
  /** Factor for each label. */
  readonly labelWeights?: readonly number[] | null;
  readonly dtype: DType;
}

/** Weighted numbers of right and wrong positives and negatives, [thresholds] or [thresholds, labels]. */
export interface Counts {
  truePositives(): Tensor;
  falsePositives(): Tensor;
  trueNegatives(): Tensor;
  falseNegatives(): Tensor;
}

/** `x` with all but the `k` highest of the last axis moved below every threshold. */
function keepHighest(x: Tensor, k: number): Tensor {
  const [, indices] = ops.topK(x, k);
  const kept = ops.sum(ops.oneHot(indices, x.shape.at(-1) as number, { dtype: x.dtype }), { axis: -2 });
  return ops.where(ops.greater(kept, 0), x, lowest);
}

const withTrailingAxes = (x: Tensor, rank: number): Tensor =>
  x.ndim >= rank ? x : ops.reshape(x, [...x.shape, ...Array.from({ length: rank - x.ndim }, () => 1)]);

/** Counts what predictions above each threshold get right and wrong; labels are positive where they are not 0. */
export function countConfusion(yTrue: TensorLike, yPred: TensorLike, options: CountOptions): Counts {
  const { thresholds, topK = null, classId = null, multiLabel = false, labelWeights = null, dtype } = options;
  let [predictions, labels] = alignRanks(ops.cast(asTensor(yPred), dtype), ops.cast(asTensor(yTrue), dtype)) as [Tensor, Tensor];
  if (topK !== null) predictions = keepHighest(predictions, topK);
  let weights =
    options.sampleWeight === null || options.sampleWeight === undefined ? null : ops.cast(asTensor(options.sampleWeight), dtype);
  if (weights !== null) weights = withTrailingAxes(alignRanks(labels, weights)[1] as Tensor, labels.ndim);
  if (classId !== null) {
    const pick = (x: Tensor): Tensor => ops.take(x, [classId], { axis: -1 });
    [predictions, labels] = [pick(predictions), pick(labels)];
    if (weights !== null && weights.shape.at(-1) !== 1) weights = pick(weights);
  }
  if (labelWeights !== null && !multiLabel) weights = ops.multiply(weights ?? 1, labelWeights as number[]);
  const flat = (x: Tensor): Tensor => (multiLabel ? ops.reshape(x, [1, ...x.shape]) : ops.reshape(x, [1, -1]));
  const full = weights === null ? null : flat(ops.broadcastTo(weights, predictions.shape));
  const rank = multiLabel ? 3 : 2;
  const limits = ops.reshape(thresholds as number[], [thresholds.length, ...Array.from({ length: rank - 1 }, () => 1)]);
  const positive = ops.greater(flat(predictions), ops.cast(limits, dtype));
  const label = ops.notEqual(flat(labels), 0);
  const count = (which: Tensor): Tensor => ops.sum(full === null ? ops.cast(which, dtype) : ops.where(which, full, 0), { axis: 1 });
  return {
    truePositives: () => count(ops.logicalAnd(label, positive)),
    falsePositives: () => count(ops.logicalAnd(ops.logicalNot(label), positive)),
    trueNegatives: () => count(ops.logicalNot(ops.logicalOr(label, positive))),
    falseNegatives: () => count(ops.logicalAnd(label, ops.logicalNot(positive))),
  };
}

/** One threshold from 0 to 1, or several; null for the default. */
export function thresholdsField(): Field {
  const ok = (x: unknown): boolean => typeof x === "number" && x >= 0 && x <= 1;
  return field.object(
    "thresholds",
    {
      expected: "a number from 0 to 1, or a list of such",
      resolve: (value) => (ok(value) || (Array.isArray(value) && value.length > 0 && value.every(ok)) ? value : invalid),
    },
    { default: null },
  );
}

/** The thresholds as a list. */
export function thresholdList(given: number | readonly number[] | null, fallback: number): readonly number[] {
  if (given === null) return [fallback];
  return typeof given === "number" ? [given] : given;
}

/** Where predictions become positive by default: everything that is left after `topK`, else ½. */
export const defaultThreshold = (topK: number | null): number => (topK === null ? 0.5 : lowest);

/** The scalar for one threshold, else all. */
export function oneOrAll(result: Tensor, thresholds: readonly number[]): Tensor {
  return thresholds.length === 1 ? ops.reshape(result, []) : result;
}
