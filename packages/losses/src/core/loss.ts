import {
  type AnyTensor,
  autoName,
  classOf,
  ConfiguredCallable,
  currentScope,
  type DType,
  type Field,
  field,
  identityOf,
  maskOf,
  NeuriteError,
  ops,
  snakeCase,
  type Tensor,
  type TensorLike,
  withScope,
} from "@neurite/core";
import { alignRanks, reduceWeighted, type Reduction, reductions } from "./reduction.ts";
import { asTensor } from "./inputs.ts";

/** Options every loss takes. */
export interface LossOptions {
  /** Default: the class's name in snake case. */
  readonly name?: string;
  /** Default "sum_over_batch_size": the mean. */
  readonly reduction?: Reduction;
  /** Dtype it computes in. Default "float32". */
  readonly dtype?: DType;
}

/** What may follow labels and predictions in a call. */
export interface LossCallOptions {
  /** Factor for each sample, [batch] or of the shape of the unreduced losses. */
  readonly sampleWeight?: TensorLike | null;
  /** bool: which elements count. */
  readonly mask?: TensorLike | null;
}

/** Unreduced losses of labels and predictions. */
export type LossFunction = (yTrue: TensorLike, yPred: TensorLike) => Tensor;

export interface Loss {
  /** The reduced loss, a scalar (or that of each sample without a reduction). */
  (yTrue: TensorLike, yPred: TensorLike, options?: LossCallOptions): Tensor;
}

/**
 * Base of losses: callable objects that compare labels with predictions. A subclass gives the loss of each sample in `call`.
 *
 * Labels and predictions are [batch, …], `call` gives [batch] or [batch, …], and the result is a scalar unless `reduction` is null.
 *
 * @example
 * class SquaredError extends Loss {
 *   call(yTrue: Tensor, yPred: Tensor): Tensor {
 *     return ops.mean(ops.square(ops.subtract(yPred, yTrue)), { axis: -1 });
 *   }
 * }
 * new SquaredError()([[0], [1]], [[0.5], [1]]); // 0.125
 */
export abstract class Loss extends ConfiguredCallable {
  static override readonly fields: readonly Field[] = [
    field.string("name", { default: null }),
    field.choice("reduction", reductions, { default: "sum_over_batch_size", nullable: true }),
    field.dtype("dtype", { default: "float32", omitted: "always" }),
  ];
  declare readonly name: string;
  declare readonly reduction: Reduction;
  declare readonly dtype: DType;

  /** @throws ValueError for unknown and wrong options. */
  constructor(options: LossOptions = {}) {
    super(options);
    if (this.name === null) (this as { name: string }).name = autoName(snakeCase(identityOf(classOf(this)).className));
  }

  /**
   * The loss of each sample, unreduced: [batch] or [batch, …].
   *
   * @param yTrue Labels, in the loss's dtype (integer labels of a sparse loss as they are).
   * @param yPred Predictions, in the loss's dtype.
   */
  abstract call(yTrue: Tensor, yPred: Tensor): Tensor;

  /** Which elements count, where that follows from the labels; null for all. */
  protected maskOf(_yTrue: Tensor, _yPred: Tensor): AnyTensor | null {
    return null;
  }

  /** Labels as `call` takes them. */
  protected prepareLabels(yTrue: AnyTensor): Tensor {
    return ops.cast(yTrue, this.dtype);
  }

  protected override invoke(yTrue: TensorLike, yPred: TensorLike, options: LossCallOptions = {}): Tensor {
    const run = (): Tensor => {
      const labels = this.prepareLabels(asTensor(yTrue, this.dtype));
      const predictions = ops.cast(asTensor(yPred, this.dtype), this.dtype);
      // What layers know to be padding counts for nothing.
      const passed = options.mask ?? (maskOf(yPred) as AnyTensor | null);
      const given = passed === null ? null : asTensor(passed);
      const own = this.maskOf(labels, predictions);
      const mask = given !== null && own !== null ? ops.logicalAnd(...alignRanks(given, own)) : (given ?? own);
      const sampleWeight =
        options.sampleWeight === undefined || options.sampleWeight === null ? null : asTensor(options.sampleWeight, this.dtype);
      return reduceWeighted(this.call(labels, predictions), { reduction: this.reduction, sampleWeight, mask });
    };
    try {
      return currentScope().endsWith(this.name) ? run() : withScope(this.name, run);
    } catch (error) {
      if (error instanceof NeuriteError && !error.message.includes(", in l")) error.message += `, in loss "${this.name}"`;
      throw error;
    }
  }
}
