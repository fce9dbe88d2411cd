import type { Logs } from "@neurite/core";
import { Callback } from "./callback.ts";
import type { ProgressListener } from "./callback-list.ts";

/** Where progress is written: a terminal, or anything that takes text. */
export interface ProgressOutput {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

const barWidth = 20;

/**
 * What `fit` and `evaluate` print: on a terminal a bar that is redrawn at most ten times a second, with batch, time a step, time left and
 * metrics; elsewhere a line an epoch.
 */
export class ProgressBar extends Callback implements ProgressListener {
  readonly #output: ProgressOutput;
  #started = 0;
  #drawn = false;
  #steps: number | null = null;
  #testing = false;
  #fitting = false;

  constructor(options: { readonly output?: ProgressOutput } = {}) {
    super();
    this.#output = options.output ?? standardOutput();
  }

  /** True when a bar is redrawn in place. */
  get #live(): boolean {
    const { verbose } = this.params;
    return verbose === 1 || (verbose === "auto" && this.#output.isTTY === true);
  }

  override onTrainBegin(): void {
    this.#fitting = true;
  }

  override onTrainEnd(): void {
    this.#fitting = false;
  }

  override onEpochBegin(epoch: number): void {
    this.#start(this.params.steps);
    if (this.#live) this.#output.write(`Epoch ${epoch + 1}/${this.params.epochs}\n`);
  }

  override onEpochEnd(epoch: number, logs: Logs = {}): void {
    const seconds = (Date.now() - this.#started) / 1000;
    if (this.#live)
      this.#redraw(
        `${this.#bar(this.#steps ?? 0, this.#steps)} ${duration(seconds)} ${this.#perStep(seconds, this.#steps)}${metrics(logs)}\n`,
      );
    else
      this.#output.write(
        `Epoch ${epoch + 1}/${this.params.epochs} - ${duration(seconds)} - ${this.#perStep(seconds, this.#steps)}${metrics(logs)}\n`,
      );
    this.#drawn = false;
  }

  override onTestBegin(): void {
    this.#testing = true;
    if (!this.#fitting) this.#start(this.params.steps);
  }

  override onTestEnd(logs: Logs = {}): void {
    this.#testing = false;
    if (this.#fitting) return;
    const seconds = (Date.now() - this.#started) / 1000;
    this.#redraw(
      `${this.#live ? this.#bar(this.#steps ?? 0, this.#steps) : `${this.#steps ?? "?"}/${this.#steps ?? "?"}`} ${duration(seconds)} ${this.#perStep(seconds, this.#steps)}${metrics(logs)}\n`,
    );
    this.#drawn = false;
  }

  async onProgress(done: number, total: number, logs: () => Promise<Logs>): Promise<void> {
    if (!this.#live || (this.#testing && this.#fitting) || done >= total) return;
    const values = this.#testing || this.#fitting ? await logs() : {};
    const seconds = (Date.now() - this.#started) / 1000;
    this.#redraw(
      `${this.#bar(done, total)} ${duration((seconds / done) * (total - done))} ${this.#perStep(seconds, done)}${metrics(values)}`,
    );
  }

  #start(steps: number | null): void {
    this.#steps = steps;
    this.#started = Date.now();
    this.#drawn = false;
  }

  #perStep(seconds: number, steps: number | null): string {
    if (!steps) return "";
    const each = seconds / steps;
    return each >= 1 ? `${Math.round(each)}s/step` : each >= 1e-3 ? `${Math.round(each * 1e3)}ms/step` : `${Math.round(each * 1e6)}us/step`;
  }

  #bar(done: number, total: number | null): string {
    const whole = total ?? done;
    const filled = whole === 0 ? barWidth : Math.round((done / whole) * barWidth);
    const width = String(whole).length;
    return `${String(done).padStart(width)}/${total ?? "?"} ${"━".repeat(filled)}${" ".repeat(barWidth - filled)}`;
  }

  #redraw(line: string): void {
    const { columns } = this.#output;
    const ends = line.endsWith("\n");
    const text = ends ? line.slice(0, -1) : line;
    // A line that wraps cannot be drawn over.
    const cut = !ends && columns !== undefined && text.length >= columns ? text.slice(0, columns - 1) : text;
    this.#output.write(`${this.#drawn ? "\r\u001B[2K" : ""}${cut}${ends ? "\n" : ""}`);
    this.#drawn = true;
  }
}

function metrics(logs: Logs): string {
  return Object.entries(logs)
    .map(([name, value]) => ` - ${name}: ${Math.abs(value) > 1e-3 || value === 0 ? value.toFixed(4) : value.toExponential(4)}`)
    .join("");
}

function duration(seconds: number): string {
  const whole = Math.floor(seconds);
  if (whole >= 3600)
    return `${Math.floor(whole / 3600)}:${String(Math.floor((whole % 3600) / 60)).padStart(2, "0")}:${String(whole % 60).padStart(2, "0")}`;
  return whole >= 60 ? `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}` : `${whole}s`;
}

/** The process's standard output where there is one, else the console a line at a time. */
function standardOutput(): ProgressOutput {
  const { process, console } = globalThis as unknown as { process?: { stdout?: ProgressOutput }; console: { log(line: string): void } };
  if (process?.stdout !== undefined) return process.stdout;
  return { write: (text) => text.endsWith("\n") && console.log(text.trimEnd()) };
}
