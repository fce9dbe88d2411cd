/** The reference backend: what neurite's graphs mean, in plain TypeScript. */
import type { Backend } from "@neurite/core";
import { ReferenceBackend } from "./backend.ts";
import type { Precision } from "./numbers/rounding.ts";

/** Options of {@link reference}. */
export interface ReferenceOptions {
  /**
   * `"exact"` (the default) rounds the result of every node to its dtype, as other devices do.
   * `"float64"` keeps floating values in double precision from node to node within a run; storages have their dtype all the same.
   */
  readonly precision?: Precision;
}

/**
 * A backend that interprets graphs on the main thread. It takes every primitive and every dtype and needs nothing installed;
 * it is the oracle for other backends, and the fallback where there is none.
 *
 * @example
 * withDevice(reference(), () => tensor([1, 2, 3]).sum().item()); // 6
 */
export function reference(options: ReferenceOptions = {}): Backend {
  return new ReferenceBackend(options.precision ?? "exact");
}

export type { Precision } from "./numbers/rounding.ts";
