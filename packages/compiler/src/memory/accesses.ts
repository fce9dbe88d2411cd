import type { Kernel } from "../plan/plan.ts";
import { blocksOf, visitReads, writesOf } from "../plan/views.ts";
import type { Slots } from "../schedule/slots.ts";

/** The slots that a kernel reads and writes, each once. */
export interface SlotAccess {
  readonly reads: readonly number[];
  readonly writes: readonly number[];
}

/** What `kernel` reads and writes as the program `depth` deep sees it: of branches and loops, what lies outside of them. */
function accessOf(kernel: Kernel, slots: Slots, depth: number): SlotAccess {
  if (blocksOf(kernel).length === 0) {
    const reads: number[] = [];
    const writes: number[] = [];
    visitReads(kernel, ({ buffer }) => addOnce(reads, buffer));
    for (const { buffer } of writesOf(kernel)) addOnce(writes, buffer);
    return { reads, writes };
  }
  const writes = new Set<number>();
  for (const { buffer } of writesOf(kernel)) {
    const slot = slots.seenFrom(buffer, depth);
    if (slot >= 0) writes.add(slot);
  }
  const reads = new Set<number>();
  visitReads(kernel, ({ buffer }) => {
    const slot = slots.seenFrom(buffer, depth);
    // What a loop carries was there before it: written by others first, like what it writes.
    if (slot >= 0 && !writes.has(slot)) reads.add(slot);
  });
  return { reads: [...reads], writes: [...writes] };
}

/** Kernels without blocks use few arrays: a list is quicker than a set. */
function addOnce(slots: number[], slot: number): void {
  if (!slots.includes(slot)) slots.push(slot);
}

/** For each slot, the kernels that read and write it, and what each of them reads and writes. */
export interface Users {
  readonly accesses: readonly SlotAccess[];
  readonly readers: ReadonlyMap<number, readonly number[]>;
  readonly writers: ReadonlyMap<number, readonly number[]>;
}

export function usersOf(kernels: readonly Kernel[], slots: Slots, depth: number): Users {
  const readers = new Map<number, number[]>();
  const writers = new Map<number, number[]>();
  const add = (users: Map<number, number[]>, slot: number, index: number): void => {
    const list = users.get(slot);
    if (list === undefined) users.set(slot, [index]);
    else list.push(index);
  };
  const accesses = kernels.map((kernel, index) => {
    const access = accessOf(kernel, slots, depth);
    for (const slot of access.reads) add(readers, slot, index);
    for (const slot of access.writes) add(writers, slot, index);
    return access;
  });
  return { accesses, readers, writers };
}
