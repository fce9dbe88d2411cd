import { type DType, bytesPerElement } from "@neurite/core";
import type { Buffer, Location, Plan, View } from "../plan/plan.ts";

/** Elements of a buffer. */
export interface Elements {
  get(index: number): number;
  set(index: number, value: number): void;
}

interface Outside {
  readonly inputs: readonly number[][];
  readonly states: readonly number[][];
  readonly outputs: readonly number[][];
}

/** The buffers of one run: those outside are arrays of numbers; the arena is one piece of memory, so that overlaps show. */
export class Memory {
  readonly #buffers: Elements[] = [];
  readonly #plan: Plan;
  /** Where slices begin in the buffers they are part of. */
  readonly #starts: number[];

  constructor(plan: Plan, inputs: readonly number[][], states: readonly number[][], outputs: readonly number[][]) {
    const arena = new Float64Array(plan.arenaBytes).fill(Number.NaN);
    this.#plan = plan;
    this.#starts = plan.buffers.map(({ location }) => (location.kind === "slice" ? location.offset : 0));
    plan.buffers.forEach(({ location, dtype, size }, index) => {
      this.#buffers.push(this.#elements(location, dtype, size, index, arena, { inputs, states, outputs }));
    });
  }

  #elements(
    location: Location,
    dtype: DType,
    size: number,
    index: number,
    arena: Float64Array,
    { inputs, states, outputs }: Outside,
  ): Elements {
    const check = (element: number): void => {
      if (!(element >= 0 && element < size)) throw new Error(`[interpret] element ${element} of buffer ${index}, which has ${size}`);
    };
    if (location.kind === "arena") {
      // One double for each byte: elements of another width at the same place overwrite each other as they would in memory.
      const { offset } = location;
      const bytes = bytesPerElement(dtype);
      if (offset + size * bytes > arena.length) throw new Error(`[interpret] buffer ${index} lies outside the arena`);
      return {
        get(element) {
          check(element);
          return arena[offset + element * bytes] as number;
        },
        set(element, value) {
          check(element);
          arena.fill(Number.NaN, offset + element * bytes, offset + (element + 1) * bytes);
          arena[offset + element * bytes] = value;
        },
      };
    }
    if (location.kind === "slice") {
      // The buffer it is part of may be another one at each step.
      const { of } = location;
      return {
        get: (element) => {
          check(element);
          return (this.#buffers[of] as Elements).get((this.#starts[index] as number) + element);
        },
        set: (element, value) => {
          check(element);
          (this.#buffers[of] as Elements).set((this.#starts[index] as number) + element, value);
        },
      };
    }
    const array = (location.kind === "input" ? inputs : location.kind === "state" ? states : outputs)[location.index] as number[];
    return {
      get(element) {
        check(element);
        return array[element] as number;
      },
      set(element, value) {
        check(element);
        if (location.kind === "input") throw new Error(`[interpret] input ${location.index} is written to`);
        array[element] = value;
      },
    };
  }

  read(view: View, index: readonly number[]): number {
    return (this.#buffers[view.buffer] as Elements).get(place(view, index));
  }

  /** Moves slices to `position` of the loop they belong to. */
  move(slices: readonly number[], position: number): void {
    for (const slice of slices) {
      const { location } = this.#plan.buffers[slice] as Buffer;
      if (location.kind === "slice") this.#starts[slice] = location.offset + location.step * position;
    }
  }

  swap(first: number, second: number): void {
    [this.#buffers[first], this.#buffers[second]] = [this.#buffers[second] as Elements, this.#buffers[first] as Elements];
  }

  /** The contents of one buffer into another of its size. */
  copy(from: number, to: number): void {
    const { size } = this.#plan.buffers[from] as Buffer;
    for (let i = 0; i < size; i++) (this.#buffers[to] as Elements).set(i, (this.#buffers[from] as Elements).get(i));
  }

  /** The element `extra` after the one at `index`. */
  readAfter(view: View, index: readonly number[], extra: number): number {
    return (this.#buffers[view.buffer] as Elements).get(place(view, index) + extra);
  }

  write(view: View, index: readonly number[], value: number): void {
    (this.#buffers[view.buffer] as Elements).set(place(view, index), value);
  }
}

function place(view: View, index: readonly number[]): number {
  let element = view.offset;
  for (let axis = 0; axis < index.length; axis++) element += (index[axis] as number) * (view.strides[axis] as number);
  return element;
}

/** Every index of `shape`, row-major. The array is reused. */
export function* indices(shape: readonly number[]): Generator<number[]> {
  if (shape.some((dim) => dim === 0)) return;
  const index = new Array<number>(shape.length).fill(0);
  while (true) {
    yield index;
    let axis = shape.length - 1;
    for (; axis >= 0; axis--) {
      index[axis] = (index[axis] as number) + 1;
      if ((index[axis] as number) < (shape[axis] as number)) break;
      index[axis] = 0;
    }
    if (axis < 0) return;
  }
}
