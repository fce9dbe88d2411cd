import { field, type Field, type KerasIdentity, ops, ShapeError, type Tensor, type TensorLike } from "@neurite/core";
import { Loss, type LossOptions } from "../core/loss.ts";

/** The class of blanks, and what fills up labels that are shorter than the longest. */
const maskIndex = 0;

/**
 * Connectionist temporal classification: the negative logarithm of the probability of the labels under all alignments with the time steps.
 * (Graves et al., 2006, https://www.cs.toronto.edu/~graves/icml_2006.pdf)
 *
 * @param yTrue Labels, [batch, labels], integers from 1; shorter ones are filled up with 0.
 * @param yPred Logits, [batch, timesteps, classes]; class 0 is the blank.
 * @returns The loss of each sample, [batch].
 * @throws ShapeError for other ranks.
 *
 * @example
 * ctc([[1, 2]], [[[0, 3, 0], [0, 0, 3], [3, 0, 0]]]); // [0.23135]
 */
export function ctc(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const labels = ops.cast(yTrue, "int32");
  const logits = ops.convertToTensor(yPred);
  if (labels.ndim !== 2 || logits.ndim !== 3)
    throw new ShapeError(
      `[ctc] labels must be [batch, labels] and logits [batch, timesteps, classes]: got [${labels.shape}] and [${logits.shape}]`,
    );
  const [batch, timesteps] = logits.shape as [number, number];
  const labelLength = ops.sum(ops.cast(ops.notEqual(labels, maskIndex), "int32"), { axis: -1 });
  const timeLength = ops.full([batch], timesteps, { dtype: "int32" });
  return ops.ctcLoss(labels, logits, labelLength, timeLength, { maskIndex });
}

/**
 * {@link ctc} as a loss: labels [batch, labels] filled up with 0, logits [batch, timesteps, classes]. Identifier "ctc".
 *
 * @throws ShapeError unless labels have two axes and logits three.
 *
 * @example
 * new CTC()([[1, 2]], [[[0, 3, 0], [0, 0, 3], [3, 0, 0]]]); // 0.23135
 */
export class CTC extends Loss {
  static readonly keras: KerasIdentity = { module: "keras.losses", className: "CTC" };
  static override readonly fields: readonly Field[] = [field.string("name", { default: "ctc" })];

  constructor(options: LossOptions = {}) {
    super(options);
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return ctc(yTrue, yPred);
  }
}
