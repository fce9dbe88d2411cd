import { type CallbackLike, type CallbackModel, type CallbackParams, type Logs, ValueError } from "@neurite/core";

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
export class Callback implements CallbackLike {
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

  onTrainBegin?(logs?: Logs): void | Promise<void>;
  onTrainEnd?(logs?: Logs): void | Promise<void>;
  /** `epoch` counts from 0. */
  onEpochBegin?(epoch: number, logs?: Logs): void | Promise<void>;
  /** `logs` holds the metrics of the epoch, and of the validation under "val_…". */
  onEpochEnd?(epoch: number, logs?: Logs): void | Promise<void>;
  onTrainBatchBegin?(batch: number, logs?: Logs): void | Promise<void>;
  /** `logs` holds the running metrics. Overriding it makes each batch a call of its own, with a read from the device. */
  onTrainBatchEnd?(batch: number, logs?: Logs): void | Promise<void>;
  onTestBegin?(logs?: Logs): void | Promise<void>;
  onTestEnd?(logs?: Logs): void | Promise<void>;
  onTestBatchBegin?(batch: number, logs?: Logs): void | Promise<void>;
  onTestBatchEnd?(batch: number, logs?: Logs): void | Promise<void>;
  onPredictBegin?(logs?: Logs): void | Promise<void>;
  onPredictEnd?(logs?: Logs): void | Promise<void>;
  onPredictBatchBegin?(batch: number, logs?: Logs): void | Promise<void>;
  onPredictBatchEnd?(batch: number, logs?: Logs): void | Promise<void>;
}
