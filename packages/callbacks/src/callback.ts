import { type CallbackLike, type CallbackModel, type CallbackParams, ValueError } from "@neurite/core";

/**
 * Base of callbacks: override the hooks you need, each of which may be async. A hook that is not overridden costs nothing.
 *
 * @example
 * class PrintLoss extends Callback {
 *   override onEpochEnd(epoch: number, logs: Logs = {}): void {
 *     console.log(epoch, logs["loss"]);
 *   }
 * }
 * await model.fit(x, y, { epochs: 3, callbacks: [new PrintLoss()] });
 */
export class Callback {
  #model: CallbackModel | null = null;
  #params: CallbackParams | null = null;

  /**
   * The model in training.
   *
   * @throws ValueError before training begins.
   */
  get model(): CallbackModel {
    if (this.#model === null)
      throw new ValueError(`[${this.constructor.name}] belongs to no model yet: it is given to fit, evaluate or predict`);
    return this.#model;
  }

  /** Epochs, steps and verbosity of the job. */
  get params(): CallbackParams {
    if (this.#params === null)
      throw new ValueError(`[${this.constructor.name}] belongs to no job yet: it is given to fit, evaluate or predict`);
    return this.#params;
  }

  setModel(model: CallbackModel): void {
    this.#model = model;
  }

  setParams(params: CallbackParams): void {
    this.#params = params;
  }
}

/** The hooks, none of which is there until it is overridden. */
export interface Callback extends CallbackLike {}
