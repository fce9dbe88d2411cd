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

/** A unit that reads a slot, and how. */
export interface Reader {
  readonly unit: number;
  readonly relation: Relation;
}

export interface Edges {
  /** By consumer and by producer. */
  readonly into: readonly (readonly Edge[])[];
  readonly outOf: readonly (readonly Edge[])[];
  /** For each slot, the units that read it and how; only reads of the kinds "same" and "row". */
  readonly readers: readonly (readonly Reader[])[];
}

const same: Relation = { kind: "same" };
const row: Relation = { kind: "row" };
const other: Relation = { kind: "other" };

/** Who reads what from whom, and how. */
export function findEdges(units: readonly Unit[], slots: Slots): Edges {
  /** The only unit that writes a slot; -1 where none does, -2 where several do. */
  const maker = new Int32Array(slots.all.length).fill(-1);
  const whole = slots.all.map(() => true);
  units.forEach((unit, index) => {
    for (const target of unit.targets) {
      const before = maker[target.slot] as number;
      maker[target.slot] = before === -1 || before === index ? index : -2;
      // A slot put together from pieces, or filled with another value first, can only be read from memory.
      const owns = unit.kind !== "kernel" && slots.of.get(unit.root) === target.slot && (unit.kind !== "loop" || unit.computes);
      if (!owns) whole[target.slot] = false;
    }
  });
  const edges: Edge[] = [];
  const reads: (Reader & { readonly slot: number })[] = [];
  units.forEach((unit, consumer) => {
    for (const view of unit.reads) {
      const slot = view.buffer;
      const producer = maker[slot] as number;
      const readable = producer === -1 || (producer >= 0 && whole[slot] === true);
      const relation = readable ? relate(view, unit.space, slots.all[slot]?.size ?? 0, units[producer]) : other;
      if (relation.kind === "same" || relation.kind === "row") reads.push({ slot, unit: consumer, relation });
      // Of several makers none can be fused with a reader: the slot's joint lies between them in the graph of dependencies.
      if (producer >= 0) edges.push({ producer, consumer, relation });
    }
  });
  return {
    into: grouped(edges, units.length, ({ consumer }) => consumer),
    outOf: grouped(edges, units.length, ({ producer }) => producer),
    readers: grouped(reads, slots.all.length, ({ slot }) => slot),
  };
}

/** The items of each group, in their order: lists of just their lengths, as most are short. */
function grouped<T>(items: readonly T[], groups: number, groupOf: (item: T) => number): readonly (readonly T[])[] {
  const lengths = new Int32Array(groups);
  for (const item of items) lengths[groupOf(item)]++;
  const lists = Array.from(lengths, (length) => (length === 0 ? nothing : new Array<T>(length)));
  lengths.fill(0);
  for (const item of items) {
    const group = groupOf(item);
    (lists[group] as T[])[lengths[group]++] = item;
  }
  return lists;
}

const nothing: readonly never[] = [];

function relate(view: View, space: readonly number[], size: number, maker: Unit | undefined): Relation {
  const volume = sizeOf(space);
  if (view.offset !== 0) return other;
  const last = space.length - 1;
  if (volume === size && isRowMajor(view.strides, space, last)) return same;
  if (last >= 0 && volume === size * (space[last] as number) && view.strides[last] === 0 && isRowMajor(view.strides, space, last - 1))
    return row;
  if (volume === size && maker !== undefined && (maker.kind === "dot" || maker.kind === "conv")) {
    const axes = permutation(view.strides, space, maker.space);
    if (axes !== null) return { kind: "permuted", axes };
  }
  return other;
}

/** True if the axes of `space` up to `last` are walked as they lie in an array of just these. */
function isRowMajor(strides: readonly number[], space: readonly number[], last: number): boolean {
  let expected = 1;
  for (let axis = last; axis >= 0; axis--) {
    const dim = space[axis] as number;
    if (dim !== 1 && strides[axis] !== expected) return false;
    expected *= dim;
  }
  return true;
}

/** Which axis of `to` (those of size 1 left out) each axis of `space` walks, or null when it is no reordering of axes. */
function permutation(strides: readonly number[], space: readonly number[], to: readonly number[]): number[] | null {
  const target = to.filter((dim) => dim !== 1);
  if (target.length !== space.length) return null;
  const expected = contiguousStrides(target);
  const axes = space.map((dim, axis) => expected.findIndex((stride, i) => stride === strides[axis] && target[i] === dim));
  return axes.includes(-1) ? null : axes;
}
