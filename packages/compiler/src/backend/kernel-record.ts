import type { KernelRecord } from "@neurite/core";
import { bytesMovedBy, flopsOf } from "../plan/estimate.ts";
import type { Buffer, Kernel } from "../plan/plan.ts";
import { blocksOf } from "../plan/views.ts";

/** What was measured of all calls of a kernel. */
export interface KernelTimes {
  readonly calls: number;
  /** With the kernels that it consists of. */
  readonly nanoseconds: number;
  /** Of the kernels that it consists of. Default 0. */
  readonly inside?: number;
}

/**
 * A line of a profile: what was measured of a kernel of a plan, with the label and the buffers it has there.
 *
 * @example
 * kernelRecord(plan.kernels[0], plan.labels[0], plan.buffers, { calls: 1, nanoseconds: 1200 });
 */
export function kernelRecord(kernel: Kernel, label: string, buffers: readonly Buffer[], times: KernelTimes): KernelRecord {
  const { calls, nanoseconds, inside = 0 } = times;
  const isControl = blocksOf(kernel).length > 0;
  const split = label.lastIndexOf(": ");
  return {
    scope: split < 0 ? "" : label.slice(0, split),
    op: split < 0 ? label : label.slice(split + 2),
    kind: kernel.kind,
    calls,
    nanoseconds: Math.max(0, nanoseconds - inside),
    inclusiveNanoseconds: nanoseconds,
    bytes: isControl ? 0 : calls * bytesMovedBy(kernel, buffers),
    flops: isControl ? 0 : calls * flopsOf(kernel),
  };
}
