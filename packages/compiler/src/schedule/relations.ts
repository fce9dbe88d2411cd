import { sizeOf } from "../ir/node.ts";
import type { View } from "../plan/plan.ts";
import { contiguousStrides } from "../views/strides.ts";
import type { Slots } from "./slots.ts";
import type { Unit } from "./units.ts";

/** How a unit reads what another one makes. */
export type Relation =
  /** The element at its own index, counted row-major. */
  | { readonly kind: "same" }
  /** The one value of its row: the same along the last axis. */
  | { readonly kind: "row" }
  /** Every element once, its axes in another order: axis `i` of the reader's space is axis `axes[i]` of the value's. */
  | { readonly kind: "permuted"; readonly axes: readonly number[] }
  | { readonly kind: "other" };

export interface Edge {
  readonly producer: number;
  readonly consumer: number;
  readonly relation: Relation;
}

export interface Edges {
  /** By consumer and by producer. */
  readonly into: readonly Edge[][];
  readonly outOf: readonly Edge[][];
  /** For each slot, the units that read it and how; only reads of the kinds "same" and "row". */
  readonly readers: readonly { readonly unit: number; readonly relation: Relation }[][];
}

const same: Relation = { kind: "same" };
const row: Relation = { kind: "row" };
const other: Relation = { kind: "other" };

/** Who reads what from whom, and how. */
export function findEdges(units: readonly Unit[], slots: Slots): Edges {
  const writers = slots.all.map((): number[] => []);
  const whole = slots.all.map(() => true);
  units.forEach((unit, index) => {
    for (const target of unit.targets) {
      if (writers[target.slot]?.at(-1) !== index) writers[target.slot]?.push(index);
      // A slot put together from pieces, or filled with another value first, can only be read from memory.
      const owns = unit.kind !== "kernel" && slots.of.get(unit.root) === target.slot && (unit.kind !== "loop" || unit.computes);
      if (!owns) whole[target.slot] = false;
    }
  });
  const into = units.map((): Edge[] => []);
  const outOf = units.map((): Edge[] => []);
  const readers = slots.all.map((): { unit: number; relation: Relation }[] => []);
  units.forEach((unit, consumer) => {
    for (const view of unit.reads) {
      const slot = view.buffer;
      const makers = writers[slot] as number[];
      const readable = makers.length === 0 || (makers.length === 1 && whole[slot] === true);
      const maker = units[makers[0] as number];
      const relation = readable ? relate(view, unit.space, slots.all[slot]?.size ?? 0, maker) : other;
      if (relation.kind === "same" || relation.kind === "row") readers[slot]?.push({ unit: consumer, relation });
      // Of several makers none can be fused with a reader: the slot's joint lies between them in the graph of dependencies.
      if (makers.length !== 1) continue;
      const edge = { producer: makers[0] as number, consumer, relation };
      into[consumer]?.push(edge);
      outOf[edge.producer]?.push(edge);
    }
  });
  return { into, outOf, readers };
}

function relate(view: View, space: readonly number[], size: number, maker: Unit | undefined): Relation {
  const volume = sizeOf(space);
  if (view.offset !== 0) return other;
  if (volume === size && matches(view.strides, space, contiguousStrides(space))) return same;
  const last = space.length - 1;
  if (last >= 0 && volume === size * (space[last] as number) && view.strides[last] === 0) {
    const outer = space.slice(0, last);
    if (matches(view.strides, outer, contiguousStrides(outer))) return row;
  }
  if (volume === size && maker !== undefined && (maker.kind === "dot" || maker.kind === "conv")) {
    const axes = permutation(view.strides, space, maker.space);
    if (axes !== null) return { kind: "permuted", axes };
  }
  return other;
}

function matches(strides: readonly number[], space: readonly number[], expected: readonly number[]): boolean {
  return space.every((dim, axis) => dim === 1 || strides[axis] === expected[axis]);
}

/** Which axis of `to` (those of size 1 left out) each axis of `space` walks, or null when it is no reordering of axes. */
function permutation(strides: readonly number[], space: readonly number[], to: readonly number[]): number[] | null {
  const target = to.filter((dim) => dim !== 1);
  if (target.length !== space.length) return null;
  const expected = contiguousStrides(target);
  const axes = space.map((dim, axis) => expected.findIndex((stride, i) => stride === strides[axis] && target[i] === dim));
  return axes.includes(-1) ? null : axes;
}
