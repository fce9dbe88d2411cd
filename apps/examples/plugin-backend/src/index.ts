import type { Backend } from "@neurite/core";
import { CopyingBackend } from "./backend.ts";

/**
 * A backend that keeps tensors in memory of its own, and copies them to a device for each run and back.
 *
 * @example
 * setDefaultDevice(copying());
 */
export function copying(): Backend {
  return new CopyingBackend();
}
