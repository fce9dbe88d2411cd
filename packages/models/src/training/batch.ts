import type { Tensor } from "@neurite/core";

/** What a training or test step is given: the rows of one batch. `X` and `Y` are trees of tensors where there are several. */
export interface Batch<X = Tensor, Y = Tensor> {
  /** What the model is called with. */
  readonly x: X;
  /** Targets, in the tree of the outputs where a loss or metric looks at them; null where `fit` was given none. */
  readonly y: Y;
  /** Nothing, the weights of the samples, or one array of them for each output. */
  readonly sampleWeight: readonly Tensor[];
}

/** A batch with what the model made of it. */
export interface ScoredBatch<X = Tensor, Y = Tensor> extends Batch<X, Y> {
  /** Outputs of the model, in their tree. */
  readonly yPred: Y;
  /** False in evaluation. */
  readonly training: boolean;
}
