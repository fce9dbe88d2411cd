import { readFileSync } from "node:fs";
import type { Row } from "./work.ts";

/**
 * The most memory that this process has held, in MiB. `resourceUsage` would count what the process was before it became this program: a copy of
 * its parent.
 */
export function peakMemory(): number {
  try {
    const [, kibibytes] = /VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8")) as RegExpExecArray;
    return Number(kibibytes) / 1024;
  } catch {
    return process.resourceUsage().maxRSS / 1024; // Not Linux.
  }
}

/** Of the rows before it. */
export const peakMemoryRow: Row = { unit: "MiB", once: true, prepare: async () => async () => peakMemory() };
