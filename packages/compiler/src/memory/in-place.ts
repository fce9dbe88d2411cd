import type { Kernel, View } from "../plan/plan.ts";
import { readsOf, writesOf } from "../plan/views.ts";
import { sameNumbers } from "../views/strides.ts";
import type { AcyclicGraph } from "../schedule/acyclic-graph.ts";
import type { Slots } from "../schedule/slots.ts";

export function sameView(a: View, b: View): boolean {
  return a.offset === b.offset && sameNumbers(a.strides, b.strides);
}

/**
 * True if `kernel` may store to the memory it reads as `slot`: it reads it at no other index than the one it then stores to.
 * Bodies load before they store, block by block or row by row.
 */
export function mayOverwrite(kernel: Kernel, slot: number, store: View): boolean {
  return readsOf(kernel).every(({ view, body }) => view.buffer !== slot || (body !== null && sameView(view, store)));
}

/**
 * Which updates may be written straight into their state's buffer: all other readers of the old contents can run before, and
 * the writer itself reads only what it is about to overwrite. Adds the edges that make it so. Gives, for each such update slot,
 * the state's slot.
 */
export function updatesInPlace(kernels: readonly Kernel[], slots: Slots, graph: AcyclicGraph): Map<number, number> {
  const stateSlots: number[] = [];
  slots.all.forEach(({ place }, slot) => {
    if (place.kind === "state") stateSlots[place.index] = slot;
  });
  const { readers, writers } = usersOf(kernels, slots.all.length);
  const inPlace = new Map<number, number>();
  slots.all.forEach(({ place }, slot) => {
    if (place.kind !== "update") return;
    const state = stateSlots[place.index] as number;
    const writing = writers[slot] as number[];
    const safe = writing.every((index, i) => {
      const kernel = kernels[index] as Kernel;
      if (i > 0 && readers[state]?.includes(index)) return false;
      return writesOf(kernel).every((view) => view.buffer !== slot || mayOverwrite(kernel, state, view));
    });
    if (!safe) return;
    const reading = (readers[state] as number[]).filter((reader) => !writing.includes(reader));
    if (reading.every((reader) => writing.every((writer) => graph.tryEdge(reader, writer)))) inPlace.set(slot, state);
  });
  return inPlace;
}

/** For each slot, the kernels that read and write it. */
export function usersOf(kernels: readonly Kernel[], slots: number): { readonly readers: number[][]; readonly writers: number[][] } {
  const readers = Array.from({ length: slots }, (): number[] => []);
  const writers = Array.from({ length: slots }, (): number[] => []);
  const add = (users: number[], index: number): void => {
    if (users[users.length - 1] !== index) users.push(index);
  };
  kernels.forEach((kernel, index) => {
    for (const { view } of readsOf(kernel)) add(readers[view.buffer] as number[], index);
    for (const view of writesOf(kernel)) add(writers[view.buffer] as number[], index);
  });
  return { readers, writers };
}
