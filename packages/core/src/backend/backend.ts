/**
 * What a backend is. The engine hands it whole graphs; it compiles each once and runs it in one native call.
 * A backend is a value made by a factory (`cpu()`, `await webgpu()`); nothing is registered globally.
 */
import type { DType } from "../dtypes/dtype.ts";
import type { Graph } from "../graph/graph.ts";
import type { PrimitiveName } from "../primitives/params.ts";

/** A piece of device memory. Opaque to the engine; freed by `free`, or by the garbage collector. */
export interface Storage {
  readonly bytes: number;
}

/** A compiled graph. Opaque. */
export interface Executable {
  readonly graph: Graph;
  /** The plan as text, for people and snapshot tests. */
  describe(): string;
  /** Bytes that a run needs for what is neither input, state nor output; absent where the backend does not plan them. */
  readonly workspaceBytes?: number;
}

/** An executable bound to the storages of its state. Opaque. */
export interface Program {
  readonly executable: Executable;
}

/** What a backend holds in memory at the moment. */
export interface MemoryStats {
  /** Bytes in live storages and arenas. */
  readonly bytes: number;
  /** Live storages. */
  readonly storages: number;
  /** Highest `bytes` since the backend was made. */
  readonly peakBytes: number;
  /** Storages made since the backend was made. */
  readonly allocations: number;
  /** Calls of `run` since the backend was made. */
  readonly runs: number;
}

/** One kernel (or, where a backend interprets, one node) of an executable that ran while a profile was made. */
export interface KernelRecord {
  /** Path of the layers that it belongs to, "functional/dense_1"; empty outside of any. */
  readonly scope: string;
  /** What it computes: "dot add max". */
  readonly op: string;
  /** What sort of kernel it is: "dot", "loop", "reduce", …; for a backend that interprets the primitive. */
  readonly kind: string;
  readonly calls: number;
  /** Of all calls, without the kernels that it consists of: what a loop itself costs. */
  readonly nanoseconds: number;
  /** Of all calls, with the kernels that it consists of. */
  readonly inclusiveNanoseconds: number;
  /** Bytes read and written by all calls, as estimated: each array once. 0 for branches and loops, whose kernels count. */
  readonly bytes: number;
  /** Floating-point operations of all calls, as estimated; null where the backend does not estimate them. */
  readonly flops: number | null;
}

/** One call of a kernel. */
export interface KernelEvent {
  /** Index into {@link KernelRecording.kernels}. */
  readonly kernel: number;
  /** Nanoseconds since the recording began. */
  readonly start: number;
  /** In nanoseconds, with the kernels that it consists of. */
  readonly duration: number;
  /** Index into {@link KernelRecording.tracks}. */
  readonly track: number;
}

/** What a backend measured between `startProfile` and `stopProfile`. */
export interface KernelRecording {
  readonly kernels: readonly KernelRecord[];
  /** The last calls, in the order that they ended in: at most as many as were asked for. */
  readonly events: readonly KernelEvent[];
  /** Earlier calls, which `kernels` count and `events` lack. */
  readonly droppedEvents: number;
  /** Where calls ran, by name: "caller's thread", "queue". Calls on one track are apart or nested. */
  readonly tracks: readonly string[];
}

/** What a backend can do. */
export interface Capabilities {
  readonly dtypes: ReadonlySet<DType>;
  /** Primitives that `compile` refuses, with the reason: "not on this device yet". */
  readonly unsupported: ReadonlyMap<PrimitiveName, string>;
  /** Composites it has its own kernel for; the others are inlined. */
  readonly composites: ReadonlySet<string>;
  readonly synchronousReads: boolean;
}

/** A device that compiles graphs and keeps storages. */
export interface Backend {
  /** "cpu", "reference", "webgpu", … */
  readonly name: string;
  /** What it is, for people: "cpu (avx512, 2 threads)". */
  readonly description: string;
  readonly capabilities: Capabilities;
  /** Throws DeviceError when out of memory. Contents are undefined. */
  alloc(bytes: number): Storage;
  /**
   * A storage over memory that stays where it is: no copy. The backend only reads it, and keeps it alive as long as anything uses the
   * storage; it is not for `write`, nor for state. What is read while someone else writes is undefined. Absent where a device cannot.
   * Throws ValueError for anything but a view of a SharedArrayBuffer.
   */
  adopt?(data: ArrayBufferView<SharedArrayBuffer>): Storage;
  /** Optional to call: storages are garbage-collected. Using one afterwards is an error. */
  free(storage: Storage): void;
  /** Copies; runs already queued that read the storage see the old contents. */
  write(storage: Storage, data: ArrayBufferView, byteOffset?: number): void;
  /** A copy of the bytes once the runs queued so far have ended; rejects with the first error of those runs. */
  read(storage: Storage, byteOffset: number, bytes: number): Promise<ArrayBuffer>;
  /** The same, blocking. Present when `capabilities.synchronousReads`. */
  readSync?(storage: Storage, byteOffset: number, bytes: number): ArrayBuffer;
  /** Throws DTypeError or DeviceError naming what the device lacks. */
  compile(graph: Graph): Executable;
  /** Fixes the storages of `graph.state`, in order. They must differ from each other. */
  bind(executable: Executable, state: readonly Storage[]): Program;
  /**
   * Queues `repeat` runs one after another (default 1; more only when the graph has no outputs) and returns the storages of
   * the outputs at once. State updates are written in place: a run commits all or none of them. An error (an index out of
   * range, out of memory) surfaces here or at the next read or sync.
   */
  run(program: Program, inputs: readonly Storage[], scalars: readonly number[], repeat?: number): readonly Storage[];
  /** Lets go of what an executable or a program holds. Optional to call. */
  release(thing: Executable | Program): void;
  /** Resolves when everything queued has run; rejects with its first error. */
  sync(): Promise<void>;
  memory(): MemoryStats;
  /**
   * Measures every kernel of the runs from here on; those queued before are waited for, blocking, and not measured. Keeps the last
   * `mostEvents` calls one by one. Costs nothing before and after. Absent where a device cannot measure. Throws DeviceError when it
   * measures already, or lacks memory for the events.
   */
  startProfile?(mostEvents: number): void;
  /** Waits, blocking, for the runs queued so far and ends what `startProfile` began. Throws DeviceError when nothing was begun. */
  stopProfile?(): KernelRecording;
  /** Ends threads and frees what is left. Further use is a DeviceError. */
  dispose(): void;
}
