import {
  type Aval,
  type Backend,
  byteLengthOf,
  type Capabilities,
  DeviceError,
  disposedError,
  type Executable,
  formatGraph,
  type Graph,
  type MemoryStats,
  type PrimitiveName,
  type Program,
  releasedError,
  requireOperands,
  requireSizes,
  requireState,
  type Storage,
  strangerError,
} from "@neurite/core";
import { Device } from "./device.ts";
import { Count, OwnStorage } from "./storage.ts";

class OwnExecutable implements Executable {
  readonly graph: Graph;
  readonly owner: CopyingBackend;
  /** Null once released. */
  prepared: Executable | null;

  constructor(graph: Graph, owner: CopyingBackend, prepared: Executable) {
    this.graph = graph;
    this.owner = owner;
    this.prepared = prepared;
  }

  describe(): string {
    return formatGraph(this.graph);
  }
}

class OwnProgram implements Program {
  readonly executable: OwnExecutable;
  /** Null once released. */
  state: readonly OwnStorage[] | null;

  constructor(executable: OwnExecutable, state: readonly OwnStorage[]) {
    this.executable = executable;
    this.state = state;
  }
}

/** All that the contract asks, around a {@link Device} that only computes. It runs at once, so nothing is queued. */
export class CopyingBackend implements Backend {
  readonly name: string = "copying";
  readonly description: string = "copying (a template: the reference interpreter behind copies)";
  readonly capabilities: Capabilities;
  readonly #device = new Device();
  readonly #count = new Count();
  #runs = 0;
  #disposed = false;

  constructor() {
    const { dtypes, unsupported } = this.#device;
    this.capabilities = { dtypes, unsupported, composites: new Set(), synchronousReads: true };
  }

  alloc(bytes: number): Storage {
    this.#requireOpen("alloc");
    return new OwnStorage(bytes, this.#count);
  }

  free(storage: Storage): void {
    this.#own("free", storage).free();
  }

  write(storage: Storage, data: ArrayBufferView, byteOffset = 0): void {
    this.#requireOpen("write");
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    this.#own("write", storage).memory("write", byteOffset, bytes.length).set(bytes);
  }

  readSync(storage: Storage, byteOffset: number, bytes: number): ArrayBuffer {
    this.#requireOpen("read");
    return this.#own("read", storage).memory("read", byteOffset, bytes).slice().buffer;
  }

  async read(storage: Storage, byteOffset: number, bytes: number): Promise<ArrayBuffer> {
    return this.readSync(storage, byteOffset, bytes);
  }

  compile(graph: Graph): Executable {
    this.#requireOpen("compile");
    for (const name of primitivesOf(graph)) {
      const reason = this.capabilities.unsupported.get(name);
      if (reason !== undefined) throw new DeviceError(`[compile] the copying backend does not run ${name}: ${reason}`);
    }
    return new OwnExecutable(graph, this, this.#device.prepare(graph));
  }

  bind(executable: Executable, state: readonly Storage[]): Program {
    this.#requireOpen("bind");
    if (!(executable instanceof OwnExecutable) || executable.owner !== this) {
      throw strangerError("bind", "executable");
    }
    if (executable.prepared === null) throw releasedError("bind", "executable");
    requireState(executable.graph, state);
    const own = state.map((storage) => this.#own("bind", storage));
    this.#bytesOf("bind", "state", executable.graph.state, own);
    return new OwnProgram(executable, own);
  }

  run(program: Program, inputs: readonly Storage[], scalars: readonly number[], repeat = 1): readonly Storage[] {
    this.#requireOpen("run");
    if (!(program instanceof OwnProgram) || program.executable.owner !== this) {
      throw strangerError("run", "program");
    }
    const { state } = program;
    const { graph, prepared } = program.executable;
    if (state === null || prepared === null) throw releasedError("run", "program");
    requireOperands(graph, inputs, scalars, repeat);
    const own = inputs.map((storage) => this.#own("run", storage));
    let outputs: readonly Storage[] = [];
    for (let count = 0; count < repeat; count++) {
      const held = this.#bytesOf("run", "input", graph.inputs, own);
      const kept = this.#bytesOf("run", "state", graph.state, state);
      this.#runs++;
      const results = this.#device.run(prepared, held, kept, scalars);
      // What can fail comes before the first write to state: a run commits all of its updates or none.
      outputs = results.outputs.map((bytes) => this.#store(bytes));
      for (const { state: i } of graph.updates) kept[i].set(results.state[i]);
    }
    return outputs;
  }

  release(thing: Executable | Program): void {
    if (thing instanceof OwnProgram) thing.state = null;
    if (!(thing instanceof OwnExecutable) || thing.prepared === null) return;
    this.#device.release(thing.prepared);
    thing.prepared = null;
  }

  async sync(): Promise<void> {
    this.#requireOpen("sync");
  }

  memory(): MemoryStats {
    const { bytes, storages, peakBytes, allocations } = this.#count;
    return { bytes, storages, peakBytes, allocations, runs: this.#runs };
  }

  dispose(): void {
    this.#disposed = true;
    this.#device.dispose();
  }

  #store(bytes: Uint8Array): Storage {
    const storage = new OwnStorage(bytes.length, this.#count);
    storage.memory("run").set(bytes);
    return storage;
  }

  #own(use: string, storage: Storage): OwnStorage {
    if (!(storage instanceof OwnStorage)) throw strangerError(use, "storage");
    return storage;
  }

  /** The bytes of `avals`: each storage must be alive and large enough. */
  #bytesOf(use: string, role: string, avals: readonly Aval[], storages: readonly OwnStorage[]): readonly Uint8Array[] {
    requireSizes(use, role, avals, storages);
    return avals.map((aval, i) => storages[i].memory(use, 0, byteLengthOf(aval)));
  }

  #requireOpen(use: string): void {
    if (this.#disposed) throw disposedError(use, this.name);
  }
}

/** Primitives of a graph and of the bodies inside it (branches, loops, composites), which are graphs among the parameters. */
function primitivesOf(graph: Graph): readonly PrimitiveName[] {
  return graph.nodes.flatMap((node) => {
    const bodies = (Object.values(node.params) as unknown[]).filter(isGraph);
    return [node.op, ...bodies.flatMap(primitivesOf)];
  });
}

function isGraph(value: unknown): value is Graph {
  return typeof value === "object" && value !== null && "nodes" in value && "outputs" in value;
}
