import type { Node, Value } from "./value.ts";

/**
 * A closed piece of program: what a trace yields, what control-flow primitives hold as bodies, and what a backend compiles.
 * Its values hold no storage. `inputs`, `state` and `scalars` are outputs of `input` nodes.
 */
export interface Graph {
  /** Bound anew at each run, in this order. */
  readonly inputs: readonly Value[];
  /** Bound once to storages that live as long as the program: weights, optimizer slots, counters. Empty in bodies. */
  readonly state: readonly Value[];
  /** 0-d values passed as plain numbers at each run. Empty in bodies. */
  readonly scalars: readonly Value[];
  /** Computed and returned in new storages. An output may be an input or a state value itself: then it is a copy. */
  readonly outputs: readonly Value[];
  /** Computed and written into the storage of `state[state]` when the run ends, all or none. Empty in bodies. */
  readonly updates: readonly StateUpdate[];
  /** Every node that outputs and updates need, operands first, without the `input` nodes. */
  readonly nodes: readonly Node[];
}

/** A value that a run of the graph leaves in a state. */
export interface StateUpdate {
  /** Index into {@link Graph.state}. */
  readonly state: number;
  readonly value: Value;
}
