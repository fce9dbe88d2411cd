import { type Site, compileGraph, wgslPlaceWords } from "@neurite/compiler";
import {
  type Backend,
  type Capabilities,
  DeviceError,
  type Executable,
  type Graph,
  type MemoryStats,
  type Program,
  ValueError,
} from "@neurite/core";
import type { Storage } from "@neurite/core";
import { capabilities } from "./capabilities.ts";
import { type Pipeline, WebGpuExecutable, WebGpuProgram } from "./executable.ts";
import { type Gpu, type GpuBindGroup, type GpuBuffer, type GpuDevice, bufferUsage, computeStage, mapRead } from "./gpu.ts";
import { type Step, stepsOf } from "./steps.ts";
import { WebGpuStorage, wholeWords } from "./storage.ts";

const storageUsage = bufferUsage.storage | bufferUsage.copySource | bufferUsage.copyTarget;
const uniformUsage = bufferUsage.uniform | bufferUsage.copyTarget;
/** Uniforms start at multiples of this. */
const placeBytes: number = wgslPlaceWords * 4;

/** Runs that failed, and why. */
interface Failure {
  readonly from: number;
  readonly to: number;
  readonly error: DeviceError;
}

/** A WebGPU device as a {@link Backend}. Made by `webgpu()`. */
export class WebGpuBackend implements Backend {
  readonly name = "webgpu";
  readonly description: string;
  readonly capabilities: Capabilities = capabilities;
  /** Held because Dawn's instance must outlive its device: collected earlier, it ends the process. */
  readonly #gpu: Gpu;
  readonly #device: GpuDevice;
  /** Word 0: 1 + the site that failed; word 1: the run. */
  readonly #status: GpuBuffer;
  readonly #pipelines = new Map<string, Pipeline>();
  readonly #sites: Site[] = [];
  readonly #failures: Failure[] = [];
  readonly #collected: FinalizationRegistry<{ readonly buffer: GpuBuffer; readonly bytes: number }>;
  #arena: GpuBuffer | null = null;
  #arenaBytes = 0;
  /** Why nothing works any more: lost, or disposed of. */
  #ended: string | null = null;
  #pending: DeviceError | null = null;
  #stats = { bytes: 0, storages: 0, peakBytes: 0, allocations: 0, runs: 0 };

  constructor(gpu: Gpu, device: GpuDevice, adapter: string) {
    this.#gpu = gpu;
    this.#device = device;
    this.description = `webgpu (${adapter})`;
    this.#status = device.createBuffer({ size: 8, usage: storageUsage });
    this.#collected = new FinalizationRegistry(({ buffer, bytes }) => this.#forget(buffer, bytes));
    device.onuncapturederror = (event) => {
      event.preventDefault?.();
      this.#pending ??= new DeviceError(`[webgpu] ${event.error.message}`);
    };
    void device.lost.then(({ message }) => (this.#ended ??= `the device was lost: ${message || "no reason was given"}`));
  }

  alloc(bytes: number): Storage {
    this.#requireOpen("alloc");
    if (!Number.isInteger(bytes) || bytes < 0) throw new ValueError(`[alloc] bytes must be a whole number: received ${bytes}`);
    return this.#storage(bytes, -1);
  }

  free(storage: Storage): void {
    if (!(storage instanceof WebGpuStorage) || storage.owner !== this.#status || storage.buffer === null) return;
    this.#collected.unregister(storage);
    this.#forget(storage.buffer, storage.bytes);
    storage.buffer = null;
  }

  write(storage: Storage, data: ArrayBufferView, byteOffset = 0): void {
    const buffer = this.#bufferOf("write", storage);
    const { byteLength } = data;
    if (!Number.isInteger(byteOffset) || byteOffset < 0 || byteOffset + byteLength > storage.bytes) {
      throw new ValueError(`[write] ${byteLength} bytes at ${byteOffset} do not fit into a storage of ${storage.bytes}`);
    }
    if (byteLength === 0) return;
    const bytes = new Uint8Array(data.buffer, data.byteOffset, byteLength);
    const isTail = byteOffset + byteLength === storage.bytes;
    if (byteOffset % 4 === 0 && (byteLength % 4 === 0 || isTail)) {
      let padded = bytes;
      if (byteLength % 4 !== 0) {
        padded = new Uint8Array(wholeWords(byteLength));
        padded.set(bytes);
      }
      this.#device.queue.writeBuffer(buffer, byteOffset, padded);
      return;
    }
    this.#writeBytes(buffer, bytes, byteOffset);
  }

  /** Bytes amid words: a kernel replaces them, and leaves their neighbours. */
  #writeBytes(target: GpuBuffer, bytes: Uint8Array, byteOffset: number): void {
    const start = byteOffset % 4;
    const words = Math.ceil((start + bytes.length) / 4);
    const values = new Uint8Array(words * 8);
    values.set(bytes, start);
    values.fill(255, words * 4 + start, words * 4 + start + bytes.length);
    const source = this.#device.createBuffer({ size: values.length, usage: storageUsage });
    const place = this.#device.createBuffer({ size: placeBytes, usage: uniformUsage });
    this.#device.queue.writeBuffer(source, 0, values);
    this.#device.queue.writeBuffer(place, 0, new Uint32Array([Math.floor(byteOffset / 4), words, 0, 0]));
    const grid = Math.ceil(words / 64);
    const columns = Math.min(grid, 65535);
    const code = `
@group(0) @binding(0) var<uniform> places: array<vec4<u32>, ${wgslPlaceWords / 4}>;
@group(0) @binding(3) var<storage, read> values: array<u32>;
@group(0) @binding(4) var<storage, read_write> memory: array<u32>;
@compute @workgroup_size(64)
fn write(@builtin(workgroup_id) at: vec3<u32>, @builtin(num_workgroups) grid: vec3<u32>, @builtin(local_invocation_index) own: u32) {
  let i = (at.y * grid.x + at.x) * 64u + own;
  let words = places[0].y;
  if (i >= words) { return; }
  memory[places[0].x + i] = (memory[places[0].x + i] & ~values[words + i]) | values[i];
}`;
    const { pipeline, layout } = this.#pipeline(code, "write", [false, true], false, false);
    const group = this.#device.createBindGroup({
      layout,
      entries: [
        { binding: 0, resource: { buffer: place, size: placeBytes } },
        { binding: 3, resource: { buffer: source } },
        { binding: 4, resource: { buffer: target } },
      ],
    });
    const encoder = this.#device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, group, [0]);
    pass.dispatchWorkgroups(columns, Math.ceil(grid / columns));
    pass.end();
    this.#device.queue.submit([encoder.finish()]);
    source.destroy();
    place.destroy();
  }

  async read(storage: Storage, byteOffset: number, bytes: number): Promise<ArrayBuffer> {
    const buffer = this.#bufferOf("read", storage);
    if (!(byteOffset >= 0 && bytes >= 0 && byteOffset + bytes <= storage.bytes)) {
      throw new ValueError(`[read] ${bytes} bytes at ${byteOffset} are not in a storage of ${storage.bytes}`);
    }
    const start = Math.floor(byteOffset / 4) * 4;
    const data = await this.#download(buffer, start, wholeWords(byteOffset + bytes - start));
    this.#refuseFailed((storage as WebGpuStorage).run);
    return data.slice(byteOffset - start, byteOffset - start + bytes);
  }

  async sync(): Promise<void> {
    this.#requireOpen("sync");
    await this.#download(this.#status, 0, 4);
  }

  compile(graph: Graph): Executable {
    this.#requireOpen("compile");
    const { composites, unsupported } = capabilities;
    const plan = compileGraph(graph, { composites, unsupported });
    const limit = this.#device.limits.maxStorageBufferBindingSize;
    if (plan.arenaBytes > limit) {
      throw new DeviceError(`[webgpu] intermediate results need ${plan.arenaBytes} bytes in one buffer: this device allows ${limit}`);
    }
    const steps = stepsOf(plan, this.#sites.length);
    this.#sites.push(...plan.sites);
    const pipelines = steps.map((step) => this.#pipelineOf(step));
    const places = this.#device.createBuffer({ size: Math.max(1, steps.length) * placeBytes, usage: uniformUsage });
    const words = new Uint32Array(steps.length * wgslPlaceWords);
    steps.forEach((step, i) => words.set(step.places, i * wgslPlaceWords));
    if (words.length > 0) this.#device.queue.writeBuffer(places, 0, words);
    return new WebGpuExecutable(graph, plan, this.#status, steps, pipelines, places);
  }

  bind(executable: Executable, state: readonly Storage[]): Program {
    this.#requireOpen("bind");
    if (!(executable instanceof WebGpuExecutable) || executable.owner !== this.#status || executable.places === null) {
      throw new DeviceError("[bind] the executable was released, or compiled by another backend");
    }
    const { plan } = executable;
    if (state.length !== plan.states) {
      throw new ValueError(`[bind] the graph has ${plan.states} pieces of state: received ${state.length} storages`);
    }
    state.forEach((storage) => this.#bufferOf("bind", storage));
    if (new Set(state).size !== state.length) throw new ValueError("[bind] two pieces of state share a storage: each needs its own");
    const words = (Math.ceil(plan.scalars / 4) + 1) * 4;
    const run = this.#device.createBuffer({ size: words * 4, usage: uniformUsage });
    return new WebGpuProgram(executable, state as readonly WebGpuStorage[], run, words);
  }

  run(program: Program, inputs: readonly Storage[], scalars: readonly number[], repeat = 1): readonly Storage[] {
    this.#requireOpen("run");
    const own = program as WebGpuProgram;
    const { executable } = own;
    const { plan } = executable;
    if (executable.owner !== this.#status || own.run === null || executable.places === null) {
      throw new DeviceError("[run] the program was released, or made by another backend");
    }
    if (inputs.length !== plan.inputs || scalars.length !== plan.scalars) {
      throw new ValueError(
        `[run] the graph takes ${plan.inputs} inputs and ${plan.scalars} scalars: received ${inputs.length} and ${scalars.length}`,
      );
    }
    if (!Number.isInteger(repeat) || repeat < 0 || (repeat !== 1 && plan.outputBytes.length > 0)) {
      throw new ValueError(`[run] repeat must be a whole number from 0, and 1 for a graph with outputs: received ${repeat}`);
    }
    this.#throwPending();
    inputs.forEach((storage, i) => {
      this.#bufferOf("run", storage);
      this.#refuseFailed((storage as WebGpuStorage).run);
      const needed = bytesOfInput(executable.graph, i);
      if (storage.bytes < needed) throw new ValueError(`[run] input ${i} needs ${needed} bytes: received a storage of ${storage.bytes}`);
    });
    own.states.forEach((storage) => this.#bufferOf("run", storage));
    const arena = this.#arenaOf(plan.arenaBytes);
    const outputs = plan.outputBytes.map((bytes) => this.#storage(bytes, this.#stats.runs));
    for (let i = 0; i < repeat; i++) this.#submit(own, inputs as readonly WebGpuStorage[], outputs, scalars, arena);
    return outputs;
  }

  release(thing: Executable | Program): void {
    if (thing instanceof WebGpuExecutable && thing.owner === this.#status) {
      thing.places?.destroy();
      thing.places = null;
    }
    if (thing instanceof WebGpuProgram && thing.executable.owner === this.#status) {
      thing.run?.destroy();
      thing.run = null;
    }
  }

  memory(): MemoryStats {
    this.#requireOpen("memory");
    return { ...this.#stats };
  }

  dispose(): void {
    if (this.#ended !== null) return;
    this.#ended = "the backend was disposed of";
    this.#device.destroy();
  }

  /** One run: one command buffer, one submit. */
  #submit(
    program: WebGpuProgram,
    inputs: readonly WebGpuStorage[],
    outputs: readonly WebGpuStorage[],
    scalars: readonly number[],
    arena: GpuBuffer | null,
  ): void {
    const { executable, runWords, states } = program;
    const { graph, steps } = executable;
    const floats = new Float32Array(runWords.buffer);
    runWords[0] = this.#stats.runs++;
    graph.scalars.forEach(({ dtype }, i) => {
      if (dtype === "float32") floats[4 + i] = scalars[i] as number;
      else runWords[4 + i] = dtype === "bool" ? Number(scalars[i] !== 0) : (scalars[i] as number);
    });
    this.#device.queue.writeBuffer(program.run as GpuBuffer, 0, runWords);
    if (program.arena !== arena) program.groups.length = 0;
    program.arena = arena;

    const encoder = this.#device.createCommandEncoder();
    // A buffer cannot be read through one binding and written through another: what is input and state at once is read from a copy.
    const copies: GpuBuffer[] = [];
    const sources = inputs.map(({ buffer, bytes }) => {
      if (!states.some((state) => state.buffer === buffer)) return buffer as GpuBuffer;
      const copy = this.#device.createBuffer({ size: wholeWords(bytes), usage: storageUsage });
      encoder.copyBufferToBuffer(buffer as GpuBuffer, 0, copy, 0, wholeWords(bytes));
      copies.push(copy);
      return copy;
    });
    const pass = encoder.beginComputePass();
    steps.forEach((step, i) => {
      const { pipeline, layout } = executable.pipelines[i] as Pipeline;
      const keeps = step.memories.every(({ kind }) => kind === "arena" || kind === "state");
      let group = keeps ? program.groups[i] : undefined;
      if (group === undefined) {
        const buffers = step.memories.map(({ kind, index }): GpuBuffer => {
          if (kind === "arena") return arena as GpuBuffer;
          if (kind === "input") return sources[index] as GpuBuffer;
          return (kind === "state" ? states : outputs)[index]?.buffer as GpuBuffer;
        });
        group = this.#bindGroup(step, layout, program, buffers);
        if (keeps) program.groups[i] = group;
      }
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, group, [i * placeBytes]);
      const { workgroups } = step.rendered;
      const columns = Math.min(workgroups, this.#device.limits.maxComputeWorkgroupsPerDimension);
      pass.dispatchWorkgroups(columns, Math.ceil(workgroups / columns));
    });
    pass.end();
    this.#device.queue.submit([encoder.finish()]);
    for (const copy of copies) copy.destroy();
  }

  #bindGroup(step: Step, layout: Pipeline["layout"], program: WebGpuProgram, buffers: readonly GpuBuffer[]): GpuBindGroup {
    const { scalars, status } = step.rendered;
    return this.#device.createBindGroup({
      layout,
      entries: [
        { binding: 0, resource: { buffer: program.executable.places, size: placeBytes } },
        ...(scalars.length > 0 || status ? [{ binding: 1, resource: { buffer: program.run } }] : []),
        ...(status ? [{ binding: 2, resource: { buffer: this.#status } }] : []),
        ...buffers.map((buffer, i) => ({ binding: 3 + i, resource: { buffer } })),
      ],
    });
  }

  #pipelineOf({ rendered, memories, label }: Step): Pipeline {
    const written = memories.map((_, memory) => rendered.buffers.some((use) => use.memory === memory && use.written));
    const limit = this.#device.limits.maxStorageBuffersPerShaderStage;
    if (memories.length + (rendered.status ? 1 : 0) > limit) {
      throw new DeviceError(
        `[webgpu] one kernel uses ${memories.length} tensors at once${label === "" ? "" : ` (${label})`}: this device allows ${limit}. ` +
          "Hint: read some results first, so that fewer are computed together",
      );
    }
    return this.#pipeline(rendered.source, rendered.entry, written, rendered.scalars.length > 0 || rendered.status, rendered.status);
  }

  #pipeline(code: string, entry: string, written: readonly boolean[], run: boolean, status: boolean): Pipeline {
    const known = this.#pipelines.get(code);
    if (known !== undefined) return known;
    const storage = (binding: number, isWritten: boolean): object => ({
      binding,
      visibility: computeStage,
      buffer: { type: isWritten ? "storage" : "read-only-storage" },
    });
    const layout = this.#device.createBindGroupLayout({
      entries: [
        { binding: 0, visibility: computeStage, buffer: { type: "uniform", hasDynamicOffset: true } },
        ...(run ? [{ binding: 1, visibility: computeStage, buffer: { type: "uniform" } }] : []),
        ...(status ? [storage(2, true)] : []),
        ...written.map((isWritten, i) => storage(3 + i, isWritten)),
      ],
    });
    const pipeline = this.#device.createComputePipeline({
      layout: this.#device.createPipelineLayout({ bindGroupLayouts: [layout] }),
      compute: { module: this.#device.createShaderModule({ code }), entryPoint: entry },
    });
    const made = { pipeline, layout };
    this.#pipelines.set(code, made);
    return made;
  }

  /** Bytes of `buffer` once all that is queued has run. Throws what went wrong until then. */
  async #download(buffer: GpuBuffer, start: number, bytes: number): Promise<ArrayBuffer> {
    const staging = this.#device.createBuffer({ size: bytes + 8, usage: bufferUsage.mapRead | bufferUsage.copyTarget });
    const encoder = this.#device.createCommandEncoder();
    encoder.copyBufferToBuffer(buffer, start, staging, 0, bytes);
    encoder.copyBufferToBuffer(this.#status, 0, staging, bytes, 8);
    this.#device.queue.submit([encoder.finish()]);
    try {
      await staging.mapAsync(mapRead);
    } catch (error) {
      this.#requireOpen("read");
      this.#throwPending();
      throw new DeviceError("[webgpu] the device did not give its results", { cause: error });
    }
    const data = staging.getMappedRange().slice(0);
    staging.unmap();
    staging.destroy();
    this.#throwPending();
    const [site, run] = new Uint32Array(data, bytes, 2) as unknown as [number, number];
    if (site !== 0 && !this.#failures.some(({ from, to }) => run >= from && run <= to)) {
      const error = new DeviceError(formatSite(this.#sites[site - 1] as Site));
      // What was queued since did nothing either.
      this.#failures.push({ from: run, to: this.#stats.runs - 1, error });
      this.#device.queue.writeBuffer(this.#status, 0, new Uint32Array(2));
      throw error;
    }
    return data.slice(0, bytes);
  }

  #refuseFailed(run: number): void {
    const failure = this.#failures.find(({ from, to }) => run >= from && run <= to);
    if (failure !== undefined) throw failure.error;
  }

  #throwPending(): void {
    const error = this.#pending;
    this.#pending = null;
    if (error !== null) throw error;
  }

  #arenaOf(bytes: number): GpuBuffer | null {
    if (bytes <= this.#arenaBytes) return this.#arena;
    // Runs in flight hold the old one until they have ended.
    this.#arena?.destroy();
    this.#stats.bytes += bytes - this.#arenaBytes;
    this.#stats.peakBytes = Math.max(this.#stats.peakBytes, this.#stats.bytes);
    this.#arenaBytes = bytes;
    this.#arena = this.#device.createBuffer({ size: wholeWords(bytes), usage: storageUsage });
    return this.#arena;
  }

  #storage(bytes: number, run: number): WebGpuStorage {
    const limit = Math.min(this.#device.limits.maxBufferSize, this.#device.limits.maxStorageBufferBindingSize);
    if (bytes > limit) throw new DeviceError(`[webgpu] out of memory: ${bytes} bytes in one tensor, this device allows ${limit}`);
    const buffer = this.#device.createBuffer({ size: wholeWords(bytes), usage: storageUsage });
    const storage = new WebGpuStorage(this.#status, bytes, buffer, run);
    this.#collected.register(storage, { buffer, bytes }, storage);
    this.#stats.bytes += bytes;
    this.#stats.storages++;
    this.#stats.allocations++;
    this.#stats.peakBytes = Math.max(this.#stats.peakBytes, this.#stats.bytes);
    return storage;
  }

  #forget(buffer: GpuBuffer, bytes: number): void {
    buffer.destroy();
    this.#stats.bytes -= bytes;
    this.#stats.storages--;
  }

  #bufferOf(op: string, storage: Storage): GpuBuffer {
    this.#requireOpen(op);
    if (!(storage instanceof WebGpuStorage) || storage.owner !== this.#status) {
      throw new DeviceError(`[${op}] the storage belongs to another backend`);
    }
    if (storage.buffer === null) throw new DeviceError(`[${op}] the storage was freed`);
    return storage.buffer;
  }

  #requireOpen(op: string): void {
    if (this.#ended !== null) throw new DeviceError(`[${op}] webgpu: ${this.#ended}`);
    // Named so that nobody takes the field for unused: see above.
    if (this.#gpu === null) throw new DeviceError(`[${op}] webgpu: no instance`);
  }
}

function bytesOfInput(graph: Graph, index: number): number {
  const { dtype, shape } = graph.inputs[index] as Graph["inputs"][number];
  const size = shape.reduce((product, dim) => product * dim, 1);
  return size * (dtype === "bool" || dtype === "int8" || dtype === "uint8" ? 1 : 4);
}

function formatSite({ op, message, scope }: Site): string {
  return `[${op}] ${message}${scope === "" ? "" : `, in layer "${scope}"`}`;
}
