import {
  type Block,
  type Buffer,
  type Kernel,
  type Plan,
  type RenderedKernel,
  renderKernel,
  wgsl,
  wgslPlaceWords,
  wgslSiteWord,
} from "@neurite/compiler";
import { DeviceError, bytesPerElement } from "@neurite/core";

/** One dispatch: what to run, and where its buffers are. */
export interface Step {
  readonly rendered: RenderedKernel;
  /** "arena", "input 3", … in the order of the kernel's memories. */
  readonly memories: readonly Memory[];
  /** Words of the uniform `places`. */
  readonly places: Uint32Array;
  /** The kernel's label in its block of the plan: scope and ops. */
  readonly label: string;
}

export interface Memory {
  readonly kind: "input" | "state" | "output" | "arena";
  readonly index: number;
}

/** Where a buffer is at one moment: its memory, and elements from its start. */
interface Place {
  readonly memory: Memory;
  readonly offset: number;
}

/** The dispatches of a plan. Loops of known length are laid out whole, step by step. */
export function stepsOf(plan: Plan, firstSite: number): Step[] {
  const steps: Step[] = [];
  const places: (Place | null)[] = plan.buffers.map(({ location, dtype }): Place | null => {
    if (location.kind === "slice") return null;
    if (location.kind === "arena") return { memory: { kind: "arena", index: 0 }, offset: location.offset / bytesPerElement(dtype) };
    return { memory: { kind: location.kind, index: location.index }, offset: 0 };
  });
  const known = new Map<string, RenderedKernel>();

  const dispatch = (kernel: Kernel, name: string, label: string): void => {
    // Buffers that exchange their places may exchange their memories too.
    const buffers = plan.buffers.map((buffer, i): Buffer => {
      const memory = places[i]?.memory;
      if (memory === undefined) return buffer;
      const location = memory.kind === "arena" ? ({ kind: "arena", offset: 0 } as const) : { kind: memory.kind, index: memory.index };
      return { ...buffer, location };
    });
    const key = `${name} ${places.map((place) => (place === null ? "" : `${place.memory.kind}${place.memory.index}`)).join()}`;
    let rendered = known.get(key);
    if (rendered === undefined) known.set(key, (rendered = renderKernel(kernel, { ...plan, buffers }, wgsl)));
    if (rendered.workgroups === 0) return;
    if (rendered.buffers.length >= wgslPlaceWords) {
      throw new DeviceError(`[${kernel.kind}] uses too many arrays at once: ${rendered.buffers.length}, at most ${wgslPlaceWords - 1}`);
    }
    const words = new Uint32Array(wgslPlaceWords);
    const memories: Memory[] = [];
    rendered.buffers.forEach(({ buffer, memory }, use) => {
      const place = places[buffer] as Place;
      words[use] = place.offset;
      memories[memory] = place.memory;
    });
    words[wgslSiteWord] = firstSite;
    steps.push({ rendered, memories, places: words, label });
  };

  const run = ({ kernels, labels }: Block, name: string): void => {
    kernels.forEach((kernel, i) => {
      const own = `${name}.${i}`;
      const label = labels[i] ?? "";
      if (kernel.kind !== "scan") return dispatch(kernel, own, label);
      const before = kernel.swaps.map(([first]) => places[first]);
      // Where what is cut into slices is when the loop begins.
      const whole = kernel.slices.map((slice) => places[sliceOf(plan, slice).of] as Place);
      for (let round = 0; round < kernel.length; round++) {
        const position = kernel.reverse ? kernel.length - 1 - round : round;
        kernel.slices.forEach((slice, j) => {
          const { offset, step } = sliceOf(plan, slice);
          const { memory, offset: start } = whole[j] as Place;
          places[slice] = { memory, offset: start + offset + step * position };
        });
        run(kernel.body, own);
        for (const [first, second] of kernel.swaps) [places[first], places[second]] = [places[second] as Place, places[first] as Place];
      }
      kernel.swaps.forEach(([first, second], j) => {
        if (places[first] === before[j]) return;
        [places[first], places[second]] = [places[second] as Place, places[first] as Place];
        dispatch(copy(plan, second, first), `copy ${second} ${first}`, label);
      });
    });
  };
  run(plan, "");
  return steps;
}

function sliceOf(plan: Plan, buffer: number): Extract<Buffer["location"], { kind: "slice" }> {
  const { location } = plan.buffers[buffer] as Buffer;
  if (location.kind !== "slice") throw new DeviceError(`[scan] buffer ${buffer} is no slice`);
  return location;
}

function copy(plan: Plan, from: number, to: number): Kernel {
  const { dtype, size } = plan.buffers[to] as Buffer;
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
