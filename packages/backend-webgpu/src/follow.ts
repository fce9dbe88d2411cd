import type { Count, Jump, Place } from "@neurite/compiler";
import type { Dispatch } from "./dispatches.ts";

/** What a host does for a program with branches and loops. */
export interface Host {
  /** Queues the dispatches with these numbers. */
  submit(dispatches: readonly number[]): void;
  /** Queues them and reads the bool at `predicate` after them; null where the run has failed. */
  decide(dispatches: readonly number[], predicate: Place): Promise<boolean | null>;
}

/** Goes through a program, waiting for each predicate: one submit for what comes before it. Ends early where the run has failed. */
export async function follow(items: readonly (Dispatch | Jump | Count)[], host: Host): Promise<void> {
  const counters: number[] = [];
  let queued: number[] = [];
  for (let at = 0; at < items.length;) {
    const item = items[at] as Dispatch | Jump | Count;
    if ("rendered" in item) {
      queued.push(at++);
    } else if ("counter" in item) {
      const count = counters[item.counter] ?? 0;
      counters[item.counter] = item.most === null ? 0 : count + 1;
      at = item.most !== null && count >= item.most ? item.to : at + 1;
    } else if (item.jump === "always") {
      at = item.to;
    } else {
      const holds = await host.decide(queued, item.jump.unless);
      // What follows a complaint may never end, and its results are nobody's.
      if (holds === null) return;
      queued = [];
      at = holds ? at + 1 : item.to;
    }
  }
  host.submit(queued);
}
