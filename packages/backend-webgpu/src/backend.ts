import { compileGraph, Failures, wgslPlaceWords } from "@neurite/compiler";
import {
  type Backend,
  type Capabilities,
  DeviceError,
  disposedError,
  type Executable,
  type Graph,
  type MemoryStats,
  type Program,
  releasedError,
  requireBytes,
  requireOperands,
  requireRange,
  requireSizes,
  requireState,
  strangerError,
} from "@neurite/core";
import type { Storage } from "@neurite/core";
import { capabilities, lowering } from "./capabilities.ts";
import { dispatchesOf } from "./dispatches.ts";
import { WebGpuExecutable, WebGpuProgram } from "./executable.ts";
import { type Gpu, type GpuBuffer, type GpuDevice, bufferUsage, mapRead } from "./gpu.ts";
import { DeviceMemory } from "./memory.ts";
import { Pipelines } from "./pipelines.ts";
import { WebGpuStorage, wholeWords } from "./storage.ts";
import { type Held, submit } from "./submit.ts";
import { Turns } from "./turns.ts";
import { placeBytes, storageUsage, uniformUsage } from "./usages.ts";
import { writeBytes } from "./write-bytes.ts";

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
  readonly #pipelines: Pipelines;
  readonly #memory: DeviceMemory;
  readonly #failures = new Failures();
  /** All that touches what is on the device. */
  readonly #turns = new Turns((error) => {
    if (this.#disposed) return;
    this.#pending ??=
      error instanceof DeviceError ? error : new DeviceError("[run] the device did not tell where to go on", { cause: error });
  });
  /** Why the device is gone; null while it is there. */
  #lost: string | null = null;
  #disposed = false;
  #pending: DeviceError | null = null;

  constructor(gpu: Gpu, device: GpuDevice, adapter: string) {
    this.#gpu = gpu;
    this.#device = device;
    this.description = `webgpu (${adapter})`;
    this.#status = device.createBuffer({ size: 8, usage: storageUsage });
    this.#pipelines = new Pipelines(device);
    this.#memory = new DeviceMemory(device, this.#status, (buffer) => this.#destroy(buffer));
    device.onuncapturederror = (event) => {
      event.preventDefault?.();
      this.#pending ??= new DeviceError(`[webgpu] ${event.error.message}`);
    };
    void device.lost.then(({ message }) => (this.#lost ??= `the device was lost: ${message || "no reason was given"}`));
  }

  alloc(bytes: number): Storage {
    this.#requireOpen("alloc");
    requireBytes(bytes);
    return this.#memory.alloc(bytes, 0);
  }

  free(storage: Storage): void {
    if (storage instanceof WebGpuStorage && storage.owner === this.#status) this.#memory.free(storage);
  }

  write(storage: Storage, data: ArrayBufferView, byteOffset = 0): void {
    const buffer = this.#bufferOf("write", storage);
    const { byteLength } = data;
    requireRange("write", storage, byteOffset, byteLength);
    if (byteLength === 0) return;
    const given = new Uint8Array(data.buffer, data.byteOffset, byteLength);
    const bytes = this.#turns.isBusy ? given.slice() : given;
    const isTail = byteOffset + byteLength === storage.bytes;
    if (byteOffset % 4 !== 0 || (byteLength % 4 !== 0 && !isTail)) {
      this.#turns.add(() => writeBytes(this.#device, this.#pipelines, buffer, bytes, byteOffset));
      return;
    }
    let padded = bytes;
    if (byteLength % 4 !== 0) {
      padded = new Uint8Array(wholeWords(byteLength));
      padded.set(bytes);
    }
    this.#turns.add(() => this.#device.queue.writeBuffer(buffer, byteOffset, padded));
  }

  async read(storage: Storage, byteOffset: number, bytes: number): Promise<ArrayBuffer> {
    const buffer = this.#bufferOf("read", storage);
    requireRange("read", storage, byteOffset, bytes);
    const start = Math.floor(byteOffset / 4) * 4;
    const data = await this.#inTurn(() => this.#download(buffer, start, wholeWords(byteOffset + bytes - start)));
    this.#refuseFailed(storage as WebGpuStorage);
    return data.slice(byteOffset - start, byteOffset - start + bytes);
  }

  async sync(): Promise<void> {
    this.#requireOpen("sync");
    await this.#inTurn(() => this.#download(this.#status, 0, 4));
  }

  compile(graph: Graph): Executable {
    this.#requireOpen("compile");
    const { composites, unsupported } = capabilities;
    const plan = compileGraph(graph, {
      composites,
      unsupported,
      lowering,
      mostMemories: this.#device.limits.maxStorageBuffersPerShaderStage - 1,
    });
    const limit = this.#device.limits.maxStorageBufferBindingSize;
    if (plan.arenaBytes > limit) {
      throw new DeviceError(`[webgpu] intermediate results need ${plan.arenaBytes} bytes in one buffer: this device allows ${limit}`);
    }
    const items = dispatchesOf(plan);
    const pipelines = items.map((item) => ("rendered" in item ? this.#pipelines.ofDispatch(item) : null));
    const places = this.#device.createBuffer({ size: Math.max(1, items.length) * placeBytes, usage: uniformUsage });
    const words = new Uint32Array(items.length * wgslPlaceWords);
    items.forEach((item, i) => "rendered" in item && words.set(item.places, i * wgslPlaceWords));
    if (words.length > 0) this.#device.queue.writeBuffer(places, 0, words);
    return new WebGpuExecutable(graph, plan, this.#status, items, pipelines, places);
  }

  bind(executable: Executable, state: readonly Storage[]): Program {
    this.#requireOpen("bind");
    if (!(executable instanceof WebGpuExecutable) || executable.owner !== this.#status) throw strangerError("bind", "executable");
    if (executable.places === null) throw releasedError("bind", "executable");
    const { graph, plan } = executable;
    requireState(graph, state);
    for (const storage of state) this.#bufferOf("bind", storage);
    requireSizes("bind", "state", graph.state, state);
    const words = (Math.ceil(plan.scalars / 4) + 1) * 4;
    const run = this.#device.createBuffer({ size: words * 4, usage: uniformUsage });
    return new WebGpuProgram(executable, state as readonly WebGpuStorage[], run, words);
  }

  run(program: Program, inputs: readonly Storage[], scalars: readonly number[], repeat = 1): readonly Storage[] {
    this.#requireOpen("run");
    if (!(program instanceof WebGpuProgram) || program.executable.owner !== this.#status) throw strangerError("run", "program");
    const { executable } = program;
    if (program.run === null || executable.places === null) throw releasedError("run", "program");
    const { graph, plan } = executable;
    requireOperands(graph, inputs, scalars, repeat);
    this.#throwPending();
    for (const storage of inputs) {
      this.#bufferOf("run", storage);
      this.#refuseFailed(storage as WebGpuStorage);
    }
    requireSizes("run", "input", graph.inputs, inputs);
    const held = (storage: Storage): Held => ({ buffer: this.#bufferOf("run", storage), bytes: storage.bytes });
    const bound = { inputs: inputs.map(held), states: program.states.map(held), places: executable.places, uniform: program.run };
    const numbers = [...scalars];
    this.#memory.runs++;
    let outputs: readonly WebGpuStorage[] = [];
    for (let i = 0; i < repeat; i++) {
      const number = this.#failures.begin(plan.sites);
      outputs = plan.outputBytes.map((bytes) => this.#memory.alloc(bytes, number));
      const results = outputs.map(held);
      this.#turns.add(() => {
        // A failure that was heard of while this run waited is its own too.
        if (this.#disposed || this.#failures.of(number) !== null) return;
        const arena = this.#memory.arenaOf(plan.arenaBytes);
        return submit({ device: this.#device, status: this.#status, program, ...bound, arena, outputs: results, scalars: numbers, number });
      });
    }
    return outputs;
  }

  release(thing: Executable | Program): void {
    if (thing instanceof WebGpuExecutable && thing.owner === this.#status) {
      if (thing.places !== null) this.#destroy(thing.places);
      thing.places = null;
    }
    if (thing instanceof WebGpuProgram && thing.executable.owner === this.#status) {
      if (thing.run !== null) this.#destroy(thing.run);
      thing.run = null;
    }
  }

  memory(): MemoryStats {
    this.#requireOpen("memory");
    return this.#memory.stats;
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#device.destroy();
  }

  /** What `task` gives, begun in its turn: later ones need not wait for its end. */
  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => this.#turns.add(() => void task().then(resolve, reject)));
  }

  /** Once those that were asked for before have used it. */
  #destroy(buffer: GpuBuffer): void {
    this.#turns.add(() => buffer.destroy());
  }

  /** Bytes of `buffer` once all that is queued has run. Throws what went wrong until then. */
  async #download(buffer: GpuBuffer, start: number, bytes: number): Promise<ArrayBuffer> {
    const upTo = this.#failures.lastRun;
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
    const error = this.#failures.absorb(site - 1, run, upTo);
    if (error !== null) {
      this.#device.queue.writeBuffer(this.#status, 0, new Uint32Array(2));
      throw error;
    }
    return data.slice(0, bytes);
  }

  #refuseFailed({ run }: WebGpuStorage): void {
    const error = this.#failures.of(run);
    if (error !== null) throw error;
  }

  #throwPending(): void {
    const error = this.#pending;
    this.#pending = null;
    if (error !== null) throw error;
  }

  #bufferOf(op: string, storage: Storage): GpuBuffer {
    this.#requireOpen(op);
    if (!(storage instanceof WebGpuStorage) || storage.owner !== this.#status) throw strangerError(op, "storage");
    if (storage.buffer === null) throw releasedError(op, "storage");
    return storage.buffer;
  }

  #requireOpen(op: string): void {
    if (this.#disposed) throw disposedError(op, this.name);
    if (this.#lost !== null) throw new DeviceError(`[${op}] webgpu: ${this.#lost}`);
    // Named so that nobody takes the field for unused: see above.
    if (this.#gpu === null) throw new DeviceError(`[${op}] webgpu: no instance`);
  }
}
