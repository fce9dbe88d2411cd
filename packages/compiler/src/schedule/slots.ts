import type { DType } from "@neurite/core";
import type { Site } from "../plan/plan.ts";
import type { IrGraph, IrNode } from "../ir/node.ts";
import { isMemoryParameter } from "../ir/classify.ts";
import { stripReshape } from "./memory-view.ts";

/** Where a slot's contents must end up. */
export type Place =
  | { readonly kind: "input"; readonly index: number }
  | { readonly kind: "state"; readonly index: number }
  | { readonly kind: "output"; readonly index: number }
  /** The new contents of a state: the state's own buffer where that is safe, else the arena and a copy at the end. */
  | { readonly kind: "update"; readonly index: number }
  | { readonly kind: "arena" };

/** A logical buffer. Kernels refer to slots by number until memory is planned. */
export interface Slot {
  readonly dtype: DType;
  readonly size: number;
  readonly place: Place;
}

/** A copy that no kernel makes as part of its work: an output that is an input, a second output of one value. */
export interface Copy {
  readonly value: IrNode;
  readonly slot: number;
}

/** All slots of a program, and the values that lie in them, row-major. */
export class Slots {
  readonly all: Slot[] = [];
  /** Where a value lies: parameters that are memory, and realized values. */
  readonly of: Map<IrNode, number> = new Map();
  /** Further slots that the kernel which makes a value must fill with it. */
  readonly extra: Map<IrNode, number[]> = new Map();
  /** Outputs and updates that are a parameter: filled by a copy. */
  readonly copies: Copy[] = [];

  add(dtype: DType, size: number, place: Place): number {
    this.all.push({ dtype, size, place });
    return this.all.length - 1;
  }

  /** Makes `value` lie in a new slot in the arena. */
  realize(value: IrNode): number {
    const slot = this.add(value.dtype, value.size, { kind: "arena" });
    this.of.set(value, slot);
    return slot;
  }
}

/** Gives every parameter and every realized value its slot; outputs and updates are written by whoever computes them. */
export function assignSlots(ir: IrGraph, realized: ReadonlySet<IrNode>): Slots {
  const slots = new Slots();
  for (const node of [...ir.inputs, ...ir.states]) {
    slots.of.set(node, slots.add(node.dtype, node.size, { kind: node.params.kind as "input" | "state", index: node.params.index }));
  }
  const place = (value: IrNode, target: Place): void => {
    const base = stripReshape(value);
    const slot = slots.add(value.dtype, value.size, target);
    if (isMemoryParameter(base)) {
      slots.copies.push({ value: base, slot });
    } else if (slots.of.has(base)) {
      const extra = slots.extra.get(base);
      if (extra === undefined) slots.extra.set(base, [slot]);
      else extra.push(slot);
    } else {
      slots.of.set(base, slot);
    }
  };
  for (const { state, value } of ir.updates) {
    // A state whose new value is its old one needs no work.
    if (stripReshape(value) !== ir.states[state]) place(value, { kind: "update", index: state });
  }
  ir.outputs.forEach((value, index) => place(value, { kind: "output", index }));
  for (const node of realized) if (!slots.of.has(node)) slots.realize(node);
  return slots;
}

/** The places in the user's program that a run may complain about, one for each check, gather and scatter. */
export class Sites {
  readonly all: Site[] = [];
  readonly #known: Map<IrNode, number> = new Map();

  of(node: IrNode, message: string): number {
    let site = this.#known.get(node);
    if (site === undefined) {
      site = this.all.length;
      this.all.push({ op: node.op, scope: node.scope, message });
      this.#known.set(node, site);
    }
    return site;
  }
}
