/** What runs complained of. */
import { located, type NeuriteError, ValueError } from "@neurite/core";
import type { Site } from "../plan/plan.ts";

/** Runs whose sites are remembered. */
const mostUnchecked = 1 << 16;

/**
 * What a complaint of `site` says to the user.
 *
 * @example
 * formatSite({ op: "take", scope: "embedding", message: "an index is outside 0..9" }); // [take] an index is outside 0..9, in layer "embedding"
 */
export function formatSite({ op, scope, message }: Site): string {
  return located(op, scope, message);
}

/**
 * Keeps account of which runs failed, for devices that tell of it by a status word long after a run was queued. A run that complains, and all after it that were queued before the host heard of it, give no
 * results; their storages answer with the error of the first.
 *
 * @example
 * const run = failures.begin(plan.sites); // queue it, remember `run` with its results; the device's status words name it when it fails
 * const error = failures.absorb(site, failedRun, failures.lastRun);
 */
export class Failures {
  private readonly sites: (readonly Site[])[] = [];
  private readonly failed: { readonly from: number; readonly to: number; readonly error: NeuriteError }[] = [];
  /** Number of the last run. */
  private last = 0;
  /** Runs up to this one are known to have ended well or badly. */
  private checked = 0;

  /** Numbers a run of a plan with these sites. */
  begin(sites: readonly Site[]): number {
    this.last++;
    this.sites[this.last % mostUnchecked] = sites;
    return this.last;
  }

  /** True when a check of the status must come before the next run: its sites would push out those of one that is unaccounted for. */
  get isFull(): boolean {
    return this.last - this.checked >= mostUnchecked - 1;
  }

  /** Number of the last run; the first is 1. */
  get lastRun(): number {
    return this.last;
  }

  /** The error of the run that made a storage, 0 for none; null if it went well as far as is known. */
  of(run: number): NeuriteError | null {
    if (run === 0 || this.failed.length === 0) return null;
    return this.failed.find(({ from, to }) => run >= from && run <= to)?.error ?? null;
  }

  /**
   * Takes in status words that were read after run `upTo`. Gives the error if they tell of a failure that nobody knew of; the caller then
   * resets the words, so every run queued so far counts as failed.
   */
  absorb(site: number, failedRun: number, upTo: number): NeuriteError | null {
    this.checked = Math.max(this.checked, upTo);
    if (failedRun === 0 || this.of(failedRun) !== null) return null;
    const found = this.sites[failedRun % mostUnchecked]?.[site];
    const error = new ValueError(found === undefined ? `[run] run ${failedRun} complained at site ${site}` : formatSite(found));
    this.failed.push({ from: failedRun, to: this.last, error });
    return error;
  }
}
