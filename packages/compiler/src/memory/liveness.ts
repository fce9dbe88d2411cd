import { bytesPerElement } from "@neurite/core";
import type { Kernel, View } from "../plan/plan.ts";
import { blocksOf, writesOf } from "../plan/views.ts";
import type { Slot, Slots } from "../schedule/slots.ts";
import { usersOf } from "./accesses.ts";
import { Arena } from "./arena.ts";
import { mayOverwrite, sameView } from "./in-place.ts";

export interface ArenaPlan {
  /** Byte offset of each slot that lies in the arena and is used. */
  readonly offsets: ReadonlyMap<number, number>;
  readonly bytes: number;
}

/**
 * Gives every arena slot a place for as long as it lives: from its first writer to its last reader. A kernel's result may take
 * the place of an operand that dies there, when the kernel reads that operand only where it then writes. What lives inside of a
 * branch or loop shares the arena with what lives around it: it takes what is free while that kernel runs.
 */
export function planArena(kernels: readonly Kernel[], slots: Slots): ArenaPlan {
  const planner = new Planner(slots);
  planner.plan(kernels, 0);
  return { offsets: planner.offsets, bytes: planner.bytes };
}

class Planner {
  readonly offsets: Map<number, number> = new Map();
  readonly #slots: Slots;
  readonly #arena = new Arena();

  constructor(slots: Slots) {
    this.#slots = slots;
  }

  get bytes(): number {
    return this.#arena.bytes;
  }

  plan(kernels: readonly Kernel[], depth: number): void {
    const { accesses, readers, writers } = usersOf(kernels, this.#slots, depth);
    const isMine = (slot: number): boolean => {
      const { place, depth: own } = this.#slots.all[slot] as Slot;
      return own === depth && (place.kind === "arena" || place.kind === "update");
    };
    const lastUse = (slot: number): number => Math.max(readers.get(slot)?.at(-1) ?? -1, writers.get(slot)?.at(-1) ?? -1);
    kernels.forEach((kernel, index) => {
      const { reads, writes } = accesses[index] as { reads: readonly number[]; writes: readonly number[] };
      const blocks = blocksOf(kernel);
      const stores = blocks.length > 0 ? [] : writesOf(kernel);
      // A value without elements has a place, and no kernel that makes it.
      for (const slot of reads) if (isMine(slot) && this.#bytesOf(slot) === 0) this.offsets.set(slot, 0);
      const dying = new Set(reads.filter((slot) => isMine(slot) && lastUse(slot) === index && this.#bytesOf(slot) > 0));
      const ending = new Set<number>();
      for (const slot of writes) {
        if (!isMine(slot)) continue;
        if (lastUse(slot) === index) ending.add(slot);
        if (this.offsets.has(slot)) continue;
        const donor = this.#donor(kernel, reads, dying, slot, stores);
        if (donor === undefined) {
          this.offsets.set(slot, this.#arena.allocate(this.#bytesOf(slot)));
        } else {
          this.offsets.set(slot, this.offsets.get(donor) as number);
          dying.delete(donor);
        }
      }
      for (const block of blocks) this.plan(block.kernels, depth + 1);
      for (const slot of [...dying, ...ending]) this.#arena.free(this.offsets.get(slot) as number, this.#bytesOf(slot));
    });
  }

  /** An operand that dies in `kernel` and whose memory `slot` may take. */
  #donor(kernel: Kernel, reads: readonly number[], dying: ReadonlySet<number>, slot: number, stores: readonly View[]): number | undefined {
    const own = stores.filter((view) => view.buffer === slot);
    const [first] = own;
    if (first === undefined || !own.every((other) => sameView(other, first))) return undefined;
    const { dtype } = this.#slots.all[slot] as Slot;
    return [...dying].find(
      (candidate) =>
        this.#bytesOf(candidate) === this.#bytesOf(slot) &&
        this.#slots.all[candidate]?.dtype === dtype &&
        mayOverwrite(kernel, reads, candidate, first),
    );
  }

  #bytesOf(slot: number): number {
    const { size, dtype } = this.#slots.all[slot] as Slot;
    return size * bytesPerElement(dtype);
  }
}
