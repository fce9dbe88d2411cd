import { type AnyTensor, field, type Field, type KerasIdentity, ops, optionsOf, type Tensor, type TensorLike } from "@neurite/core";
import { asTensor } from "../core/inputs.ts";
import { Loss, type LossOptions } from "../core/loss.ts";

/** Options of {@link circle}. */
export interface CircleFunctionOptions {
  /** Labels of `refEmbeddings`. Default: `yTrue`. */
  readonly refLabels?: TensorLike | null;
  /** Embeddings to compare with, [references, features]. Default: `yPred`. */
  readonly refEmbeddings?: TensorLike | null;
  /** Leaves out the comparison of each sample with itself. Default true. */
  readonly removeDiagonal?: boolean;
  /** Scale. Default 80. */
  readonly gamma?: number;
  /** How much similarities shall be apart. Default 0.4. */
  readonly margin?: number;
}

/** Options of {@link Circle}. */
export interface CircleOptions extends LossOptions {
  /** Scale. Default 80. */
  readonly gamma?: number;
  /** How much similarities shall be apart. Default 0.4. */
  readonly margin?: number;
  /** Leaves out the comparison of each sample with itself. Default true. */
  readonly removeDiagonal?: boolean;
}

/**
 * Pulls embeddings of one class together and pushes others apart. (Sun et al., 2020, https://arxiv.org/abs/2002.10857)
 *
 * @param yTrue Integer labels, [batch].
 * @param yPred Embeddings of length 1, [batch, features].
 * @returns The loss of each sample, [batch].
 *
 * @example
 * circle([0, 0, 1], [[1, 0], [0.6, 0.8], [0, 1]]); // [0.0000027608, 38.4, 0]
 */
export function circle(yTrue: TensorLike, yPred: TensorLike, options: CircleFunctionOptions = {}): Tensor {
  const { removeDiagonal = true, gamma = 80, margin = 0.4 } = optionsOf("circle", options);
  const embeddings = asTensor(yPred) as Tensor;
  const references = asTensor(options.refEmbeddings ?? embeddings) as Tensor;
  const labels = ops.reshape(ops.cast(asTensor(yTrue), "int32"), [-1, 1]);
  const others = ops.reshape(ops.cast(asTensor(options.refLabels ?? yTrue), "int32"), [1, -1]);
  const distances = ops.maximum(ops.subtract(1, ops.matmul(embeddings, ops.transpose(references))), 0);
  const same = ops.equal(labels, others);
  const [rows, columns] = same.shape as [number, number];
  const positive = removeDiagonal ? ops.logicalAnd(same, ops.logicalNot(ops.eye(rows, { M: columns, dtype: "bool" }))) : same;
  const negative = ops.logicalNot(same);

  const positiveScores = ops.multiply(ops.multiply(ops.maximum(ops.add(distances, margin), 0), ops.subtract(margin, distances)), -gamma);
  const negativeScores = ops.multiply(
    ops.multiply(ops.maximum(ops.subtract(1 + margin, distances), 0), ops.subtract(1 - margin, distances)),
    gamma,
  );
  const total = (mask: Tensor, scores: Tensor): Tensor => ops.logsumexp(ops.where(mask, scores, -Infinity), { axis: 1 });
  return ops.softplus(ops.add(total(positive, positiveScores), total(negative, negativeScores)));
}

/**
 * Pulls embeddings of one class together and pushes others apart; samples without loss do not count. Identifier "circle".
 *
 * Labels are integers [batch], predictions embeddings [batch, features]; the result is a scalar, or the loss of each sample with `reduction: null`.
 *
 * @example
 * new Circle()([0, 0, 1], [[1, 0], [0.6, 0.8], [0, 1]]); // 19.2
 */
export class Circle extends Loss {
  static readonly keras: KerasIdentity = { module: "keras.losses", className: "Circle" };
  static override readonly fields: readonly Field[] = [
    field.string("name", { default: "circle" }),
    field.number("gamma", { default: 80 }),
    field.number("margin", { default: 0.4 }),
    field.boolean("removeDiagonal", { default: true }),
  ];
  declare readonly gamma: number;
  declare readonly margin: number;
  declare readonly removeDiagonal: boolean;

  constructor(options: CircleOptions = {}) {
    super(options);
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return circle(yTrue, yPred, this);
  }

  protected override maskOf(yTrue: Tensor, yPred: Tensor): AnyTensor | null {
    return ops.greater(this.call(yTrue, yPred), 0);
  }
}
