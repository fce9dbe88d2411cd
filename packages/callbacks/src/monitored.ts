import { type Logs, ValueError } from "@neurite/core";
import { warn } from "./say.ts";

/** Whether lower or higher values of a metric are better; "auto" goes by its name. */
export type MonitorMode = "auto" | "min" | "max";

const lowerIsBetter = /loss|error|mse|mae|mape|msle|crossentropy|hinge|divergence|poisson|cosh|perplexity|false_/i;
const higherIsBetter =
  /acc|auc|precision|recall|sensitivity|specificity|f1|fbeta|f_?score|io_?u|r2|similarity|correlation|pearson|concordance|true_/i;

/**
 * The comparison for a metric: true when `current` is better than `reference` by more than `minDelta`.
 *
 * @throws ValueError for an unknown mode, and for "auto" with a metric whose name does not tell.
 *
 * @example
 * const isBetter = improvement("val_loss", "auto", 0.1);
 * isBetter(0.5, 1); // true
 * isBetter(0.95, 1); // false
 */
export function improvement(monitor: string, mode: MonitorMode, minDelta: number): (current: number, reference: number) => boolean {
  const delta = Math.abs(minDelta);
  return risesFor(monitor, mode)
    ? (current, reference) => current - delta > reference
    : (current, reference) => current + delta < reference;
}

/** The value to start from: anything is better. */
export function worst(monitor: string, mode: MonitorMode): number {
  return risesFor(monitor, mode) ? -Infinity : Infinity;
}

function risesFor(monitor: string, mode: MonitorMode): boolean {
  if (mode === "min" || mode === "max") return mode === "max";
  if (mode !== "auto") throw new ValueError(`[monitor] mode must be "auto", "min" or "max": got ${JSON.stringify(mode)}`);
  if (lowerIsBetter.test(monitor)) return false;
  if (higherIsBetter.test(monitor)) return true;
  throw new ValueError(
    `[monitor] the name of metric ${JSON.stringify(monitor)} does not tell whether lower or higher is better: give mode "min" or "max"`,
  );
}

/** Finds a metric in the logs of epochs. */
export class MonitoredMetric {
  readonly #callback: string;
  readonly #monitor: string;
  #warned = false;

  /** @param callback Its name, for errors. */
  constructor(callback: string, monitor: string) {
    this.#callback = callback;
    this.#monitor = monitor;
  }

  /**
   * The metric's value; null after an epoch without validation, which is worth a warning the first time.
   * @throws ValueError when there is no such metric: nobody would ever act on it.
   */
  valueIn(logs: Logs): number | null {
    const value = logs[this.#monitor];
    if (value !== undefined) return value;
    const names = Object.keys(logs);
    const message = `[${this.#callback}] there is no metric ${JSON.stringify(this.#monitor)}: the metrics are ${names.join(", ")}`;
    const validated = names.some((name) => name.startsWith("val_"));
    if (validated || !this.#monitor.startsWith("val_")) throw new ValueError(message);
    if (!this.#warned) warn(`${message}. Was fit given validationData or validationSplit?`);
    this.#warned = true;
    return null;
  }
}
