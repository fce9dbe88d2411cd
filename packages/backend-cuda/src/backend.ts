import { addonError, callAddon, compileGraph, Failures, type Plan } from "@neurite/compiler";
import { DeviceError, disposedError, releasedError, requireBytes, requireOperands, requireState, strangerError } from "@neurite/core";
import type { Backend, Capabilities, Executable, Graph, KernelRecording, MemoryStats, NeuriteError, Program, Storage } from "@neurite/core";
import { capabilities, lowering } from "./capabilities.ts";
import { encodeLaunches } from "./encode/encode.ts";
import { launchesOf } from "./encode/launches.ts";
import { CudaExecutable, CudaProgram } from "./executable.ts";
import type { KernelCache } from "./kernel-cache.ts";
import type { DeviceInfo, Handle, Native } from "./native.ts";
import { Recorder } from "./recorder.ts";
import { CudaStorage } from "./storage.ts";

/** What a backend is made of. */
export interface Parts {
  readonly native: Native;
  readonly device: Handle;
  readonly compiler: Handle;
  readonly cache: KernelCache;
}

/** A CUDA device as a {@link Backend}. Made by `cuda()`. */
export class CudaBackend implements Backend {
  readonly name = "cuda";
  readonly description: string;
  readonly capabilities: Capabilities = capabilities;
  readonly info: DeviceInfo;
  private readonly native: Native;
  /** Null once disposed of. */
  private device: Handle | null;
  private readonly compiler: Handle;
  private readonly cache: KernelCache;
  /** While a profile is made. */
  private recorder: Recorder | null = null;
  private readonly failures: Failures = new Failures();
  private readonly status: Uint32Array = new Uint32Array(2);

  constructor({ native, device, compiler, cache }: Parts) {
    this.native = native;
    this.device = device;
    this.compiler = compiler;
    this.cache = cache;
    this.info = native.deviceInfo(device);
    const { name, major, minor, memory } = this.info;
    this.description = `cuda (${name}, sm_${major}${minor}, ${(memory / 2 ** 30).toFixed(0)} GiB)`;
  }

  alloc(bytes: number): Storage {
    const device = this.open("alloc");
    requireBytes(bytes);
    const handle = callAddon("alloc", () => this.native.alloc(device, bytes));
    if (handle === undefined) throw this.outOfMemory(`${bytes} bytes were asked for`);
    return new CudaStorage(device, bytes, handle, 0);
  }

  free(storage: Storage): void {
    if (!(storage instanceof CudaStorage) || storage.device !== this.device || storage.handle === null) return;
    this.native.release(storage.handle);
    storage.handle = null;
  }

  write(storage: Storage, data: ArrayBufferView, byteOffset = 0): void {
    const device = this.open("write");
    const handle = this.handleOf("write", storage);
    callAddon("write", () => this.native.write(device, handle, data, byteOffset));
  }

  async read(storage: Storage, byteOffset: number, bytes: number): Promise<ArrayBuffer> {
    const device = this.open("read");
    const handle = this.handleOf("read", storage);
    this.refuseFailed(storage as CudaStorage);
    return this.readLater("read", device, handle, byteOffset, bytes, (storage as CudaStorage).run);
  }

  readSync(storage: Storage, byteOffset: number, bytes: number): ArrayBuffer {
    const device = this.open("read");
    const handle = this.handleOf("read", storage);
    this.refuseFailed(storage as CudaStorage);
    const data = callAddon("read", () => this.native.readSync(device, handle, byteOffset, bytes, this.status));
    this.absorb(this.status[0], this.status[1], this.failures.lastRun);
    return data;
  }

  compile(graph: Graph): Executable {
    const plan = compileGraph(graph, { composites: capabilities.composites, unsupported: capabilities.unsupported, lowering });
    return this.load(graph, plan);
  }

  /** Makes `plan` an executable: {@link compile} without the compiler, for tools and tests. */
  load(graph: Graph, plan: Plan): CudaExecutable {
    const device = this.open("compile");
    const launches = launchesOf(plan, this.info.blas !== "");
    const { words, strings, source } = encodeLaunches(plan, launches);
    const images = source === null ? [] : [this.compileSource(source)];
    const handle = callAddon("compile", () => this.native.load(device, words, strings, images));
    return new CudaExecutable(graph, plan, launches, device, handle);
  }

  private compileSource(source: string): ArrayBuffer {
    const architecture = `sm_${this.info.major}${this.info.minor}`;
    const options = [`--gpu-architecture=${architecture}`, "--std=c++17"];
    const version = this.native.compilerVersion(this.compiler);
    return this.cache.get(["1", source, ...options, version], () =>
      callAddon("compile", () => this.native.compileSource(this.compiler, source, options)),
    );
  }

  bind(executable: Executable, state: readonly Storage[]): Program {
    const device = this.open("bind");
    if (!(executable instanceof CudaExecutable) || executable.device !== device) throw strangerError("bind", "executable");
    const { handle: own } = executable;
    if (own === null) throw releasedError("bind", "executable");
    requireState(executable.graph, state);
    const handles = state.map((storage) => this.handleOf("bind", storage));
    const handle = callAddon("bind", () => this.native.bind(device, own, handles));
    return new CudaProgram(executable, state as readonly CudaStorage[], handle);
  }

  run(program: Program, inputs: readonly Storage[], scalars: readonly number[], repeat = 1): readonly Storage[] {
    const device = this.open("run");
    if (!(program instanceof CudaProgram) || program.executable.device !== device) throw strangerError("run", "program");
    const { handle: own } = program;
    if (own === null) throw releasedError("run", "program");
    const { graph, plan } = program.executable;
    requireOperands(graph, inputs, scalars, repeat);
    const handles = inputs.map((storage) => {
      const handle = this.handleOf("run", storage);
      this.refuseFailed(storage as CudaStorage);
      return handle;
    });
    if (this.failures.isFull) this.checkNow(device);
    program.scalars.set(scalars);
    const number = this.failures.begin(plan.sites);
    const outputs = callAddon("run", () => this.native.run(device, own, handles, program.scalars, repeat, number));
    this.recorder?.take(program.executable, this.native.takeTimes(device) ?? new Float64Array());
    if (outputs === undefined) {
      const bytes = plan.outputBytes.reduce((sum, each) => sum + each, 0);
      throw this.outOfMemory(`a run needs ${bytes} bytes for results and ${plan.arenaBytes} for what is in between`);
    }
    return outputs.map((handle, i) => new CudaStorage(device, plan.outputBytes[i], handle, number));
  }

  startProfile(mostEvents: number): void {
    const device = this.open("startProfile");
    if (this.recorder !== null) throw new DeviceError("[startProfile] this backend is being profiled already");
    callAddon("startProfile", () => this.native.startProfile(device));
    this.recorder = new Recorder(mostEvents);
  }

  stopProfile(): KernelRecording {
    const device = this.open("stopProfile");
    const { recorder } = this;
    if (recorder === null) throw new DeviceError("[stopProfile] nothing was begun: call startProfile first");
    this.recorder = null;
    this.native.stopProfile(device);
    return recorder.recording();
  }

  release(thing: Executable | Program): void {
    if (this.device === null || !(thing instanceof CudaExecutable || thing instanceof CudaProgram) || thing.handle === null) return;
    this.native.release(thing.handle);
    thing.handle = null;
  }

  async sync(): Promise<void> {
    await this.readLater("sync", this.open("sync"), null, 0, 0, 0);
  }

  memory(): MemoryStats {
    const into = new Float64Array(5);
    this.native.memory(this.open("memory"), into);
    const [bytes, storages, peakBytes, allocations, runs] = into as unknown as [number, number, number, number, number];
    return { bytes, storages, peakBytes, allocations, runs };
  }

  dispose(): void {
    if (this.device !== null) this.native.destroyDevice(this.device);
    this.device = null;
    this.recorder = null;
  }

  private async readLater(
    op: string,
    device: Handle,
    handle: Handle | null,
    byteOffset: number,
    bytes: number,
    run: number,
  ): Promise<ArrayBuffer> {
    const upTo = this.failures.lastRun;
    try {
      const later = this.native.read(device, handle, byteOffset, bytes);
      if (later === undefined) {
        const data = this.native.readSync(device, handle, byteOffset, bytes, this.status);
        this.absorb(this.status[0], this.status[1], upTo);
        return data;
      }
      const [data, site, failedRun] = await later;
      this.absorb(site, failedRun, upTo);
      // Another reading may have heard of the failure first.
      const error = this.failures.of(run);
      if (error !== null) throw error;
      return data;
    } catch (error) {
      throw addonError(error, op);
    }
  }

  private checkNow(device: Handle): void {
    callAddon("run", () => this.native.readSync(device, null, 0, 0, this.status));
    this.absorb(this.status[0], this.status[1], this.failures.lastRun);
  }

  /** Throws what status words tell of, and forgets it on the device. */
  private absorb(site: number, failedRun: number, upTo: number): void {
    const error = this.failures.absorb(site, failedRun, upTo);
    if (error === null) return;
    if (this.device !== null) this.native.resetStatus(this.device);
    throw error;
  }

  private refuseFailed(storage: CudaStorage): void {
    const error: NeuriteError | null = this.failures.of(storage.run);
    if (error !== null) throw error;
  }

  private open(op: string): Handle {
    if (this.device === null) throw disposedError(op, this.name);
    return this.device;
  }

  private handleOf(op: string, storage: Storage): Handle {
    if (!(storage instanceof CudaStorage) || storage.device !== this.device) throw strangerError(op, "storage");
    if (storage.handle === null) throw releasedError(op, "storage");
    return storage.handle;
  }

  private outOfMemory(what: string): DeviceError {
    return new DeviceError(
      `[cuda] out of memory: ${what}, ${this.memory().bytes} bytes are in use. Hint: free what is not needed, or raise memoryLimit`,
    );
  }
}
