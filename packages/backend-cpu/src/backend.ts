import type { Plan } from "@neurite/compiler";
import { addonError, callAddon, compileGraph, formatSite, storageBytes } from "@neurite/compiler";
import {
  describeValue,
  DeviceError,
  disposedError,
  releasedError,
  requireBytes,
  requireOperands,
  requireState,
  strangerError,
  ValueError,
} from "@neurite/core";
import type { Backend, Capabilities, Executable, Graph, KernelRecording, MemoryStats, Program, Storage } from "@neurite/core";
import { capabilities, lowering } from "./capabilities.ts";
import { encodePlan } from "./encode/encode-plan.ts";
import { CpuExecutable, CpuProgram } from "./executable.ts";
import type { Handle, Loaded, Native } from "./native.ts";
import { reserveCommand } from "./native.ts";
import type { ResolvedOptions } from "./options.ts";
import { readRecording } from "./recording.ts";
import { CpuStorage } from "./storage.ts";

/** What `run` of the addon leaves in the first word of the command. */
const runResult = { done: 0, outOfMemory: 1, failed: 2, noHandle: 3, tooSmall: 4, noEngine: 5 } as const;

/** The native engine as a {@link Backend}. Made by `cpu()`. */
export class CpuBackend implements Backend {
  readonly name = "cpu";
  readonly description: string;
  readonly capabilities: Capabilities = capabilities;
  /** Instruction set of the kernels in use. */
  readonly instructionSet: string;
  /** Threads that one kernel may use. */
  readonly threads: number;
  private readonly loaded: Loaded;
  private readonly native: Native;
  /** Number of the engine; -1 once disposed of. */
  private engine: number;
  /** While a profile is made: the plans of what ran, by the serial numbers of their executables. */
  private profiled: Map<number, Plan> | null = null;

  constructor(loaded: Loaded, options: ResolvedOptions) {
    this.loaded = loaded;
    this.native = loaded.native;
    this.instructionSet = options.instructionSet;
    this.threads = options.threads;
    this.description = `cpu (${options.instructionSet}, ${options.threads} ${options.threads === 1 ? "thread" : "threads"})`;
    this.engine = callAddon("cpu", () =>
      loaded.native.createEngine(
        options.instructionSet,
        options.threads,
        options.memoryLimit,
        options.packedLimit,
        options.synchronousLimit,
        options.denormals,
      ),
    );
  }

  alloc(bytes: number): Storage {
    this.requireOpen("alloc");
    requireBytes(bytes);
    const handle = callAddon("cpu", () => this.native.alloc(this.engine, bytes));
    if (handle === undefined) throw this.outOfMemory(`${bytes} bytes were asked for`);
    return new CpuStorage(this.engine, this.loaded.command[0], bytes, handle);
  }

  adopt(data: ArrayBufferView<SharedArrayBuffer>): Storage {
    this.requireOpen("adopt");
    if (!ArrayBuffer.isView(data) || !(data.buffer instanceof SharedArrayBuffer)) {
      throw new ValueError(
        `[adopt] the data must be a view of a SharedArrayBuffer: received ${describeValue(data)}; other memory can move or shrink`,
      );
    }
    const handle = callAddon("cpu", () => this.native.adopt(this.engine, data));
    if (handle === undefined) throw this.outOfMemory("a storage over the memory of an array");
    return new CpuStorage(this.engine, this.loaded.command[0], data.byteLength, handle, true);
  }

  free(storage: Storage): void {
    const own = storage as CpuStorage;
    if (this.engine < 0 || !(storage instanceof CpuStorage) || own.engine !== this.engine || own.id < 0) return;
    this.native.release(this.engine, own.id);
    own.id = -1;
  }

  write(storage: Storage, data: ArrayBufferView, byteOffset = 0): void {
    const id = this.idOf("write", storage);
    if ((storage as CpuStorage).adopted)
      throw new DeviceError("[write] the storage lies in shared memory of the user's, which is only read");
    if (!callAddon("cpu", () => this.native.write(this.engine, id, data, byteOffset))) {
      throw this.outOfMemory("a write that waits for queued runs needs a copy of its data");
    }
  }

  read(storage: Storage, byteOffset: number, bytes: number): Promise<ArrayBuffer> {
    return promised(() => {
      const id = this.idOf("read", storage);
      const later = this.native.read(this.engine, id, byteOffset, bytes);
      return later ?? this.readSync(storage, byteOffset, bytes);
    });
  }

  readSync(storage: Storage, byteOffset: number, bytes: number): ArrayBuffer {
    const id = this.idOf("read", storage);
    this.native.wait(this.engine);
    this.throwPending();
    return callAddon("cpu", () => this.native.readSync(this.engine, id, byteOffset, bytes));
  }

  compile(graph: Graph): Executable {
    const { composites, unsupported } = capabilities;
    return this.load(graph, compileGraph(graph, { composites, unsupported, lowering }));
  }

  /** Makes `plan` an executable: {@link compile} without the compiler, for tools and tests. */
  load(graph: Graph, plan: Plan): CpuExecutable {
    this.requireOpen("compile");
    const handle = callAddon("cpu", () => this.native.compile(this.engine, encodePlan(plan), plan.sites.map(formatSite)));
    const [id, serial] = this.loaded.command;
    return new CpuExecutable(graph, plan, this.engine, id, serial, handle);
  }

  bind(executable: Executable, state: readonly Storage[]): Program {
    this.requireOpen("bind");
    if (!(executable instanceof CpuExecutable) || executable.engine !== this.engine) throw strangerError("bind", "executable");
    if (executable.id < 0) throw releasedError("bind", "executable");
    const { plan } = executable;
    requireState(executable.graph, state);
    reserveCommand(this.loaded, Math.max(state.length, plan.inputs + 4, plan.outputBytes.length + 1) + 1, plan.scalars);
    const ids = state.map((storage) => this.idOf("bind", storage));
    if (state.some((storage) => (storage as CpuStorage).adopted)) {
      throw new DeviceError("[bind] a piece of state lies in shared memory of the user's, which is only read: copy it first");
    }
    ids.forEach((id, i) => (this.loaded.command[i] = id));
    const handle = callAddon("cpu", () => this.native.bind(this.engine, executable.id, state.length));
    return new CpuProgram(executable, state as readonly CpuStorage[], this.loaded.command[0], handle);
  }

  run(program: Program, inputs: readonly Storage[], scalars: readonly number[], repeat = 1): readonly Storage[] {
    const { command, scalars: scalarWords, native } = this.loaded;
    const { id, executable } = program as CpuProgram;
    const plan = executable.plan;
    if (executable.engine !== this.engine || id < 0) this.refuseProgram(program);
    requireOperands(executable.graph, inputs, scalars, repeat);
    if (this.profiled !== null) this.profiled.set(executable.serial, plan);
    command[0] = this.engine;
    command[1] = id;
    command[2] = repeat;
    command[3] = inputs.length;
    for (let i = 0; i < inputs.length; i++) {
      const storage = inputs[i] as CpuStorage;
      if (storage.engine !== this.engine || storage.id < 0) this.idOf("run", storage);
      command[4 + i] = storage.id;
    }
    for (let i = 0; i < scalars.length; i++) scalarWords[i] = scalars[i];
    const result = native.run();
    if (command[0] !== runResult.done) this.throwRun(command[0], plan, inputs);
    if (result === undefined) return noStorages;
    if (plan.outputBytes.length === 1) return [new CpuStorage(this.engine, command[1], plan.outputBytes[0], result)];
    return (result as Handle[]).map((handle, i) => new CpuStorage(this.engine, command[1 + i], plan.outputBytes[i], handle));
  }

  startProfile(mostEvents: number): void {
    this.requireOpen("startProfile");
    if (this.profiled !== null) throw new DeviceError("[startProfile] this backend is being profiled already");
    if (!callAddon("cpu", () => this.native.startProfile(this.engine, mostEvents))) {
      throw this.outOfMemory(`the timeline of ${mostEvents} calls of kernels`);
    }
    this.profiled = new Map();
  }

  stopProfile(): KernelRecording {
    this.requireOpen("stopProfile");
    const plans = this.profiled;
    if (plans === null) throw new DeviceError("[stopProfile] nothing was begun: call startProfile first");
    this.profiled = null;
    const words = callAddon("cpu", () => this.native.stopProfile(this.engine));
    if (words === undefined) throw new DeviceError("[stopProfile] the engine measured nothing");
    return readRecording(words, plans);
  }

  release(thing: Executable | Program): void {
    if (this.engine < 0 || !(thing instanceof CpuExecutable || thing instanceof CpuProgram) || thing.id < 0) return;
    this.native.release(this.engine, thing.id);
    thing.id = -1;
  }

  sync(): Promise<void> {
    return promised(() => {
      this.requireOpen("sync");
      return this.native.sync(this.engine) ?? this.throwPending();
    });
  }

  memory(): MemoryStats {
    this.requireOpen("memory");
    this.native.memory(this.engine);
    const [bytes, storages, peakBytes, allocations, runs] = this.loaded.scalars;
    return { bytes, storages, peakBytes, allocations, runs };
  }

  dispose(): void {
    if (this.engine >= 0) this.native.destroyEngine(this.engine);
    this.engine = -1;
    this.profiled = null;
  }

  private requireOpen(op: string): void {
    if (this.engine < 0) throw disposedError(op, this.name);
  }

  private idOf(op: string, storage: Storage): number {
    this.requireOpen(op);
    if (!(storage instanceof CpuStorage) || storage.engine !== this.engine) throw strangerError(op, "storage");
    if (storage.id < 0) throw releasedError(op, "storage");
    return storage.id;
  }

  /** Throws what an earlier run complained of. */
  private throwPending(): void {
    const message = this.native.takeError(this.engine);
    if (message !== "") throw runError(message);
  }

  private outOfMemory(what: string): DeviceError {
    const { bytes } = this.memory();
    const hint = this.native.immediateFinalizers
      ? "free what is not needed, or raise memoryLimit"
      : "memory of collected tensors is returned when the event loop turns: await something in long loops, or call dispose()";
    return new DeviceError(`[cpu] out of memory: ${what}, ${bytes} bytes are in use. Hint: ${hint}`);
  }

  private throwRun(result: number, plan: Plan, inputs: readonly Storage[]): never {
    switch (result) {
      case runResult.outOfMemory: {
        const outputs = plan.outputBytes.reduce((sum, bytes) => sum + bytes, 0);
        throw this.outOfMemory(`a run needs ${outputs} bytes for results and ${plan.arenaBytes} for what is in between`);
      }
      // This run, if it was not queued, or one before it. Results of a failed run are never handed out.
      case runResult.failed:
        this.throwPending();
        throw new DeviceError("[run] an earlier run failed");
      case runResult.tooSmall: {
        const needed = storageBytes(plan, "input");
        const at = needed.findIndex((bytes, i) => inputs[i].bytes < bytes);
        throw new ValueError(`[run] input ${at} needs ${needed[at]} bytes: received a storage of ${inputs[at]?.bytes}`);
      }
      case runResult.noEngine:
        throw disposedError("run", this.name);
      default:
        throw new DeviceError("[run] the program or one of its inputs was released");
    }
  }

  private refuseProgram(program: Program): never {
    this.requireOpen("run");
    const isOwn = program instanceof CpuProgram && program.executable.engine === this.engine;
    throw isOwn ? releasedError("run", "program") : strangerError("run", "program");
  }
}

/** What a run complained of: of the user's numbers, or of the machine. */
function runError(message: string): ValueError | DeviceError {
  return message.startsWith("[cpu] out of memory") ? new DeviceError(message) : new ValueError(message);
}

const noStorages: readonly Storage[] = Object.freeze([]);

/** A promise of what `body` returns; what it throws, or rejects with, becomes a neurite error. */
async function promised<T>(body: () => T | Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    throw addonError(error, "cpu");
  }
}
