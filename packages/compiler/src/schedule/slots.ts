import type { DType } from "@neurite/core";
import type { Site } from "../plan/plan.ts";
import type { IrNode } from "../ir/node.ts";
import { isMemoryParameter } from "../ir/classify.ts";
import { stripReshape } from "./memory-view.ts";

/** Where a slot's contents must end up. */
export type Place =
  | { readonly kind: "input"; readonly index: number }
  | { readonly kind: "state"; readonly index: number }
  | { readonly kind: "output"; readonly index: number }
  /** The new contents of slot `of`, a state or what a loop carries: in its own memory where that is safe, else elsewhere. */
  | { readonly kind: "update"; readonly of: number }
  /** Part of an earlier slot, of a program around this one: another one at each step of a loop where `step` is not 0. */
  | { readonly kind: "part"; readonly of: number; readonly offset: number; readonly step: number }
  | { readonly kind: "arena" };

/** A logical buffer. Kernels refer to slots by number until memory is planned. */
export interface Slot {
  readonly dtype: DType;
  readonly size: number;
  readonly place: Place;
  /** How many branches and loops the program is in that it belongs to. */
  readonly depth: number;
}

/** A copy that no kernel makes as part of its work: an output that is an input, a second output of one value. */
export interface Copy {
  readonly value: IrNode;
  readonly slot: number;
}

/** A value that must be in memory when a program has run, and where. */
export interface Result {
  readonly value: IrNode;
  readonly place: Place;
}

/** All slots of a plan, and the values that lie in them, row-major. Programs in branches and loops share them. */
export class Slots {
  readonly all: Slot[] = [];
  /** Where a value lies: parameters that are memory, and realized values. */
  readonly of: Map<IrNode, number> = new Map();
  /** Further slots that the kernel which makes a value must fill with it. */
  readonly extra: Map<IrNode, number[]> = new Map();
  /** Slots that turned out to be another one: updates in place, and parts that are the whole. */
  readonly #same: Map<number, number> = new Map();
  /** Of the program that is being compiled. */
  depth = 0;

  add(dtype: DType, size: number, place: Place): number {
    const slot = this.all.length;
    this.all.push({ dtype, size, place, depth: this.depth });
    if (place.kind === "part" && place.step === 0 && place.offset === 0) this.#same.set(slot, place.of);
    return slot;
  }

  /** Makes `value` lie in a new slot in the arena. */
  realize(value: IrNode): number {
    const slot = this.add(value.dtype, value.size, { kind: "arena" });
    this.of.set(value, slot);
    return slot;
  }

  /** Whatever is in `slot` is in `other` from now on. */
  unite(slot: number, other: number): void {
    this.#same.set(slot, other);
  }

  /** The slot that `slot` turned out to be; with `depth`, as far as programs deeper than that know. */
  resolve(slot: number, depth = -1): number {
    let current = slot;
    while ((this.all[current] as Slot).depth > depth) {
      const next = this.#same.get(current);
      if (next === undefined) break;
      current = next;
    }
    return current;
  }

  /** The slot whose array `slot` lies in as far as is known: of what is in the arena the first in it, whichever that is, is -1. */
  memoryOf(slot: number): number {
    const { place } = this.all[slot] as Slot;
    switch (place.kind) {
      case "arena":
        return -1;
      case "update":
      case "part":
        return this.memoryOf(place.of);
      default:
        return slot;
    }
  }

  /** What a use of `slot` is to a program `depth` deep: the slot, or the one it is part of; -1 if it is of no concern there. */
  seenFrom(slot: number, depth: number): number {
    let current = this.resolve(slot, depth);
    while ((this.all[current] as Slot).depth > depth) {
      const { place } = this.all[current] as Slot;
      if (place.kind !== "part") return -1;
      current = this.resolve(place.of, depth);
    }
    return current;
  }
}

/** The slots of a program's results, and those among them that a copy must fill: results that are a parameter. */
export interface Assigned {
  /** One for each result; null for what is updated with its old contents, which needs no work. */
  readonly placed: readonly (number | null)[];
  readonly copies: readonly Copy[];
}

/** Gives every result and every realized value of a program its slot; results are written by whoever computes them. */
export function assignSlots(slots: Slots, results: readonly Result[], realized: ReadonlySet<IrNode>): Assigned {
  const copies: Copy[] = [];
  const placed = results.map(({ value, place }): number | null => {
    const base = stripReshape(value);
    if (place.kind === "update" && slots.of.get(base) === place.of) return null;
    const slot = slots.add(value.dtype, value.size, place);
    if (isMemoryParameter(base)) {
      copies.push({ value: base, slot });
    } else if (slots.of.has(base)) {
      const extra = slots.extra.get(base);
      if (extra === undefined) slots.extra.set(base, [slot]);
      else extra.push(slot);
    } else {
      slots.of.set(base, slot);
    }
    return slot;
  });
  for (const node of realized) if (!slots.of.has(node)) slots.realize(node);
  return { placed, copies };
}

/** The places in the user's program that a run may complain about, one for each check, gather and scatter. */
export class Sites {
  readonly all: Site[] = [];
  readonly #known: Map<IrNode, number> = new Map();

  of(node: IrNode, message: string): number {
    let site = this.#known.get(node);
    if (site === undefined) {
      site = this.all.length;
      this.all.push({ op: node.scope.op ?? node.op, scope: node.scope.path, message });
      this.#known.set(node, site);
    }
    return site;
  }
}
