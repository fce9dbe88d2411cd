import { type AnyTensor, isTensor, ops, optionsOf, type Tensor, tensor, type TensorLike, ValueError } from "@neurite/core";

/** Options of {@link toCategorical}. */
export interface ToCategoricalOptions {
  /** How many classes there are; by default one more than the largest label, which must then be known at once: no tensor's. */
  readonly numClasses?: number | null;
}

/**
 * Labels as rows that are 1 at the label and 0 elsewhere, for `categorical_crossentropy`.
 *
 * @param x Whole numbers from 0 on, any shape; a last axis of length 1 goes away.
 * @returns float32, the shape of `x` with an axis of `numClasses` at the end.
 * @throws ValueError for labels that are negative, no whole numbers or not below `numClasses`, and for a tensor without `numClasses`. The labels
 *   of a tensor are not looked at: one out of range gives a row of zeros.
 *
 * @example
 * toCategorical([0, 2, 1]); // [[1, 0, 0], [0, 0, 1], [0, 1, 0]]
 * toCategorical(tensor([1, 0], { dtype: "int32" }), { numClasses: 2 }); // [[0, 1], [1, 0]]
 */
export function toCategorical(x: TensorLike, options?: ToCategoricalOptions | null): Tensor {
  const { numClasses = null } = optionsOf("toCategorical", options ?? {});
  if (numClasses !== null && (!Number.isInteger(numClasses) || numClasses < 1)) {
    throw new ValueError(`[toCategorical] numClasses must be a positive integer: received ${numClasses}`);
  }
  if (isTensor(x)) {
    if (numClasses === null) throw new ValueError("[toCategorical] labels in a tensor want numClasses: what is in it is not known yet");
    return rowsOf(x, numClasses);
  }
  const largest = checkLabels(x, numClasses ?? Infinity, -1);
  if (largest < 0 && numClasses === null) throw new ValueError("[toCategorical] no labels, so numClasses must be given");
  return rowsOf(tensor(x, { dtype: "int32" }), numClasses ?? largest + 1);
}

function rowsOf(labels: AnyTensor, numClasses: number): Tensor {
  const single = labels.shape.length > 1 && labels.shape.at(-1) === 1;
  return ops.oneHot(ops.cast(single ? ops.squeeze(labels, { axis: -1 }) : labels, "int32"), numClasses) as Tensor;
}

/** The largest label of nested arrays and of what came before. */
function checkLabels(x: Exclude<TensorLike, AnyTensor>, numClasses: number, largest: number): number {
  if (Array.isArray(x) || ArrayBuffer.isView(x)) {
    for (const each of x) largest = checkLabels(each, numClasses, largest);
    return largest;
  }
  const label = typeof x === "bigint" ? Number(x) : x;
  if (typeof label !== "number" || !Number.isInteger(label) || label < 0) {
    throw new ValueError(
      `[toCategorical] labels must be whole numbers from 0 on: received ${typeof x === "object" ? "an object" : String(x)}`,
    );
  }
  if (label >= numClasses) throw new ValueError(`[toCategorical] label ${label} is not below numClasses, which is ${numClasses}`);
  return Math.max(largest, label);
}
