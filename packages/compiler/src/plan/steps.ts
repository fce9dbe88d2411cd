/** A plan as a list of kernels: loops of known length laid out, step by step. */
import { DeviceError, bytesPerElement } from "@neurite/core";
import type { Block, Buffer, Kernel, LoopKernel, Plan } from "./plan.ts";
import { readsOf, writesOf } from "./views.ts";

/** An array of the device that buffers lie in. The arena is one, with index 0. */
export interface Memory {
  readonly kind: "input" | "state" | "output" | "arena";
  readonly index: number;
}

/** Where a buffer is at one moment: its memory, and elements from its start. */
export interface Place {
  readonly memory: Memory;
  readonly offset: number;
}

/** A kernel at one moment of a run. */
export interface Step {
  readonly kernel: Kernel;
  /** The kernel's label in its block of the plan: scope and ops. */
  readonly label: string;
  /** Where the buffers that it uses are, by their number in the plan. */
  readonly places: ReadonlyMap<number, Place>;
}

/**
 * The kernels of `plan` in the order they run, for devices that cannot loop. Scans are laid out whole: slices have places of their own in each
 * step, and what is exchanged after a step changes places. Branches and loops of unknown length stay what they are.
 *
 * @throws DeviceError for a plan that is not well formed.
 * @example
 * for (const { kernel, label, places } of stepsOf(plan)) queue(kernel, label, places);
 */
export function stepsOf(plan: Plan): Step[] {
  const steps: Step[] = [];
  const places: (Place | null)[] = plan.buffers.map(placeOf);

  const step = (kernel: Kernel, label: string): void => {
    const used = new Map<number, Place>();
    for (const { buffer } of [...readsOf(kernel).map(({ view }) => view), ...writesOf(kernel)]) used.set(buffer, places[buffer] as Place);
    steps.push({ kernel, label, places: used });
  };

  const run = ({ kernels, labels }: Block): void => {
    kernels.forEach((kernel, i) => {
      const label = labels[i] ?? "";
      if (kernel.kind !== "scan") return step(kernel, label);
      const before = kernel.swaps.map(([first]) => places[first]);
      // Where what is cut into slices is when the loop begins.
      const whole = kernel.slices.map((slice) => places[sliceOf(plan, slice).of] as Place);
      for (let round = 0; round < kernel.length; round++) {
        const position = kernel.reverse ? kernel.length - 1 - round : round;
        kernel.slices.forEach((slice, j) => {
          const { offset, step: stride } = sliceOf(plan, slice);
          const { memory, offset: start } = whole[j] as Place;
          places[slice] = { memory, offset: start + offset + stride * position };
        });
        run(kernel.body);
        for (const pair of kernel.swaps) exchange(places, pair);
      }
      kernel.swaps.forEach((pair, j) => {
        const [first, second] = pair;
        if (places[first] === before[j]) return;
        exchange(places, pair);
        const { size, dtype } = plan.buffers[first] as Buffer;
        step(copyKernel(second, first, size, dtype), label);
      });
    });
  };
  run(plan);
  return steps;
}

function placeOf({ location, dtype }: Buffer): Place | null {
  if (location.kind === "slice") return null;
  if (location.kind === "arena") return { memory: { kind: "arena", index: 0 }, offset: location.offset / bytesPerElement(dtype) };
  return { memory: { kind: location.kind, index: location.index }, offset: 0 };
}

function exchange(places: (Place | null)[], [first, second]: readonly [number, number]): void {
  [places[first], places[second]] = [places[second] as Place, places[first] as Place];
}

function sliceOf(plan: Plan, buffer: number): Extract<Buffer["location"], { kind: "slice" }> {
  const { location } = plan.buffers[buffer] as Buffer;
  if (location.kind !== "slice") throw new DeviceError(`[scan] buffer ${buffer} is no slice`);
  return location;
}

/** Copies a buffer of `size` elements, row-major, to another. */
export function copyKernel(from: number, to: number, size: number, dtype: Buffer["dtype"]): LoopKernel {
  const view = { offset: 0, strides: [1] };
  return {
    kind: "loop",
    shape: [size],
    row: false,
    operands: [{ buffer: from, ...view }],
    instructions: [{ op: "load", dtype, operand: 0 }],
    stores: [{ value: 0, view: { buffer: to, ...view } }],
  };
}
