import { bytesPerElement } from "@neurite/core";
import type { Plan, View } from "../plan/plan.ts";

/** Elements of a buffer. */
export interface Elements {
  get(index: number): number;
  set(index: number, value: number): void;
}

/** The buffers of one run: those outside are arrays of numbers; the arena is one piece of memory, so that overlaps show. */
export class Memory {
  readonly #buffers: Elements[];

  constructor(plan: Plan, inputs: readonly number[][], states: readonly number[][], outputs: readonly number[][]) {
    const arena = new Float64Array(plan.arenaBytes).fill(Number.NaN);
    this.#buffers = plan.buffers.map(({ location, dtype, size }, index) => {
      const check = (element: number): void => {
        if (!(element >= 0 && element < size)) throw new Error(`[interpret] element ${element} of buffer ${index}, which has ${size}`);
      };
      if (location.kind === "arena") {
        // One double for each byte: elements of another width at the same place overwrite each other as they would in memory.
        const { offset } = location;
        const bytes = bytesPerElement(dtype);
        if (offset + size * bytes > plan.arenaBytes) throw new Error(`[interpret] buffer ${index} lies outside the arena`);
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
    });
  }

  read(view: View, index: readonly number[]): number {
    return (this.#buffers[view.buffer] as Elements).get(place(view, index));
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
