/** A graph made ready for interpretation: values become slots, and each step knows which slots it is the last to read. */
import type { Aval, Graph, Node, Value } from "@neurite/core";
import type { Kernel, KernelName } from "./kernels/kernel.ts";
import { exactKernels, kernels } from "./kernels/table.ts";

export interface Step {
  readonly node: Node;
  readonly kernel: Kernel<KernelName>;
  /** Results still have to be rounded to their dtype. */
  readonly rounds: boolean;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  /** Slots that nothing reads after this step. */
  readonly dead: readonly number[];
}

export interface Steps {
  readonly slots: number;
  /** Inputs, then state, then scalars. */
  readonly placeholders: readonly Aval[];
  /** Placeholders that nothing reads: slots to give back at once. */
  readonly unread: readonly number[];
  readonly steps: readonly Step[];
  readonly outputs: readonly number[];
  /** Slots of the updates' values, in the graph's order. */
  readonly updates: readonly number[];
}

/** Assigns slots. The graph is known to be well formed. */
export function prepare(graph: Graph): Steps {
  const slotOf = new Map<Value, number>();
  const add = (value: Value): number => {
    const slot = slotOf.size;
    slotOf.set(value, slot);
    return slot;
  };
  const at = (value: Value): number => slotOf.get(value) as number;
  const placeholders = [...graph.inputs, ...graph.state, ...graph.scalars];
  placeholders.forEach(add);
  const wired = graph.nodes.map((node) => ({ node, inputs: node.inputs.map(at), outputs: node.outputs.map(add) }));
  const outputs = graph.outputs.map(at);
  const updates = graph.updates.map((update) => at(update.value));

  // The last reader of each slot; results are read by whoever asked for the run.
  const seen = new Set([...outputs, ...updates]);
  const steps = wired.reverse().map(({ node, inputs, outputs: produced }): Step => {
    const dead = [...new Set([...inputs, ...produced])].filter((slot) => !seen.has(slot));
    dead.forEach((slot) => seen.add(slot));
    const kernel = kernels[node.op as KernelName] as Kernel<KernelName>;
    return { node, kernel, rounds: !exactKernels.has(node.op), inputs, outputs: produced, dead };
  });
  steps.reverse();
  const unread = placeholders.map((_, slot) => slot).filter((slot) => !seen.has(slot));
  return { slots: slotOf.size, placeholders, unread, steps, outputs, updates };
}
