import { type Plan, compileGraph } from "@neurite/compiler";
import { DeviceError, ValueError } from "@neurite/core";
import type { Backend, Capabilities, Executable, Graph, MemoryStats, NeuriteError, Program, Storage } from "@neurite/core";
import { capabilities, lowering } from "./capabilities.ts";
import { encodeSteps } from "./encode/encode.ts";
import { planSteps } from "./encode/steps.ts";
import { translateError, translated } from "./errors.ts";
import { CudaExecutable, CudaProgram } from "./executable.ts";
import { Failures, mostUnchecked } from "./failures.ts";
import type { KernelCache } from "./kernel-cache.ts";
import type { DeviceInfo, Handle, Native } from "./native.ts";
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
    if (!Number.isInteger(bytes) || bytes < 0) throw new ValueError(`[alloc] bytes must be a whole number: received ${bytes}`);
    const handle = translated("alloc", () => this.native.alloc(device, bytes));
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
    translated("write", () => this.native.write(device, handle, data, byteOffset));
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
    const data = translated("read", () => this.native.readSync(device, handle, byteOffset, bytes, this.status));
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
    const steps = planSteps(plan, this.info.blas !== "");
    const { words, strings, source } = encodeSteps(plan, steps, plan.sites.length > 0);
    const images = source === null ? [] : [this.compileSource(source)];
    const handle = translated("compile", () => this.native.load(device, words, strings, images));
    return new CudaExecutable(graph, plan, device, handle);
  }

  private compileSource(source: string): ArrayBuffer {
    const architecture = `sm_${this.info.major}${this.info.minor}`;
    const options = [`--gpu-architecture=${architecture}`, "--std=c++17"];
    const version = this.native.compilerVersion(this.compiler);
    return this.cache.get(["1", source, ...options, version], () =>
      translated("compile", () => this.native.compileSource(this.compiler, source, options)),
    );
  }

  bind(executable: Executable, state: readonly Storage[]): Program {
    const device = this.open("bind");
    if (!(executable instanceof CudaExecutable) || executable.device !== device || executable.handle === null) {
      throw new DeviceError("[bind] the executable was released, or compiled by another backend");
    }
    const { plan, handle: own } = executable;
    if (state.length !== plan.states) {
      throw new ValueError(`[bind] the graph has ${plan.states} pieces of state: received ${state.length} storages`);
    }
    const handles = state.map((storage) => this.handleOf("bind", storage));
    if (new Set(handles).size !== handles.length) throw new ValueError("[bind] two pieces of state share a storage: each needs its own");
    const handle = translated("bind", () => this.native.bind(device, own, handles));
    return new CudaProgram(executable, state as readonly CudaStorage[], handle);
  }

  run(program: Program, inputs: readonly Storage[], scalars: readonly number[], repeat = 1): readonly Storage[] {
    const device = this.open("run");
    if (!(program instanceof CudaProgram) || program.executable.device !== device || program.handle === null) {
      throw new DeviceError("[run] the program was released, or bound by another backend");
    }
    const { plan } = program.executable;
    if (inputs.length !== plan.inputs || scalars.length !== plan.scalars) {
      throw new ValueError(
        `[run] the graph takes ${plan.inputs} inputs and ${plan.scalars} scalars: received ${inputs.length} and ${scalars.length}`,
      );
    }
    if (!Number.isInteger(repeat) || repeat < 0 || repeat > 0x7fffffff) {
      throw new ValueError(`[run] repeat must be a whole number: received ${repeat}`);
    }
    if (repeat !== 1 && plan.outputBytes.length > 0) {
      throw new ValueError(`[run] only graphs without outputs may be repeated: received repeat ${repeat}`);
    }
    const handles = inputs.map((storage) => {
      const handle = this.handleOf("run", storage);
      this.refuseFailed(storage as CudaStorage);
      return handle;
    });
    if (this.failures.unchecked >= mostUnchecked - 1) this.checkNow(device);
    program.scalars.set(scalars);
    const own = program.handle;
    const number = this.failures.begin(plan.sites);
    const outputs = translated("run", () => this.native.run(device, own, handles, program.scalars, repeat, number));
    if (outputs === undefined) {
      const bytes = plan.outputBytes.reduce((sum, each) => sum + each, 0);
      throw this.outOfMemory(`a run needs ${bytes} bytes for results and ${plan.arenaBytes} for what is in between`);
    }
    return outputs.map((handle, i) => new CudaStorage(device, plan.outputBytes[i], handle, number));
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
      throw translateError(error, op);
    }
  }

  private checkNow(device: Handle): void {
    translated("run", () => this.native.readSync(device, null, 0, 0, this.status));
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
    if (this.device === null) throw new DeviceError(`[${op}] the cuda backend was disposed of`);
    return this.device;
  }

  private handleOf(op: string, storage: Storage): Handle {
    if (!(storage instanceof CudaStorage) || storage.device !== this.device) {
      throw new DeviceError(`[${op}] the storage belongs to another backend`);
    }
    if (storage.handle === null) throw new DeviceError(`[${op}] the storage was freed`);
    return storage.handle;
  }

  private outOfMemory(what: string): DeviceError {
    return new DeviceError(
      `[cuda] out of memory: ${what}, ${this.memory().bytes} bytes are in use. Hint: free what is not needed, or raise memoryLimit`,
    );
  }
}
