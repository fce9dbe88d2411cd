import { bytesPerElement } from "@neurite/core";
import type { Kernel } from "../plan/plan.ts";
import { readsOf, writesOf } from "../plan/views.ts";
import type { Slots } from "../schedule/slots.ts";
import { Arena } from "./arena.ts";
import { mayOverwrite, sameView, usersOf } from "./in-place.ts";

export interface ArenaPlan {
  /** Byte offset of each slot that lies in the arena and is used. */
  readonly offsets: ReadonlyMap<number, number>;
  readonly bytes: number;
}

/**
 * Gives every arena slot a place for as long as it lives: from its first writer to its last reader. A kernel's result may take
 * the place of an operand that dies there, when the kernel reads that operand only where it then writes.
 */
export function planArena(kernels: readonly Kernel[], slots: Slots, inArena: (slot: number) => boolean): ArenaPlan {
  const arena = new Arena();
  const offsets = new Map<number, number>();
  const bytesOf = (slot: number): number => (slots.all[slot]?.size ?? 0) * bytesPerElement(slots.all[slot]?.dtype ?? "float32");
  const { readers, writers } = usersOf(kernels, slots.all.length);
  const lastUse = readers.map((list, slot) => Math.max(list[list.length - 1] ?? -1, writers[slot]?.at(-1) ?? -1));

  kernels.forEach((kernel, index) => {
    const dying = new Set<number>();
    for (const { view } of readsOf(kernel)) {
      if (inArena(view.buffer) && lastUse[view.buffer] === index) dying.add(view.buffer);
    }
    const written = new Set<number>();
    for (const view of writesOf(kernel)) {
      const slot = view.buffer;
      if (!inArena(slot) || offsets.has(slot)) continue;
      const donor = [...dying].find(
        (candidate) =>
          bytesOf(candidate) === bytesOf(slot) &&
          slots.all[candidate]?.dtype === slots.all[slot]?.dtype &&
          mayOverwrite(kernel, candidate, view) &&
          writesOf(kernel)
            .filter((other) => other.buffer === slot)
            .every((other) => sameView(other, view)),
      );
      if (donor === undefined) {
        offsets.set(slot, arena.allocate(bytesOf(slot)));
      } else {
        offsets.set(slot, offsets.get(donor) as number);
        dying.delete(donor);
      }
      if (lastUse[slot] === index) written.add(slot);
    }
    for (const slot of [...dying, ...written]) arena.free(offsets.get(slot) as number, bytesOf(slot));
  });
  return { offsets, bytes: arena.bytes };
}
