import { type Logs, optionsOf, ValueError } from "@neurite/core";
import { Callback } from "./callback.ts";
import type { ProgressListener } from "./callback-list.ts";
import { say } from "./say.ts";

/** Options of {@link TerminateOnNaN}. */
export interface TerminateOnNaNOptions {
  /** Fail rather than end quietly. Default false. */
  readonly raiseError?: boolean;
}

/**
 * Ends training when the loss is NaN or infinite. The running loss stays so from the first such batch on, and is looked at about every
 * tenth of a second: it costs no read a batch.
 *
 * @throws ValueError, out of `fit`, at such a loss with `raiseError`.
 *
 * @example
 * await model.fit(x, y, { epochs: 50, callbacks: [new TerminateOnNaN()] });
 */
export class TerminateOnNaN extends Callback implements ProgressListener {
  readonly #raiseError: boolean;
  #told = false;

  constructor(options: TerminateOnNaNOptions = {}) {
    super();
    this.#raiseError = optionsOf("TerminateOnNaN", options).raiseError ?? false;
  }

  override onTrainBegin(): void {
    this.#told = false;
  }

  async onProgress(done: number, _total: number | null, logs: () => Promise<Logs>): Promise<void> {
    this.#check((await logs())["loss"], `Batch ${done}`);
  }

  override onEpochEnd(epoch: number, logs: Logs = {}): void {
    this.#check(logs["loss"], `Epoch ${epoch + 1}`);
  }

  #check(loss: number | undefined, where: string): void {
    if (this.#told || loss === undefined || Number.isFinite(loss)) return;
    this.#told = true;
    if (this.#raiseError) throw new ValueError(`[TerminateOnNaN] ${where}: the loss is ${loss}`);
    say(`${where}: Invalid loss, terminating training`);
    this.model.stopTraining = true;
  }
}
