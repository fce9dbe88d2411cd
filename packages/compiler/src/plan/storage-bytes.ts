import { bytesPerElement } from "@neurite/core";
import type { Plan } from "./plan.ts";

/**
 * Bytes that each input or state storage of `plan` must have at least, whatever its shape: 0 for one that no kernel uses.
 *
 * @example
 * storageBytes(plan, "input"); // [80, 4]
 */
export function storageBytes(plan: Plan, kind: "input" | "state"): number[] {
  const bytes = Array.from({ length: kind === "input" ? plan.inputs : plan.states }, () => 0);
  for (const { location, size, dtype } of plan.buffers) {
    if (location.kind === kind) bytes[location.index] = Math.max(bytes[location.index] as number, size * bytesPerElement(dtype));
  }
  return bytes;
}
