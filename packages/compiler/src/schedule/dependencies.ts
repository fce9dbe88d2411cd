import { AcyclicGraph } from "./acyclic-graph.ts";

/** A piece of work, by the slots it touches. */
export interface Access {
  readonly reads: readonly number[];
  readonly writes: readonly {
    readonly slot: number;
    /** Writes all of it: what is written there later replaces parts of this. */
    readonly whole: boolean;
  }[];
}

/**
 * The order that slots impose: readers after all writers, later writers after one that fills the slot. Items come in an order
 * they could run in. After them come `extraNodes` nodes without edges, for the caller, and one node for each slot with several
 * writers, between those and the readers: a thousand pieces read by a thousand readers are two thousand edges, not a million.
 */
export function dependencyGraph(items: readonly Access[], slots: number, extraNodes: number, limit?: number): AcyclicGraph {
  const firstWriter = new Int32Array(slots).fill(-1);
  /** Of slots that have several. */
  const writers = new Map<number, number[]>();
  items.forEach((item, node) => {
    for (const { slot } of item.writes) {
      const first = firstWriter[slot] as number;
      const list = writers.get(slot);
      if (first < 0) firstWriter[slot] = node;
      else if (list !== undefined) {
        if (list.at(-1) !== node) list.push(node);
      } else if (first !== node) writers.set(slot, [first, node]);
    }
  });
  const joints = new Map<number, number>();
  /** Where each node goes at first: joints right after the last writer. */
  const places = Array.from({ length: items.length + extraNodes }, (_, node) => node);
  for (const [slot, list] of [...writers].sort(([a], [b]) => a - b)) {
    joints.set(slot, places.length);
    places.push((list.at(-1) as number) + 0.5);
  }

  const graph = new AcyclicGraph(joints.size === 0 ? places : ranks(places), limit);
  for (const [slot, joint] of joints) for (const writer of writers.get(slot) as number[]) graph.tryEdge(writer, joint);
  const fillers = new Array<number>(slots).fill(-1);
  items.forEach((item, node) => {
    for (const slot of item.reads) {
      const source = joints.get(slot) ?? (firstWriter[slot] as number);
      if (source >= 0) graph.tryEdge(source, node);
    }
    for (const { slot, whole } of item.writes) {
      if ((fillers[slot] as number) >= 0) graph.tryEdge(fillers[slot] as number, node);
      else if (whole) fillers[slot] = node;
    }
  });
  return graph;
}

/** The position of each place among all. */
function ranks(places: readonly number[]): number[] {
  const result = new Array<number>(places.length);
  [...places.keys()].sort((a, b) => (places[a] as number) - (places[b] as number) || a - b).forEach((node, rank) => (result[node] = rank));
  return result;
}
