import type { KernelRecord } from "../backend/backend.ts";

/** What some kernels took together. */
export interface KernelTotals {
  readonly calls: number;
  readonly nanoseconds: number;
  /** Bytes read and written, as estimated. */
  readonly bytes: number;
  /** Floating-point operations as estimated; null where the backend does not estimate them. */
  readonly flops: number | null;
}

export function totalsOf(kernels: readonly KernelRecord[]): KernelTotals {
  let calls = 0;
  let nanoseconds = 0;
  let bytes = 0;
  let flops: number | null = null;
  for (const kernel of kernels) {
    calls += kernel.calls;
    nanoseconds += kernel.nanoseconds;
    bytes += kernel.bytes;
    if (kernel.flops !== null) flops = (flops ?? 0) + kernel.flops;
  }
  return { calls, nanoseconds, bytes, flops };
}

/** "functional/dense_1: dot add max". */
export function labelOf({ scope, op }: KernelRecord): string {
  return scope === "" ? op : `${scope}: ${op}`;
}

/** Kernels by each of the keys that they have, in the order that the keys are met in. */
export function groupBy(
  kernels: readonly KernelRecord[],
  keysOf: (kernel: KernelRecord) => readonly string[],
): Map<string, KernelRecord[]> {
  const groups = new Map<string, KernelRecord[]>();
  for (const kernel of kernels) {
    for (const key of keysOf(kernel)) {
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [kernel]);
      else group.push(kernel);
    }
  }
  return groups;
}

export function longestFirst<T extends KernelTotals>(rows: readonly T[]): T[] {
  return [...rows].sort((a, b) => b.nanoseconds - a.nanoseconds);
}
