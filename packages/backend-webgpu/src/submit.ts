import type { Memory, Place } from "@neurite/compiler";
import type { Dispatch } from "./dispatches.ts";
import type { WebGpuProgram } from "./executable.ts";
import { follow, type Host } from "./follow.ts";
import { type GpuBindGroup, type GpuBuffer, type GpuDevice, type GpuEncoder, bufferUsage, mapRead } from "./gpu.ts";
import type { Pipeline } from "./pipelines.ts";
import { wholeWords } from "./storage.ts";
import { placeBytes, storageUsage } from "./usages.ts";

/** A storage's buffer as it was when the run was asked for: by its turn the storage may be freed. */
export interface Held {
  readonly buffer: GpuBuffer;
  readonly bytes: number;
}

/** A run of a program on a device. */
export interface Run {
  readonly device: GpuDevice;
  readonly status: GpuBuffer;
  readonly program: WebGpuProgram;
  /** Of the executable and the program. */
  readonly places: GpuBuffer;
  readonly uniform: GpuBuffer;
  readonly arena: GpuBuffer | null;
  readonly inputs: readonly Held[];
  readonly states: readonly Held[];
  readonly outputs: readonly Held[];
  readonly scalars: readonly number[];
  /** What the status names it by when it fails. */
  readonly number: number;
}

/** Queues a run: one command buffer, one submit. Where it branches, one for each predicate, which is waited for: a promise of its end. */
export function submit(run: Run): Promise<void> | void {
  const { items, branches } = run.program.executable;
  const submission = new Submission(run);
  if (branches) return follow(items, submission).finally(() => submission.end());
  submission.submit(items.map((_, i) => i));
  submission.end();
}

class Submission implements Host {
  readonly #run: Run;
  readonly #memories: Readonly<Record<Memory["kind"], readonly (GpuBuffer | null)[]>>;
  readonly #copies: GpuBuffer[] = [];
  readonly #groups: (GpuBindGroup | undefined)[] = [];
  /** Copies what must be copied first; then the first dispatches. */
  #encoder: GpuEncoder;

  constructor(run: Run) {
    const { device, program, arena, inputs, states, outputs } = run;
    this.#run = run;
    writeScalars(run);
    if (program.arena !== arena) program.groups.length = 0;
    program.arena = arena;
    this.#encoder = device.createCommandEncoder();
    // A buffer cannot be read through one binding and written through another: what is input and state at once is read from a copy.
    const sources = inputs.map(({ buffer, bytes }) => {
      if (!states.some((state) => state.buffer === buffer)) return buffer;
      const copy = device.createBuffer({ size: wholeWords(bytes), usage: storageUsage });
      this.#encoder.copyBufferToBuffer(buffer, 0, copy, 0, wholeWords(bytes));
      this.#copies.push(copy);
      return copy;
    });
    const buffersOf = (held: readonly Held[]): GpuBuffer[] => held.map(({ buffer }) => buffer);
    this.#memories = { input: sources, state: buffersOf(states), output: buffersOf(outputs), arena: [arena] };
  }

  submit(dispatches: readonly number[]): void {
    const { device } = this.#run;
    this.#encode(dispatches);
    device.queue.submit([this.#encoder.finish()]);
  }

  async decide(dispatches: readonly number[], { memory, offset }: Place): Promise<boolean | null> {
    const { device, status } = this.#run;
    const staging = device.createBuffer({ size: 8, usage: bufferUsage.mapRead | bufferUsage.copyTarget });
    this.#encode(dispatches);
    // Bools are bytes, and words are copied.
    this.#encoder.copyBufferToBuffer(this.#buffer(memory), Math.floor(offset / 4) * 4, staging, 0, 4);
    this.#encoder.copyBufferToBuffer(status, 0, staging, 4, 4);
    device.queue.submit([this.#encoder.finish()]);
    await staging.mapAsync(mapRead);
    const bytes = new Uint8Array(staging.getMappedRange().slice(0));
    staging.destroy();
    this.#encoder = device.createCommandEncoder();
    return bytes.subarray(4).some((byte) => byte !== 0) ? null : bytes[offset % 4] !== 0;
  }

  end(): void {
    for (const copy of this.#copies) copy.destroy();
  }

  #encode(dispatches: readonly number[]): void {
    const { device, program } = this.#run;
    const { items, pipelines } = program.executable;
    const pass = this.#encoder.beginComputePass();
    for (const i of dispatches) {
      const { pipeline, layout } = pipelines[i] as Pipeline;
      const { workgroups } = (items[i] as Dispatch).rendered;
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, this.#group(i, layout), [i * placeBytes]);
      const columns = Math.min(workgroups, device.limits.maxComputeWorkgroupsPerDimension);
      pass.dispatchWorkgroups(columns, Math.ceil(workgroups / columns));
    }
    pass.end();
  }

  #buffer({ kind, index }: Memory): GpuBuffer {
    return this.#memories[kind][index] as GpuBuffer;
  }

  #group(dispatch: number, layout: Pipeline["layout"]): GpuBindGroup {
    const { device, program, status, places, uniform } = this.#run;
    const { rendered } = program.executable.items[dispatch] as Dispatch;
    const keeps = rendered.memories.every(({ kind }) => kind === "arena" || kind === "state");
    const groups = keeps ? program.groups : this.#groups;
    return (groups[dispatch] ??= device.createBindGroup({
      layout,
      entries: [
        { binding: 0, resource: { buffer: places, size: placeBytes } },
        ...(rendered.scalars.length > 0 || rendered.status ? [{ binding: 1, resource: { buffer: uniform } }] : []),
        ...(rendered.status ? [{ binding: 2, resource: { buffer: status } }] : []),
        ...rendered.memories.map((memory, i) => ({ binding: 3 + i, resource: { buffer: this.#buffer(memory) } })),
      ],
    }));
  }
}

/** The uniform `run`: its number in the first of four words, then the scalars. */
function writeScalars({ device, program, uniform, scalars, number }: Run): void {
  const { runWords: words, executable } = program;
  const floats = new Float32Array(words.buffer);
  words[0] = number;
  executable.graph.scalars.forEach(({ dtype }, i) => {
    if (dtype === "float32") floats[4 + i] = scalars[i] as number;
    else words[4 + i] = dtype === "bool" ? Number(scalars[i] !== 0) : (scalars[i] as number);
  });
  device.queue.writeBuffer(uniform, 0, words);
}
