import { type CallbackLike, type CallbackModel, type CallbackParams, type Logs, ValueError } from "@neurite/core";

type Hook = Exclude<keyof CallbackLike, "setModel" | "setParams">;

/** Something that watches progress between batches: unlike a batch hook it neither splits calls nor waits for a read. */
export interface ProgressListener {
  /** After some batches, at most every tenth of a second. `logs` reads the running metrics when called. */
  onProgress(done: number, total: number, logs: () => Promise<Logs>): Promise<void>;
}

/** Time between two looks at the progress, in milliseconds. */
const progressInterval = 100;

/** The callbacks of one job, called in order. */
export class CallbackList {
  readonly #callbacks: readonly CallbackLike[];
  #lastProgress = 0;

  /** @throws ValueError for something that is no callback. */
  constructor(callbacks: readonly CallbackLike[], context: { readonly model: CallbackModel; readonly params: CallbackParams }) {
    for (const callback of callbacks) {
      if (typeof callback !== "object" || callback === null) {
        throw new ValueError(`[fit] callbacks must be objects with hooks: got ${callback === null ? "null" : typeof callback}`);
      }
      callback.setParams?.(context.params);
      callback.setModel?.(context.model);
    }
    this.#callbacks = callbacks;
  }

  /** Whether somebody wants to know of each batch in training: steps are then not grouped. */
  get listensToTrainBatches(): boolean {
    return this.#listens("onTrainBatchBegin", "onTrainBatchEnd");
  }

  get listensToTestBatches(): boolean {
    return this.#listens("onTestBatchBegin", "onTestBatchEnd");
  }

  get listensToPredictBatches(): boolean {
    return this.#listens("onPredictBatchBegin", "onPredictBatchEnd");
  }

  #listens(...hooks: Hook[]): boolean {
    return this.#callbacks.some((callback) => hooks.some((hook) => callback[hook] !== undefined));
  }

  /** Calls a hook that takes logs only. */
  async begin(
    hook: "onTrainBegin" | "onTrainEnd" | "onTestBegin" | "onTestEnd" | "onPredictBegin" | "onPredictEnd",
    logs?: Logs,
  ): Promise<void> {
    for (const callback of this.#callbacks) await callback[hook]?.(logs);
  }

  /** Calls a hook that takes the number of an epoch or a batch. */
  async call(
    hook: Exclude<Hook, "onTrainBegin" | "onTrainEnd" | "onTestBegin" | "onTestEnd" | "onPredictBegin" | "onPredictEnd">,
    index: number,
    logs?: Logs,
  ): Promise<void> {
    for (const callback of this.#callbacks) await callback[hook]?.(index, logs);
  }

  /** Tells progress listeners how far the epoch is. */
  async progress(done: number, total: number, logs: () => Promise<Logs>): Promise<void> {
    const now = Date.now();
    if (done < total && now - this.#lastProgress < progressInterval) return;
    this.#lastProgress = now;
    for (const callback of this.#callbacks) await (callback as Partial<ProgressListener>).onProgress?.(done, total, logs);
  }
}
