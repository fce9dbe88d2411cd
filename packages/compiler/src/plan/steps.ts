/** A plan as a list: loops of known length laid out step by step, branches and other loops as jumps. */
import { DeviceError, bytesPerElement } from "@neurite/core";
import type { Block, Buffer, CondKernel, Kernel, LoopKernel, Plan, ScanKernel, View, WhileKernel } from "./plan.ts";
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

/** Goes on at item `to` of the program; with a predicate, where the bool there is false. */
export interface Jump {
  readonly jump: "always" | { readonly unless: Place };
  readonly to: number;
}

/** Counts how often it was come to since it was reset (a first item resets it, `most` null); the time after the `most`-th goes on at `to`. */
export interface Count {
  readonly counter: number;
  readonly most: number | null;
  readonly to: number;
}

/** What a host does for a plan, one item after another. */
export type ProgramItem = Step | Jump | Count;

/**
 * The kernels of `plan` in the order they run, for devices that cannot loop. Scans are laid out whole: slices have places of their own in each
 * step, and what is exchanged after a step changes places.
 *
 * @throws DeviceError for branches and loops of unknown length.
 * @example
 * for (const { kernel, label, places } of stepsOf(plan)) queue(kernel, label, places);
 */
export function stepsOf(plan: Plan): Step[] {
  return programOf(plan).map((item) => {
    if ("kernel" in item) return item;
    throw new DeviceError("[compile] the device can neither branch nor loop");
  });
}

/**
 * {@link stepsOf} with branches and loops of unknown length: for hosts that read a predicate, and go on where it says. A loop that exchanges buffers
 * is there twice, once for odd rounds.
 *
 * @throws DeviceError for a plan that is not well formed.
 * @example
 * const items = programOf(plan);
 */
export function programOf(plan: Plan): ProgramItem[] {
  return new Layout(plan).items;
}

/**
 * `items` with something of the backend's own in place of the steps. Those that `make` gives null for are left out, as there is nothing to do, and
 * jumps lead past them.
 *
 * @throws Whatever `make` throws.
 * @example
 * const launches = mapSteps(programOf(plan), (step) => (render(step).workgroups === 0 ? null : render(step)));
 */
export function mapSteps<T extends object>(items: readonly ProgramItem[], make: (step: Step) => T | null): (T | Jump | Count)[] {
  /** By item, its place in the result, or of what comes next. */
  const places: number[] = [];
  const kept: (T | Jump | Count)[] = [];
  const controls: number[] = [];
  for (const item of items) {
    places.push(kept.length);
    const made = "kernel" in item ? make(item) : item;
    if (made === null) continue;
    if (made === item) controls.push(kept.length);
    kept.push(made);
  }
  for (const at of controls) {
    const control = kept[at] as Jump | Count;
    kept[at] = { ...control, to: places[control.to] ?? kept.length };
  }
  return kept;
}

class Layout {
  readonly items: ProgramItem[] = [];
  readonly #plan: Plan;
  readonly #places: (Place | null)[];
  #counters = 0;

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#places = plan.buffers.map(placeOf);
    this.#block(plan);
  }

  #block({ kernels, labels }: Block): void {
    kernels.forEach((kernel, i) => {
      const label = labels[i] ?? "";
      if (kernel.kind === "scan") this.#scan(kernel, label);
      else if (kernel.kind === "while") this.#while(kernel, label);
      else if (kernel.kind === "cond") this.#cond(kernel);
      else this.#step(kernel, label);
    });
  }

  #step(kernel: Kernel, label: string): void {
    const places = new Map<number, Place>();
    for (const { buffer } of [...readsOf(kernel).map(({ view }) => view), ...writesOf(kernel)]) places.set(buffer, this.#placeOf(buffer));
    this.items.push({ kernel, label, places });
  }

  #placeOf(buffer: number): Place {
    return this.#places[buffer] as Place;
  }

  #scan(kernel: ScanKernel, label: string): void {
    const slices = kernel.slices.map((slice) => sliceOf(this.#plan, slice));
    // Where what is cut into slices is when the loop begins.
    const whole = slices.map(({ of }) => this.#placeOf(of));
    for (let round = 0; round < kernel.length; round++) {
      const position = kernel.reverse ? kernel.length - 1 - round : round;
      slices.forEach(({ offset, step }, j) => {
        const { memory, offset: start } = whole[j] as Place;
        this.#places[kernel.slices[j] as number] = { memory, offset: start + offset + step * position };
      });
      this.#block(kernel.body);
      this.#exchange(kernel.swaps);
    }
    if (kernel.length % 2 === 0) return;
    this.#exchange(kernel.swaps);
    this.#bringBack(kernel.swaps, label);
  }

  #while({ test, body, predicate, swaps, maxIterations }: WhileKernel, label: string): void {
    const counter = this.#counters++;
    if (maxIterations !== null) this.items.push({ counter, most: null, to: 0 });
    const start = this.items.length;
    /** One round; gives the places of the items that leave the loop. */
    const round = (): number[] => {
      const exits: number[] = [];
      if (maxIterations !== null) exits.push(this.items.push({ counter, most: maxIterations, to: 0 }) - 1);
      this.#block(test);
      exits.push(this.#branch(predicate));
      this.#block(body);
      this.#exchange(swaps);
      return exits;
    };
    const even = round();
    const odd = swaps.length === 0 ? [] : round();
    this.items.push({ jump: "always", to: start });
    for (const exit of odd) this.#aim(exit);
    if (swaps.length > 0) this.#bringBack(swaps, label);
    for (const exit of even) this.#aim(exit);
  }

  #cond({ predicate, then, otherwise }: CondKernel): void {
    const branch = this.#branch(predicate);
    this.#block(then);
    const end = this.items.push({ jump: "always", to: 0 }) - 1;
    this.#aim(branch);
    this.#block(otherwise);
    this.#aim(end);
  }

  /** Adds a jump where `predicate` is false, which is yet to be aimed. */
  #branch({ buffer, offset }: View): number {
    const { memory, offset: start } = this.#placeOf(buffer);
    return this.items.push({ jump: { unless: { memory, offset: start + offset } }, to: 0 }) - 1;
  }

  /** Makes item `index` go on here. */
  #aim(index: number): void {
    this.items[index] = { ...(this.items[index] as Jump | Count), to: this.items.length };
  }

  #exchange(swaps: ScanKernel["swaps"]): void {
    for (const [first, second] of swaps) {
      [this.#places[first], this.#places[second]] = [this.#placeOf(second), this.#placeOf(first)];
    }
  }

  /** After an odd number of rounds what is carried is where the second buffers are. */
  #bringBack(swaps: ScanKernel["swaps"], label: string): void {
    for (const [first, second] of swaps) {
      const { size, dtype } = this.#plan.buffers[first] as Buffer;
      this.#step(copyKernel(second, first, size, dtype), label);
    }
  }
}

function placeOf({ location, dtype }: Buffer): Place | null {
  if (location.kind === "slice") return null;
  if (location.kind === "arena") return { memory: { kind: "arena", index: 0 }, offset: location.offset / bytesPerElement(dtype) };
  return { memory: { kind: location.kind, index: location.index }, offset: 0 };
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
