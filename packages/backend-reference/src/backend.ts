/** The backend: storages, programs and runs over the interpreter. Everything happens at once, in the caller's thread. */
import {
  type Aval,
  type Backend,
  byteLengthOf,
  type Capabilities,
  DeviceError,
  disposedError,
  dtypes,
  type Executable,
  formatGraph,
  type Graph,
  type KernelRecording,
  type MemoryStats,
  type Program,
  releasedError,
  requireBytes,
  requireOperands,
  requireRange,
  requireSizes,
  requireState,
  type Storage,
  strangerError,
} from "@neurite/core";
import { Arena } from "./arena.ts";
import type { HostArray } from "./array.ts";
import { Interpreter } from "./interpreter.ts";
import { decode, encode } from "./numbers/encoding.ts";
import { writeBigInt } from "./numbers/int64.ts";
import { type Precision, roundInPlace } from "./numbers/rounding.ts";
import { prepare, type Steps } from "./program.ts";
import { Recorder } from "./recorder.ts";
import { HostStorage, type StorageCount } from "./storage.ts";
import { validate } from "./validate.ts";

class HostExecutable implements Executable {
  readonly graph: Graph;
  readonly owner: ReferenceBackend;
  /** Null once released. */
  steps: Steps | null;

  constructor(graph: Graph, owner: ReferenceBackend) {
    this.graph = graph;
    this.owner = owner;
    this.steps = prepare(graph);
  }

  describe(): string {
    return formatGraph(this.graph);
  }
}

class HostProgram implements Program {
  readonly executable: HostExecutable;
  /** Null once released. */
  state: readonly HostStorage[] | null;

  constructor(executable: HostExecutable, state: readonly HostStorage[]) {
    this.executable = executable;
    this.state = state;
  }
}

const capabilities: Capabilities = {
  dtypes: new Set(dtypes),
  unsupported: new Map(),
  composites: new Set(),
  synchronousReads: true,
};

export class ReferenceBackend implements Backend {
  readonly name: string = "reference";
  readonly description: string;
  readonly capabilities: Capabilities = capabilities;
  readonly #precision: Precision;
  readonly #count: StorageCount = { bytes: 0, storages: 0 };
  readonly #arena: Arena = new Arena(() => this.#notePeak());
  readonly #interpreter: Interpreter;
  #peakBytes = 0;
  #allocations = 0;
  #runs = 0;
  #disposed = false;

  constructor(precision: Precision) {
    this.#precision = precision;
    this.description = `reference (TypeScript, ${precision === "exact" ? "each result rounded to its dtype" : "float64 inside a run"})`;
    this.#interpreter = new Interpreter(this.#arena, precision);
  }

  alloc(bytes: number): Storage {
    this.#requireOpen("alloc");
    requireBytes(bytes);
    return this.#allocate(bytes);
  }

  free(storage: Storage): void {
    this.#own(storage, "free").free();
  }

  write(storage: Storage, data: ArrayBufferView, byteOffset = 0): void {
    this.#requireOpen("write");
    const buffer = this.#own(storage, "write").buffer("write");
    requireRange("write", storage, byteOffset, data.byteLength);
    new Uint8Array(buffer).set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), byteOffset);
  }

  readSync(storage: Storage, byteOffset: number, bytes: number): ArrayBuffer {
    this.#requireOpen("read");
    const buffer = this.#own(storage, "read").buffer("read");
    requireRange("read", storage, byteOffset, bytes);
    return buffer.slice(byteOffset, byteOffset + bytes);
  }

  async read(storage: Storage, byteOffset: number, bytes: number): Promise<ArrayBuffer> {
    return this.readSync(storage, byteOffset, bytes);
  }

  compile(graph: Graph): Executable {
    this.#requireOpen("compile");
    validate(graph);
    return new HostExecutable(graph, this);
  }

  bind(executable: Executable, state: readonly Storage[]): Program {
    this.#requireOpen("bind");
    if (!(executable instanceof HostExecutable) || executable.owner !== this) {
      throw strangerError("bind", "executable");
    }
    if (executable.steps === null) throw releasedError("bind", "executable");
    requireState(executable.graph, state);
    const own = this.#operands("bind", "state", executable.graph.state, state);
    return new HostProgram(executable, own);
  }

  run(program: Program, inputs: readonly Storage[], scalars: readonly number[], repeat = 1): readonly Storage[] {
    this.#requireOpen("run");
    if (!(program instanceof HostProgram) || program.executable.owner !== this) {
      throw strangerError("run", "program");
    }
    const { graph, steps } = program.executable;
    if (program.state === null || steps === null) throw releasedError("run", "program");
    requireOperands(graph, inputs, scalars, repeat);
    const storages = [
      ...this.#operands("run", "input", graph.inputs, inputs),
      ...this.#operands("run", "state", graph.state, program.state),
    ];
    let outputs: readonly Storage[] = [];
    for (let count = 0; count < repeat; count++) outputs = this.#runOnce(graph, steps, storages, scalars);
    return outputs;
  }

  release(thing: Executable | Program): void {
    if (thing instanceof HostExecutable) thing.steps = null;
    else if (thing instanceof HostProgram) thing.state = null;
    this.#arena.trim();
  }

  async sync(): Promise<void> {
    this.#requireOpen("sync");
  }

  memory(): MemoryStats {
    return {
      bytes: this.#count.bytes + this.#arena.bytes,
      storages: this.#count.storages,
      peakBytes: this.#peakBytes,
      allocations: this.#allocations,
      runs: this.#runs,
    };
  }

  startProfile(mostEvents: number): void {
    this.#requireOpen("startProfile");
    if (this.#interpreter.recorder !== null) throw new DeviceError("[startProfile] this backend is being profiled already");
    this.#interpreter.recorder = new Recorder(mostEvents);
  }

  stopProfile(): KernelRecording {
    this.#requireOpen("stopProfile");
    const { recorder } = this.#interpreter;
    if (recorder === null) throw new DeviceError("[stopProfile] nothing was begun: call startProfile first");
    this.#interpreter.recorder = null;
    return recorder.recording();
  }

  dispose(): void {
    this.#disposed = true;
    this.#interpreter.recorder = null;
    this.#arena.trim();
  }

  #runOnce(graph: Graph, steps: Steps, storages: readonly HostStorage[], scalars: readonly number[]): readonly Storage[] {
    this.#runs++;
    try {
      const placeholders = steps.placeholders.map((aval, i) =>
        i < storages.length ? this.#load(aval, storages[i]) : this.#scalar(aval, scalars[i - storages.length]),
      );
      const values = this.#interpreter.execute(steps, placeholders);
      // Everything that can fail comes before the first write: state changes as a whole or not at all.
      const outputs = steps.outputs.map((slot, i) => this.#store(graph.outputs[i], values[slot] as HostArray));
      graph.updates.forEach(({ state, value }, i) => {
        const target = storages[graph.inputs.length + state].buffer("run");
        encode(value.dtype, (values[steps.updates[i]] as HostArray).data, target);
      });
      this.#interpreter.finish(values);
      return outputs;
    } catch (error) {
      this.#arena.abandon();
      this.#interpreter.recorder?.abandon();
      throw error;
    }
  }

  #load(aval: Aval, storage: HostStorage): HostArray {
    const array = this.#arena.allocate(aval);
    decode(aval.dtype, storage.buffer("run"), array.data);
    return array;
  }

  #scalar(aval: Aval, value: number): HostArray {
    const array = this.#arena.zeros(aval);
    if (aval.dtype === "int64") {
      writeBigInt(array.data, 0, BigInt(Math.trunc(value)));
    } else {
      array.data[0] = aval.dtype === "bool" ? Number(value !== 0) : value;
      roundInPlace(aval.dtype, array.data, this.#precision);
    }
    return array;
  }

  #store(aval: Aval, array: HostArray): Storage {
    const storage = this.#allocate(byteLengthOf(aval));
    encode(aval.dtype, array.data, storage.buffer("run"));
    return storage;
  }

  #allocate(bytes: number): HostStorage {
    let buffer: ArrayBuffer;
    try {
      buffer = new ArrayBuffer(bytes);
    } catch (cause) {
      throw new DeviceError(`[alloc] out of memory: ${bytes} bytes were asked for, ${this.#count.bytes} are held`, { cause });
    }
    this.#allocations++;
    const storage = new HostStorage(buffer, this.#count);
    this.#notePeak();
    return storage;
  }

  #notePeak(): void {
    this.#peakBytes = Math.max(this.#peakBytes, this.#count.bytes + this.#arena.bytes);
  }

  #own(storage: Storage, use: string): HostStorage {
    if (!(storage instanceof HostStorage)) throw strangerError(use, "storage");
    return storage;
  }

  /** Storages for `avals`, each alive and large enough. */
  #operands(use: string, role: string, avals: readonly Aval[], storages: readonly Storage[]): HostStorage[] {
    const own = storages.map((storage) => this.#own(storage, use));
    for (const storage of own) storage.buffer(use);
    requireSizes(use, role, avals, own);
    return own;
  }

  #requireOpen(use: string): void {
    if (this.#disposed) throw disposedError(use, this.name);
  }
}
