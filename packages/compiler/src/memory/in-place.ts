import type { Kernel, View } from "../plan/plan.ts";
import { blocksOf, visitReads, writesOf } from "../plan/views.ts";
import { sameNumbers } from "../views/strides.ts";
import type { AcyclicGraph } from "../schedule/acyclic-graph.ts";
import type { Slots } from "../schedule/slots.ts";
import type { Users } from "./accesses.ts";

export function sameView(a: View, b: View): boolean {
  return a.offset === b.offset && sameNumbers(a.strides, b.strides);
}

/**
 * True if `kernel`, which reads the slots `reads`, may store to the memory it reads as `slot`: it reads it at no other index than
 * the one it then stores to. Bodies load before they store, block by block or row by row; branches and loops do not.
 */
export function mayOverwrite(kernel: Kernel, reads: readonly number[], slot: number, store: View): boolean {
  if (!reads.includes(slot)) return true;
  if (blocksOf(kernel).length > 0) return false;
  let safe = true;
  visitReads(kernel, (view, body) => {
    if (view.buffer === slot && (body === null || !sameView(view, store))) safe = false;
  });
  return safe;
}

/**
 * Which updates may be written straight into the memory of what they replace: all other readers of the old contents can run before,
 * and the writer itself reads only what it is about to overwrite. Adds the edges that make it so. Gives, for each such update, the
 * slot it replaces.
 */
export function updatesInPlace(
  kernels: readonly Kernel[],
  { accesses, readers, writers }: Users,
  slots: Slots,
  updates: readonly number[],
  graph: AcyclicGraph,
): Map<number, number> {
  const inPlace = new Map<number, number>();
  for (const slot of updates) {
    const { place } = slots.all[slot] as Slots["all"][number];
    if (place.kind !== "update") continue;
    const old = place.of;
    const writing = writers.get(slot) ?? [];
    const reading = readers.get(old) ?? [];
    const safe = writing.every((index, i) => {
      const kernel = kernels[index] as Kernel;
      const { reads } = accesses[index] as { reads: readonly number[] };
      if (i > 0 && reads.includes(old)) return false;
      if (blocksOf(kernel).length > 0) return !reads.includes(old);
      return writesOf(kernel).every((view) => view.buffer !== slot || mayOverwrite(kernel, reads, old, view));
    });
    if (!safe) continue;
    const others = reading.filter((reader) => !writing.includes(reader));
    if (others.every((reader) => writing.every((writer) => graph.tryEdge(reader, writer)))) inPlace.set(slot, old);
  }
  return inPlace;
}
