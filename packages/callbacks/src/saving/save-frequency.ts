import { ValueError } from "@neurite/core";

/** When to save: at the end of each epoch, or after so many batches. */
export type SaveFrequency = "epoch" | number;

/** @throws ValueError for anything but "epoch" and positive whole numbers. */
export function checkFrequency(callback: string, frequency: unknown): SaveFrequency {
  if (frequency === "epoch" || (Number.isInteger(frequency) && (frequency as number) >= 1)) return frequency as SaveFrequency;
  throw new ValueError(`[${callback}] saveFreq must be "epoch" or a positive number of batches: got ${JSON.stringify(frequency)}`);
}

/** Counts batches across epochs. */
export class BatchCounter {
  readonly #every: number;
  #seen = 0;
  #last = -1;

  constructor(every: number) {
    this.#every = every;
  }

  /** Counts up to `batch` of an epoch, and says whether it is time. */
  reaches(batch: number): boolean {
    this.#seen += batch <= this.#last ? batch + 1 : batch - this.#last;
    this.#last = batch;
    if (this.#seen < this.#every) return false;
    this.#seen = 0;
    return true;
  }
}
