import {
  type AnyTensor,
  build,
  field,
  type Field,
  isFloating,
  type KerasIdentity,
  ops,
  optionsOf,
  setMask,
  ShapeError,
  Tensor,
  type TensorLike,
} from "@neurite/core";
import { asTensor, epsilon } from "../core/inputs.ts";
import { Loss, type LossOptions } from "../core/loss.ts";

/** Options of {@link sparseCategoricalCrossentropy}. */
export interface SparseCategoricalCrossentropyFunctionOptions {
  /** Predictions are logits rather than probabilities: better conditioned. Default false. */
  readonly fromLogits?: boolean;
  /** Label of samples that do not count. Default null. */
  readonly ignoreClass?: number | null;
  /** Axis of the classes. Default -1. */
  readonly axis?: number;
}

/** Options of {@link SparseCategoricalCrossentropy}. */
export interface SparseCategoricalCrossentropyOptions extends LossOptions, SparseCategoricalCrossentropyFunctionOptions {}

/** Labels without a last axis of size 1 that predictions have for the classes. */
function flatLabels(yTrue: AnyTensor, yPred: AnyTensor, axis: number): Tensor {
  const labels = yTrue.ndim === yPred.ndim && yTrue.shape.at(axis) === 1 ? ops.squeeze(yTrue, { axis }) : (yTrue as Tensor);
  const batch = yPred.shape.filter((_, i) => i !== (axis < 0 ? axis + yPred.ndim : axis));
  const fits =
    labels.ndim === batch.length && labels.shape.every((dim, i) => Number.isNaN(dim) || Number.isNaN(batch[i]) || dim === batch[i]);
  if (!fits) {
    throw new ShapeError(
      `[sparse_categorical_crossentropy] labels must have the shape of predictions without the classes, [${batch}]: got [${yTrue.shape}] ` +
        `for predictions [${yPred.shape}]. One-hot labels need categorical_crossentropy`,
    );
  }
  return labels;
}

/**
 * `-log(p[label])`. Probabilities are clipped to 1e-7…1 - 1e-7 and made to sum to 1.
 *
 * @param yTrue Integer labels from 0 to classes - 1, [batch, …] or [batch, …, 1]. A run with another label, or NaN, ends in an error.
 * @param yPred Probabilities, or logits with `fromLogits`; [batch, …, classes].
 * @returns The loss of each sample, [batch, …]; 0 for those of class `ignoreClass`, which its mask leaves out.
 * @throws ShapeError for labels of another shape, such as one-hot ones.
 *
 * @example
 * sparseCategoricalCrossentropy([1, 2], [[0.05, 0.9, 0.05], [0.1, 0.3, 0.6]]); // [0.10536, 0.51083]
 */
export function sparseCategoricalCrossentropy(
  yTrue: TensorLike,
  yPred: TensorLike,
  options: SparseCategoricalCrossentropyFunctionOptions = {},
): Tensor {
  const { fromLogits = false, ignoreClass = null, axis = -1 } = optionsOf("sparse_categorical_crossentropy", options);
  const predictions = asTensor(yPred) as Tensor;
  const given = flatLabels(asTensor(yTrue), predictions, axis);
  const valid = ignoreClass === null ? null : ops.notEqual(given, ignoreClass);
  const labels = checkedLabels(valid === null ? given : ops.where(valid, given, 0), predictions.shape.at(axis) as number);
  const logits = fromLogits ? predictions : ops.log(ops.clip(predictions, epsilon, 1 - epsilon));
  const isLabel = ops.equal(ops.expandDims(labels, axis), classesAlong(logits, axis));
  const right = ops.sum(ops.where(isLabel, logits, 0), { axis });
  const losses = ops.subtract(ops.logsumexp(logits, { axis }), right);
  if (valid === null) return losses;
  const counted = ops.where(valid, losses, 0);
  setMask(counted, valid);
  return counted;
}

/** Labels as int32; a run in which one is no class ends in an error. */
function checkedLabels(labels: Tensor, classes: number): Tensor {
  // Compared before the cast, which would make 0 of NaN.
  const ok = ops.logicalAnd(ops.greaterEqual(labels, 0), ops.less(labels, classes));
  const message = `[sparse_categorical_crossentropy] labels must be integers from 0 to ${classes - 1}: found one that is not`;
  const whole = isFloating(labels.dtype) ? ops.logicalAnd(ok, ops.equal(labels, ops.floor(labels))) : ok;
  return new Tensor(build.check(ops.cast(labels, "int32").value, whole.value, message));
}

/** 0, 1, 2… along the axis of the classes, with size 1 along the others. */
function classesAlong(predictions: Tensor, axis: number): Tensor {
  const at = axis < 0 ? axis + predictions.ndim : axis;
  return new Tensor(build.iota(predictions.shape.map((dim, i) => (i === at ? dim : 1)), at)); // prettier-ignore
}

/**
 * Crossentropy of one class among several, with integer labels. Identifier "sparse_categorical_crossentropy".
 *
 * Labels are integers [batch, …], predictions [batch, …, classes]; the result is a scalar, or the loss of each sample with `reduction: null`.
 *
 * @throws ShapeError when the labels have not the shape of the predictions without the classes; ValueError for labels that are no
 * classes.
 *
 * @example
 * new SparseCategoricalCrossentropy()([1, 2], [[0.05, 0.9, 0.05], [0.1, 0.3, 0.6]]); // 0.30809
 */
export class SparseCategoricalCrossentropy extends Loss {
  static readonly keras: KerasIdentity = { module: "keras.losses", className: "SparseCategoricalCrossentropy" };
  static override readonly fields: readonly Field[] = [
    field.string("name", { default: "sparse_categorical_crossentropy" }),
    field.boolean("fromLogits", { default: false }),
    field.integer("ignoreClass", { default: null }),
    field.integer("axis", { default: -1, omitted: "default" }),
  ];
  declare readonly fromLogits: boolean;
  declare readonly ignoreClass: number | null;
  declare readonly axis: number;

  constructor(options: SparseCategoricalCrossentropyOptions = {}) {
    super(options);
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return sparseCategoricalCrossentropy(yTrue, yPred, this);
  }

  protected override prepareLabels(yTrue: AnyTensor): Tensor {
    return yTrue as Tensor;
  }

  protected override maskOf(yTrue: Tensor, yPred: Tensor): AnyTensor | null {
    return this.ignoreClass === null ? null : ops.notEqual(flatLabels(yTrue, yPred, this.axis), this.ignoreClass);
  }
}
