import { type CallbackLike, type CallbackModel, type CallbackParams, describeValue, type Logs, ValueError } from "@neurite/core";
import { History } from "./history.ts";
import { ProgressBar } from "./progress-bar.ts";

/** The hooks of callbacks. */
export type Hook = Exclude<keyof CallbackLike, "setModel" | "setParams">;

type HookArguments<H extends Hook> = Parameters<NonNullable<CallbackLike[H]>>;

/** Something that watches progress between batches: unlike a batch hook it neither splits calls nor waits for a read. */
export interface ProgressListener {
  /** After some batches, at most every tenth of a second, and after the last where it is known to be that. `total`: null where it is not known. `logs` reads the running metrics when called. */
  onProgress(done: number, total: number | null, logs: () => Promise<Logs>): Promise<void>;
}

/** Time between two looks at the progress, in milliseconds. */
const progressInterval = 100;

/** Options of {@link CallbackList}. */
export interface CallbackListOptions {
  /** The callbacks' model. */
  readonly model: CallbackModel;
  readonly params: CallbackParams;
  /** Adds a {@link History} where the list has none. Default false. */
  readonly addHistory?: boolean;
  /** Adds a {@link ProgressBar} where the list has none. Default false. */
  readonly addProgbar?: boolean;
  /** What errors call the job: "fit" (default), "evaluate", "predict". */
  readonly job?: string;
  /** Milliseconds since some fixed moment; default `performance.now`. */
  readonly clock?: () => number;
}

/**
 * The callbacks of one job, called in order.
 *
 * @example
 * // For training loops of one's own; `fit` makes one itself.
 * const list = new CallbackList([new EarlyStopping()], { model, params, addHistory: true });
 * await list.call("onTrainBegin");
 * await list.call("onEpochEnd", 0, { loss: 0.5, val_loss: 0.7 });
 * await list.call("onTrainEnd");
 * list.history?.history; // { loss: [0.5], val_loss: [0.7] }
 */
export class CallbackList {
  readonly #callbacks: readonly CallbackLike[];
  readonly #clock: () => number;
  #lastProgress: number;

  /** @throws ValueError for something that is no callback. */
  constructor(callbacks: readonly CallbackLike[], options: CallbackListOptions) {
    if (!Array.isArray(callbacks)) throw new ValueError(`[fit] callbacks must be a list: got ${typeof callbacks}`);
    if (typeof options !== "object" || options === null)
      throw new ValueError("[fit] a list of callbacks needs its options: model and params");
    for (const callback of callbacks) {
      if (typeof callback !== "object" || callback === null) {
        const got = describeValue(callback);
        throw new ValueError(`[${options.job ?? "fit"}] callbacks must be objects with hooks: got ${got}`);
      }
    }
    const { addHistory = false, addProgbar = false } = options;
    const has = (kind: typeof History | typeof ProgressBar): boolean => callbacks.some((callback) => callback instanceof kind);
    const all: readonly CallbackLike[] = [
      ...callbacks,
      ...(addProgbar && !has(ProgressBar) ? [new ProgressBar()] : []),
      ...(addHistory && !has(History) ? [new History()] : []),
    ];
    this.#callbacks = all;
    this.#clock = options.clock ?? ((): number => performance.now());
    this.#lastProgress = this.#clock();
    for (const callback of all) {
      callback.setParams?.(options.params);
      callback.setModel?.(options.model);
    }
  }

  /** The first {@link History} among the callbacks; null for none. */
  get history(): History | null {
    return this.#callbacks.find((callback) => callback instanceof History) ?? null;
  }

  /** Whether one of the callbacks has one of these hooks. */
  listens(...hooks: readonly Hook[]): boolean {
    return this.#callbacks.some((callback) => hooks.some((hook) => callback[hook] !== undefined));
  }

  /** Calls a hook of all callbacks, one after another. */
  async call<H extends Hook>(hook: H, ...args: HookArguments<H>): Promise<void> {
    for (const callback of this.#callbacks) {
      await (callback[hook] as ((...given: HookArguments<H>) => void | Promise<void>) | undefined)?.call(callback, ...args);
    }
  }

  /** Tells progress listeners how far the epoch is. */
  async progress(done: number, total: number | null, logs: () => Promise<Logs>): Promise<void> {
    const now = this.#clock();
    if (done !== total && now - this.#lastProgress < progressInterval) return;
    this.#lastProgress = now;
    let read: Promise<Logs> | undefined;
    const readOnce = (): Promise<Logs> => (read ??= logs());
    for (const callback of this.#callbacks) await (callback as Partial<ProgressListener>).onProgress?.(done, total, readOnce);
  }
}
