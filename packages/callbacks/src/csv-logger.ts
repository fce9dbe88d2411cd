import { optionsOf } from "@neurite/core";
import type { Logs } from "@neurite/core";
import { Callback } from "./callback.ts";

/** Options of {@link CSVLogger}. */
export interface CSVLoggerOptions {
  /** Between the columns. Default ",". */
  readonly separator?: string;
  /** Goes on with a file that is there already. Default false: it is written anew. */
  readonly append?: boolean;
}

/**
 * Writes the metrics of each epoch as a line of a CSV file. Needs a file system: Node, not a browser.
 *
 * @example
 * await model.fit(x, y, { epochs: 10, callbacks: [new CSVLogger("training.csv")] });
 */
export class CSVLogger extends Callback {
  readonly #filename: string;
  readonly #separator: string;
  readonly #append: boolean;
  #keys: readonly string[] | null = null;
  #needsHeader = true;

  constructor(filename: string, options: CSVLoggerOptions = {}) {
    super();
    this.#filename = filename;
    const { separator = ",", append = false } = optionsOf("CSVLogger", options);
    this.#separator = separator;
    this.#append = append;
  }

  override async onTrainBegin(): Promise<void> {
    const { readFile, writeFile } = await import("node:fs/promises");
    this.#keys = null;
    const existing = this.#append ? await readFile(this.#filename, "utf8").catch(() => "") : "";
    this.#needsHeader = existing === "";
    if (!this.#append) await writeFile(this.#filename, "");
  }

  override async onEpochEnd(epoch: number, logs: Logs = {}): Promise<void> {
    const { appendFile } = await import("node:fs/promises");
    if (this.#keys === null) {
      const keys = Object.keys(logs).toSorted();
      this.#keys = keys.some((key) => key.startsWith("val_")) ? keys : [...keys, ...keys.map((key) => `val_${key}`)];
    }
    const row = (cells: readonly unknown[]): string => `${cells.map((cell) => this.#quoted(String(cell))).join(this.#separator)}\r\n`;
    const header = this.#needsHeader ? row(["epoch", ...this.#keys]) : "";
    this.#needsHeader = false;
    await appendFile(this.#filename, header + row([epoch, ...this.#keys.map((key) => logs[key] ?? "NA")]));
  }

  #quoted(cell: string): string {
    return cell.includes(this.#separator) || /["\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
  }
}
