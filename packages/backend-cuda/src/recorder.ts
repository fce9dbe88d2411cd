/** Adds up what the device measured of launches while a profile is made. */
import { type Buffer, type Kernel, kernelRecord } from "@neurite/compiler";
import type { KernelEvent, KernelRecording } from "@neurite/core";
import type { CudaExecutable } from "./executable.ts";

interface Timing {
  readonly index: number;
  readonly kernel: Kernel;
  readonly label: string;
  readonly buffers: readonly Buffer[];
  calls: number;
  nanoseconds: number;
}

export class Recorder {
  readonly #timings = new Map<Kernel, Timing>();
  /** A ring of the last calls. */
  readonly #events: KernelEvent[] = [];
  readonly #mostEvents: number;
  #calls = 0;

  constructor(mostEvents: number) {
    this.#mostEvents = mostEvents;
  }

  /** Of each launch of a run: its number, when it began and how long it took. Rounds of a loop are calls of one kernel. */
  take({ launches, plan }: CudaExecutable, times: Float64Array): void {
    for (let at = 0; at < times.length; at += 3) {
      const [number, start, duration] = times.subarray(at, at + 3) as unknown as [number, number, number];
      const launch = launches[number];
      if (launch === undefined || !("step" in launch)) continue;
      const { kernel, label } = launch.step;
      let timing = this.#timings.get(kernel);
      if (timing === undefined) {
        timing = { index: this.#timings.size, kernel, label, buffers: plan.buffers, calls: 0, nanoseconds: 0 };
        this.#timings.set(kernel, timing);
      }
      timing.calls++;
      timing.nanoseconds += duration;
      if (this.#mostEvents > 0) this.#events[this.#calls % this.#mostEvents] = { kernel: timing.index, start, duration, track: 0 };
      this.#calls++;
    }
  }

  recording(): KernelRecording {
    const oldest = this.#calls > this.#mostEvents ? this.#calls % this.#mostEvents : 0;
    const events = [...this.#events.slice(oldest), ...this.#events.slice(0, oldest)];
    const kernels = [...this.#timings.values()].map(({ kernel, label, buffers, ...times }) => kernelRecord(kernel, label, buffers, times));
    return { kernels, events, droppedEvents: this.#calls - events.length, tracks: ["stream"] };
  }
}
