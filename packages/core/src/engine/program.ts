import type { Backend, Executable, Program, Storage } from "../backend/backend.ts";
import { TraceError } from "../errors.ts";
import type { Graph } from "../graph/graph.ts";
import { type Aval, Value } from "../graph/value.ts";
import type { Variable} from "../tensor/variable.ts";
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
  readonly #captured: readonly Storage[];
  readonly #variables: readonly Variable[];
  #program: Program | null = null;
  #state: Storage[] = [];
  #epoch = -1;

  /**
   * Traces `fn` once. `tensors` are arguments passed as storages, `scalars` the number of arguments passed as float32 numbers.
   * @throws TraceError if `fn` is async or reads traced data.
   */
  constructor(name: string, tensors: readonly Value[], scalars: number, fn: (tensors: readonly Value[], scalars: readonly Value[]) => readonly Value[]) {
    const trace = new Trace(name, "function", null);
    const inputs = tensors.map((aval, i) => placeholder(aval, `x${i}`));
    const numbers = Array.from({ length: scalars }, (_, i) => placeholder({ dtype: "float32", shape: [] }, `s${i}`));
    const results = withContext({ trace, recorders: [] }, () => fn(inputs, numbers));
    refusePromise(name, results);

    const variables = [...trace.variables].map(([variable, traced]) => ({ variable: variable as Variable, ...traced }));
    const updates = variables.filter(({ initial, current }) => initial !== current);
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
      if (value.storage === null && (value.node?.trace === trace || value.node?.op === "constant")) return false;
      if (value.storage === null && (value.node === null || value.node.op === "input" || value.node.trace !== null)) {
        throw new TraceError(`[compile] "${name}" uses a value of another trace: return it from that function and pass it as an argument`);
      }
      capture(value);
      return true;
    };
    const nodes = pendingNodes([...results, ...updates.map(({ current }) => current)], isLeaf);
    realize(captured);
    const devices = [...tensors, ...captured, ...variables.map(({ variable }) => variable)].map(({ device }) => device);
    this.#device = devices.find((device) => device !== null) ?? getDefaultDevice();

    const copy = copyNodes({ nodes, replacements });
    this.graph = {
      inputs: [...inputs, ...captured.map(copy.at)],
      state: variables.map(({ initial }) => initial),
      scalars: numbers,
      outputs: results.map(copy.at),
      updates: updates.map((update) => ({ state: variables.indexOf(update), value: copy.at(update.current) })),
      nodes: copy.nodes,
    };
    this.#outputs = results.map(({ dtype, shape }) => ({ dtype, shape }));
    this.#captured = captured.map((value) => value.storage as Storage);
    this.#variables = variables.map(({ variable }) => variable);
    this.executable = this.#device.compile(this.graph);
  }

  /** Variables it reads or updates. */
  get variables(): readonly Variable[] {
    return this.#variables;
  }

  /** Runs it, `repeat` times in one call where it has no results. Arguments must have been realized. */
  run(tensors: readonly Value[], scalars: readonly number[], repeat = 1): readonly Value[] {
    const inputs = tensors.map((value) => value.storage as Storage);
    if (this.#captured.length > 0) inputs.push(...this.#captured);
    return this.runStorages(inputs, scalars, repeat);
  }

  /** The storages to pass to {@link runStorages} for these arguments. */
  storagesOf(tensors: readonly Value[]): readonly Storage[] {
    return [...tensors.map((value) => value.storage as Storage), ...this.#captured];
  }

  /** {@link run} with the storages at hand: the fast path of a training loop. */
  runStorages(inputs: readonly Storage[], scalars: readonly number[], repeat: number): readonly Value[] {
    if (this.#epoch !== variableEpoch() || this.#program === null) this.#bind();
    const storages = this.#device.run(this.#program as Program, inputs, scalars, repeat);
    return this.#outputs.map((aval, i) => {
      const value = new Value(aval.dtype, aval.shape);
      value.storage = storages[i] as Storage;
      value.device = this.#device;
      return value;
    });
  }

  /** Frees what the device holds for it. */
  release(): void {
    if (this.#program !== null) this.#device.release(this.#program);
    this.#device.release(this.executable);
  }

  #bind(): void {
    const state = this.#variables.map((variable) => variable.ownStorage);
    // Read after ownStorage: making a private copy is not a change anybody else must look at.
    this.#epoch = variableEpoch();
    if (this.#program !== null && state.every((storage, i) => storage === this.#state[i])) return;
    if (this.#program !== null) this.#device.release(this.#program);
    this.#program = this.#device.bind(this.executable, state);
    this.#state = state;
  }
}

/** True when a compiled function must run as plain code: inside another trace, under a tape, or in a debugging mode. */
export function mustInline(): boolean {
  return context.trace !== null || context.recorders.length > 0 || context.mode !== "lazy";
}
