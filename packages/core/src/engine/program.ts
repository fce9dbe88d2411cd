import type { Backend, Executable, Program, Storage } from "../backend/backend.ts";
import { DeviceError, DisposedError, TraceError } from "../errors.ts";
import type { Graph } from "../graph/graph.ts";
import { type Aval, hold, release, Value } from "../graph/value.ts";
import type { Variable } from "../tensor/variable.ts";
import { variableEpoch } from "../tensor/variable.ts";
import { context, withContext } from "./context.ts";
import { getDefaultDevice } from "./device.ts";
import { copyNodes, pendingNodes, placeholder } from "./extract.ts";
import { realize } from "./realize.ts";
import { Trace } from "./trace.ts";
import { refusePromise } from "./user-function.ts";

/** A traced function as a compiled program: arguments in, results out, variables read and updated in place. */
export class TracedProgram {
  readonly graph: Graph;
  readonly executable: Executable;
  readonly #device: Backend;
  readonly #outputs: readonly Aval[];
  readonly #captured: readonly Value[];
  readonly #variables: readonly Variable[];
  #program: Program | null = null;
  #state: Storage[] = [];
  #epoch = -1;

  /**
   * Traces `fn` once. `tensors` are arguments passed as storages, `scalars` the number of arguments passed as float32 numbers;
   * `device` is where it runs unless its variables, or tensors that it closes over, are elsewhere.
   * @throws TraceError if `fn` is async or reads traced data; DeviceError when what it uses is on two devices.
   */
  constructor(
    name: string,
    device: Backend | null,
    tensors: readonly Value[],
    scalars: number,
    fn: (tensors: readonly Value[], scalars: readonly Value[]) => readonly Value[],
  ) {
    const trace = new Trace(name, "function", null);
    const inputs = tensors.map((aval, i) => placeholder(aval, `x${i}`));
    const numbers = Array.from({ length: scalars }, (_, i) => placeholder({ dtype: "float32", shape: [] }, `s${i}`));
    const results = withContext({ trace, recorders: [], replay: null }, () => fn(inputs, numbers));
    refusePromise(name, results);

    const variables = [...trace.variables].map(([variable, traced]) => ({ variable: variable as Variable, ...traced }));
    const updates = variables.flatMap(({ initial, current }, state) => (initial === current ? [] : [{ state, current }]));
    const replacements = new Map<Value, Value>();
    for (const value of [...inputs, ...numbers, ...variables.map(({ initial }) => initial)]) replacements.set(value, value);

    const captured: Value[] = [];
    const capture = (value: Value): void => {
      if (replacements.has(value)) return;
      captured.push(value);
      replacements.set(value, placeholder(value, `captured${captured.length - 1}`));
    };
    const isLeaf = (value: Value): boolean => {
      if (replacements.has(value)) return true;
      if (value.disposed) throw new DisposedError(`[compile] "${name}" uses a tensor that was disposed: dispose() ends its life`);
      if (value.storage === null && (value.node?.trace === trace || value.node?.op === "constant")) return false;
      if (value.storage === null && (value.node === null || value.node.op === "input" || value.node.trace !== null)) {
        throw new TraceError(`[compile] "${name}" uses a value of another trace: return it from that function and pass it as an argument`);
      }
      capture(value);
      return true;
    };
    const nodes = pendingNodes([...results, ...updates.map(({ current }) => current)], isLeaf);
    realize(captured);
    captured.forEach(hold);
    this.#device = commonDevice(name, device, tensors, [...captured, ...variables.map(({ variable }) => variable)]);

    // The trace's own nodes are the graph's, unless something of the user's is among them or behind them.
    const closesOver = captured.length > 0 || nodes.some((node) => node.trace !== trace);
    const copy = closesOver ? copyNodes({ nodes, replacements }) : { nodes, at: (value: Value) => value };
    this.graph = {
      inputs: [...inputs, ...captured.map(copy.at)],
      state: variables.map(({ initial }) => initial),
      scalars: numbers,
      outputs: results.map(copy.at),
      updates: updates.map(({ state, current }) => ({ state, value: copy.at(current) })),
      nodes: copy.nodes,
    };
    this.#outputs = results.map(({ dtype, shape }) => ({ dtype, shape }));
    this.#captured = captured;
    this.#variables = variables.map(({ variable }) => variable);
    this.executable = this.#device.compile(this.graph);
  }

  /** Variables it reads or updates. */
  get variables(): readonly Variable[] {
    return this.#variables;
  }

  /** Number of results. */
  get outputs(): number {
    return this.#outputs.length;
  }

  /** Runs it. Arguments must have been realized. */
  run(tensors: readonly Value[], scalars: readonly number[]): readonly Value[] {
    return this.runStorages(this.storagesOf(tensors), scalars, 1);
  }

  /** The storages to pass to {@link runStorages} for these arguments. */
  storagesOf(tensors: readonly Value[]): readonly Storage[] {
    const storages: Storage[] = [];
    for (const value of tensors) storages.push(value.storage as Storage);
    for (const value of this.#captured) storages.push(value.storage as Storage);
    return storages;
  }

  /** {@link run} with the storages at hand: the fast path of a training loop. `repeat` times in one call, where it has no results. */
  runStorages(inputs: readonly Storage[], scalars: readonly number[], repeat: number): readonly Value[] {
    if (this.#epoch !== variableEpoch() || this.#program === null) this.#bind();
    const storages = this.#device.run(this.#program as Program, inputs, scalars, repeat);
    const results: Value[] = [];
    for (let i = 0; i < this.#outputs.length; i++) {
      const aval = this.#outputs[i] as Aval;
      const value = new Value(aval.dtype, aval.shape);
      value.storage = storages[i] as Storage;
      value.device = this.#device;
      results.push(value);
    }
    return results;
  }

  /** Frees what the device holds for it. */
  release(): void {
    if (this.#program !== null) this.#device.release(this.#program);
    this.#program = null;
    this.#state = [];
    this.#device.release(this.executable);
    this.#captured.forEach(release);
  }

  #bind(): void {
    const state = this.#variables.map((variable) => variable.ownStorage);
    // Read after ownStorage: making a private copy is not a change anybody else must look at.
    const epoch = variableEpoch();
    if (this.#program === null || !state.every((storage, i) => storage === this.#state[i])) {
      const program = this.#device.bind(this.executable, state);
      if (this.#program !== null) this.#device.release(this.#program);
      this.#program = program;
      this.#state = state;
    }
    this.#epoch = epoch;
  }
}

/** The device of all that a program uses; `fallback` where nothing says. */
function commonDevice(
  name: string,
  fallback: Backend | null,
  tensors: readonly Value[],
  used: readonly { readonly device: Backend | null }[],
): Backend {
  let device = tensors.find((tensor) => tensor.device !== null)?.device ?? null;
  for (const { device: own } of used) {
    if (own !== null && device !== null && own !== device) {
      throw new DeviceError(`[compile] "${name}" uses two devices: ${device.description} and ${own.description}`);
    }
    device ??= own;
  }
  return device ?? fallback ?? getDefaultDevice();
}

/** True when a compiled function must run as plain code: inside another trace, under a tape, or in a debugging mode. */
export function mustInline(): boolean {
  return context.trace !== null || context.recorders.length > 0 || context.mode !== "lazy";
}
