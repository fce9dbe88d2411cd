/** What waits for the next flush: assignments, and the losses they came from. */
import type { Value } from "../graph/value.ts";

/** A variable with a value that was assigned and not yet computed. */
export interface PendingVariable {
  /** The value that waits. */
  readonly pending: Value;
  /** The value was computed. */
  commit(): void;
  /** The value cannot be computed: goes back to the last one that was. */
  undo(): void;
}

/** In program order. Filled by Variable, emptied by flushes. */
export const pendingAssigns: Set<PendingVariable> = new Set();

const maxWishes = 8;
const wishes = new Set<Value>();
let granted: Value[] = [];

/**
 * Asks for `value` to be computed along with the assignments that follow: a loss, whose graph is run for its gradients anyway. A loss that
 * is kept unread then holds one number and not the activations it is computed from.
 */
export function wishFor(value: Value): void {
  if (value.node === null || value.node.trace !== null) return;
  if (wishes.size >= maxWishes) wishes.delete(wishes.values().next().value as Value);
  wishes.add(value);
}

/** A variable is assigned: what was wished for until now goes with it. What is wished for later belongs to the next step. */
export function grantWishes(): void {
  if (wishes.size === 0) return;
  granted.push(...wishes);
  wishes.clear();
}

/** What to compute with the assignments, and forgets it. */
export function takeGranted(): readonly Value[] {
  const values = granted;
  if (values.length > 0) granted = [];
  return values;
}
