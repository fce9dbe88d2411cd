import { AcyclicGraph } from "./acyclic-graph.ts";

/** A piece of work, by the slots it touches. */
export interface Access {
  readonly reads: readonly number[];
  readonly writes: readonly {
    readonly slot: number;
    /** Writes all of it: what is written there later replaces parts of this. */ readonly whole: boolean;
  }[];
}

/** The order that slots impose: readers after all writers, later writers after one that fills the slot. Items come in an order they could run in. */
export function dependencyGraph(items: readonly Access[], slots: number, extraNodes: number, limit?: number): AcyclicGraph {
  const graph = new AcyclicGraph(items.length + extraNodes, limit);
  const writers = Array.from({ length: slots }, (): number[] => []);
  const fillers = new Array<number>(slots).fill(-1);
  items.forEach((item, node) => {
    for (const slot of item.reads) for (const writer of writers[slot] as number[]) graph.tryEdge(writer, node);
    for (const { slot, whole } of item.writes) {
      if ((fillers[slot] as number) >= 0) graph.tryEdge(fillers[slot] as number, node);
      else if (whole) fillers[slot] = node;
      writers[slot]?.push(node);
    }
  });
  return graph;
}
