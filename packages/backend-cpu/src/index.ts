/** The native CPU backend of neurite. */
import type { Backend } from "@neurite/core";
import { CpuBackend } from "./backend.ts";
import { loadNative } from "./native.ts";
import type { CpuOptions } from "./options.ts";
import { resolveOptions } from "./options.ts";

/**
 * A backend that computes on the processor, in native code.
 *
 * Throws DeviceError, saying why and what to do, when the native engine is not there (see {@link isAvailable}) or the instruction
 * set asked for is not, and ValueError for options out of range.
 *
 * @example
 * setDefaultDevice(cpu({ threads: 4 }));
 */
export function cpu(options: CpuOptions = {}): Backend {
  const loaded = loadNative(options.finalizers);
  return new CpuBackend(loaded, resolveOptions(options, loaded.native));
}

/**
 * GFLOP/s of float32 that the cores reach with nothing but multiply-adds: the bar for matrix products. Takes a fraction of a second.
 *
 * @throws DeviceError as {@link cpu} does.
 *
 * @example
 * const share = reached / measurePeak({ threads: 1 }); // of what one core can do
 */
export function measurePeak(options: Pick<CpuOptions, "threads" | "instructionSet"> = {}): number {
  const { native } = loadNative();
  const { instructionSet, threads } = resolveOptions(options, native);
  return native.measurePeak(instructionSet, threads) / 1e9;
}

export { isAvailable, whyUnavailable } from "./native.ts";
export type { CpuOptions, Denormals, InstructionSet } from "./options.ts";
