/** Runs the steps of a graph one after another. */
import { DeviceError, formatAval, type Graph, located, type Node, ValueError } from "@neurite/core";
import type { Arena } from "./arena.ts";
import { type HostArray, lanes, sizeOf } from "./array.ts";
import type { KernelContext } from "./kernels/kernel.ts";
import { type Precision, roundInPlace } from "./numbers/rounding.ts";
import type { Recorder } from "./recorder.ts";
import { prepare, type Step, type Steps } from "./program.ts";

/** What the user is told of a failure at `node`. */
function locatedAt({ op, scope }: Node, message: string): string {
  return located(scope?.op ?? op, scope?.path, message);
}

export class Interpreter implements KernelContext {
  readonly arena: Arena;
  readonly precision: Precision;
  /** Null where nobody measures. */
  recorder: Recorder | null = null;
  /** Bodies of control flow and composites, prepared once. */
  readonly #bodies = new WeakMap<Graph, Steps>();
  #node: Node | null = null;

  constructor(arena: Arena, precision: Precision) {
    this.arena = arena;
    this.precision = precision;
  }

  fail(message: string): never {
    throw new ValueError(this.#node === null ? message : locatedAt(this.#node, message));
  }

  run(body: Graph, inputs: readonly HostArray[]): readonly HostArray[] {
    const caller = this.#node;
    let steps = this.#bodies.get(body);
    if (steps === undefined) this.#bodies.set(body, (steps = prepare(body)));
    const values = this.execute(
      steps,
      inputs.map((x) => this.arena.retain(x)),
    );
    const results = steps.outputs.map((slot) => this.arena.retain(values[slot] as HostArray));
    this.finish(values);
    this.#node = caller;
    return results;
  }

  /**
   * Computes every slot that outputs and updates need, and takes over the references to `placeholders`.
   * What is left in the slots belongs to the caller, who reads it and then calls {@link finish}.
   */
  execute(steps: Steps, placeholders: readonly HostArray[]): (HostArray | undefined)[] {
    const values = new Array<HostArray | undefined>(steps.slots);
    placeholders.forEach((array, slot) => (values[slot] = array));
    this.#drop(values, steps.unread);
    for (const step of steps.steps) {
      this.#node = step.node;
      this.recorder?.begin(step.node);
      const operands = step.inputs.map((slot) => values[slot] as HostArray);
      this.#store(step, step.kernel(this, operands, step.node.params as never, step.node.outputs), values);
      this.#drop(values, step.dead);
      this.recorder?.end();
    }
    this.#node = null;
    return values;
  }

  /** Lets go of what {@link execute} left. */
  finish(values: (HostArray | undefined)[]): void {
    for (const array of values) if (array !== undefined) this.arena.release(array);
  }

  #store(step: Step, results: readonly HostArray[], values: (HostArray | undefined)[]): void {
    step.outputs.forEach((slot, i) => {
      const expected = step.node.outputs[i];
      const result = results[i];
      if (result === undefined || result.data.length !== sizeOf(expected.shape) * lanes(expected.dtype)) {
        const found = result === undefined ? "nothing" : formatAval(result);
        throw new DeviceError(locatedAt(step.node, `output ${i} should be ${formatAval(expected)}: the kernel gave ${found}`));
      }
      if (step.rounds) roundInPlace(expected.dtype, result.data, this.precision);
      values[slot] = result;
    });
  }

  #drop(values: (HostArray | undefined)[], slots: readonly number[]): void {
    for (const slot of slots) {
      this.arena.release(values[slot] as HostArray);
      values[slot] = undefined;
    }
  }
}
