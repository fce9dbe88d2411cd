import { optionsOf } from "@neurite/core";
import type { Logs } from "@neurite/core";
import { Callback } from "./callback.ts";
import type { ProgressListener } from "./callback-list.ts";

/** Where progress is written: a terminal, or anything that takes text. */
export interface ProgressOutput {
  write(text: string): unknown;
  /** Whether lines can be drawn over. */
  readonly isTTY?: boolean;
  /** Width in characters. */
  readonly columns?: number;
}

/** Options of {@link ProgressBar}. */
export interface ProgressBarOptions {
  /** Default: the process's standard output, else the console. */
  readonly output?: ProgressOutput;
  /** Milliseconds since some fixed moment; default `performance.now`. */
  readonly clock?: () => number;
}

const barWidth = 20;

/**
 * What `fit`, `evaluate` and `predict` print. On a terminal: a bar that is redrawn at most ten times a second, with steps, time left, time a
 * step and metrics. Elsewhere, and with `verbose: 2`: one line an epoch. With `verbose: 1` elsewhere: the bars as they are in the end.
 *
 * @example
 * // Epoch 3/20
 * //  870/1719 ━━━━━━━━━━           2s 3ms/step - loss: 0.4832 - accuracy: 0.8291
 */
export class ProgressBar extends Callback implements ProgressListener {
  readonly #output: ProgressOutput;
  readonly #clock: () => number;
  #reportsMetrics = true;
  /** Within an epoch: evaluations then are its validation. */
  #inEpoch = false;
  /** Within the validation of an epoch. */
  #validating = false;
  #started = 0;
  /** Batches in all; null where it is not known yet. */
  #total: number | null = null;
  /** Batches seen. */
  #done = 0;
  /** The bar stands on the last line. */
  #drawn = false;

  constructor(options: ProgressBarOptions = {}) {
    super();
    const { output = standardOutput(), clock = (): number => performance.now() } = optionsOf("ProgressBar", options);
    this.#output = output;
    this.#clock = clock;
  }

  override onEpochBegin(epoch: number): void {
    this.#start();
    this.#inEpoch = true;
    const { epochs } = this.params;
    if (this.#hasBars && epochs > 1) this.#output.write(`Epoch ${epoch + 1}/${epochs}\n`);
  }

  override onEpochEnd(epoch: number, logs: Logs = {}): void {
    this.#inEpoch = false;
    this.#finish(`Epoch ${epoch + 1}/${this.params.epochs}`, logs);
  }

  override onTestBegin(): void {
    this.#validating = this.#inEpoch;
    if (!this.#validating) this.#start();
  }

  override onTestEnd(logs: Logs = {}): void {
    if (this.#validating) this.#validating = false;
    else this.#finish(null, logs);
  }

  override onPredictBegin(): void {
    this.#reportsMetrics = false;
    this.#start();
  }

  override onPredictEnd(): void {
    this.#finish(null, {});
  }

  async onProgress(done: number, total: number | null, logs: () => Promise<Logs>): Promise<void> {
    if (this.#validating) return;
    this.#total = total;
    this.#done = done;
    if (!this.#isLive || (total !== null && done >= total)) return;
    const values = this.#reportsMetrics ? await logs() : {};
    const seconds = this.#seconds;
    const times = timesText(total === null ? seconds : (seconds / done) * (total - done), seconds, done);
    this.#draw([`${this.#bar(done)} ${times}`, ...metricTexts(values)].join(" - "));
  }

  /** Whether bars are shown rather than one line an epoch. */
  get #hasBars(): boolean {
    const { verbose } = this.params;
    return verbose === 1 || (verbose === "auto" && this.#output.isTTY === true);
  }

  /** Whether bars are redrawn in place. */
  get #isLive(): boolean {
    return this.#hasBars && this.#output.isTTY === true;
  }

  get #seconds(): number {
    return (this.#clock() - this.#started) / 1000;
  }

  #start(): void {
    this.#started = this.#clock();
    this.#total = this.params.steps;
    this.#done = 0;
    this.#drawn = false;
  }

  /** Ends what was begun with its last line, which has the number of batches for a title where there is none. */
  #finish(title: string | null, logs: Logs): void {
    // The last that was heard of a stream may be some batches old.
    const steps = this.#total ?? (this.#done === 0 ? null : this.#done);
    this.#total = steps;
    const seconds = this.#seconds;
    const line = this.#hasBars
      ? [`${this.#bar(steps)} ${timesText(seconds, seconds, steps)}`, ...metricTexts(logs)]
      : [title ?? this.#counter(steps), duration(seconds), ...perStep(seconds, steps), ...metricTexts(logs)];
    this.#draw(line.join(" - "), true);
    this.#drawn = false;
  }

  #counter(done: number | null): string {
    const total = this.#total === null ? "Unknown" : String(this.#total);
    return `${String(done ?? "?").padStart(total.length)}/${total}`;
  }

  #bar(done: number | null): string {
    const total = this.#total;
    const filled = done === null || total === null || total === 0 ? barWidth : Math.floor((done / total) * barWidth);
    return `${this.#counter(done)} ${"━".repeat(filled)}${" ".repeat(barWidth - filled)}`;
  }

  #draw(line: string, isLast = false): void {
    const { columns } = this.#output;
    // A line that wraps cannot be drawn over.
    const text = !isLast && columns !== undefined && line.length >= columns ? line.slice(0, columns - 1) : line;
    this.#output.write(`${this.#drawn ? "\r\u001B[2K" : ""}${text}${isLast ? "\n" : ""}`);
    this.#drawn = true;
  }
}

/** A duration, and after it the time a step. */
function timesText(shown: number, seconds: number, steps: number | null): string {
  return [duration(shown), ...perStep(seconds, steps)].join(" ");
}

/** The time a step; nothing where their number is not known. */
function perStep(seconds: number, steps: number | null): string[] {
  if (steps === null || steps === 0) return [];
  const each = seconds / steps;
  if (each >= 1) return [`${Math.round(each)}s/step`];
  return [each >= 1e-3 ? `${Math.round(each * 1e3)}ms/step` : `${Math.round(each * 1e6)}us/step`];
}

function metricTexts(logs: Logs): string[] {
  return Object.entries(logs).map(([name, value]) => {
    const fits = Math.abs(value) > 1e-3 || value === 0;
    return `${name}: ${fits ? value.toFixed(4) : value.toExponential(4)}`;
  });
}

/** "5s", "1:05", "1:02:05". */
function duration(seconds: number): string {
  const whole = Math.floor(seconds);
  const two = (part: number): string => String(part % 60).padStart(2, "0");
  const minutes = Math.floor(whole / 60);
  if (minutes >= 60) return `${Math.floor(minutes / 60)}:${two(minutes)}:${two(whole)}`;
  return minutes > 0 ? `${minutes}:${two(whole)}` : `${whole}s`;
}

/** The process's standard output where there is one, else the console a line at a time. */
function standardOutput(): ProgressOutput {
  const { process } = globalThis as { process?: { stdout?: ProgressOutput } };
  return process?.stdout ?? { write: (text) => void (text.endsWith("\n") && console.log(text.trimEnd())) };
}
