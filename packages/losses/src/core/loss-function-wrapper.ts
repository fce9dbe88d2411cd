import { type Field, field, functionName, invalid, type KerasIdentity, optionsOf, type Tensor, type TensorLike } from "@neurite/core";
import { Loss, type LossFunction, type LossOptions } from "./loss.ts";
import { alignRanks } from "./reduction.ts";

/**
 * A loss made of a function that gives the loss of each sample, [batch] or [batch, …], for labels and predictions [batch, …, outputs].
 *
 * @example
 * const loss = new LossFunctionWrapper(meanSquaredError);
 * loss([[0], [1]], [[0.5], [1]]); // 0.125
 */
export class LossFunctionWrapper extends Loss {
  static readonly keras: KerasIdentity = { module: "keras.losses", className: "LossFunctionWrapper" };
  static override readonly fields: readonly Field[] = [
    field.object("fn", {
      expected: "a function from labels and predictions to the loss of each sample",
      resolve: (value) => (typeof value === "function" ? value : invalid),
    }),
  ];
  declare readonly fn: LossFunction;

  constructor(fn: LossFunction, options: LossOptions = {}) {
    super({ name: functionName(fn) || undefined, ...optionsOf("LossFunctionWrapper", options), fn } as LossOptions);
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    const [labels, predictions] = alignRanks(yTrue, yPred) as [TensorLike, TensorLike];
    return this.fn(labels, predictions);
  }
}
