import { ValueError } from "../errors.ts";
import { describe as describeValue } from "../describe.ts";
import { formatGraph } from "../graph/print.ts";
import { hold, type Value } from "../graph/value.ts";
import { isTensorBase } from "../tensor/base.ts";
import { Tensor } from "../tensor/tensor.ts";
import { isVariable } from "../tensor/variable.ts";
import { mapTree } from "../tree.ts";
import { mustInline, TracedProgram } from "./program.ts";
import { ProgramCache } from "./program-cache.ts";
import { realize } from "./realize.ts";
import { type Arguments, describeArguments, describeChange, isTraced, readArguments } from "./signature.ts";
import { requireFunction } from "./user-function.ts";

/** The console, which every host has though the language does not define it. */
function consoleWarn(message: string): void {
  (globalThis as { console?: { warn(message: string): void } }).console?.warn(message);
}

/** Options of {@link compile}. */
export interface CompileOptions {
  /** Shown in errors and traces; default the function's own name. */
  readonly name?: string;
  /** Traces kept, one for each signature of the arguments; the least recently used goes first. Default 16. */
  readonly cacheSize?: number;
  /** Told when the third and each later trace is made, with what changed; default console.warn. */
  readonly onRetrace?: (message: string) => void;
}

/** A call with its arguments fixed, for loops: `run()` costs one native call. */
export interface PreparedCall<R> {
  /**
   * Runs it. `repeat` (default 1) runs it so many times and gives the last result: in one native call where the function returns no
   * tensors. Under a tape, inside a trace and in debugging modes it runs as plain code.
   * @throws ValueError if `repeat` is no positive whole number.
   */
  run(repeat?: number): R;
}

/** A compiled program, for people. */
export interface ProgramDescription {
  /** The trace as text. */
  readonly trace: string;
  /** The device's plan as text. */
  readonly plan: string;
  /** Bytes that a run needs for what is neither argument, variable nor result; null where the device does not plan them. */
  readonly workspaceBytes: number | null;
}

/** A function whose body was turned into one program for each signature of its arguments. */
export interface CompiledFunction<A extends readonly unknown[], R> {
  (...args: A): R;
  /** Traces and compiles for these arguments if that was not done yet, without running. */
  prepare(...args: A): PreparedCall<R>;
  /** What was made for these arguments: traces and compiles if that was not done yet, without running. */
  describe(...args: A): ProgramDescription;
  /** Traces made so far. */
  readonly traces: number;
}

interface Entry {
  readonly program: TracedProgram;
  /** Puts outputs in place of tensors into the tree that the function returned. */
  readonly rebuild: (outputs: readonly Value[]) => unknown;
  /** A prepared call stands on it: not to be freed when the cache drops it. */
  pinned: boolean;
}

const ordinal = (n: number): string => `${n}${["th", "st", "nd", "rd"][n % 100 > 10 && n % 100 < 14 ? 0 : n % 10] ?? "th"}`;

/**
 * Turns a function of tensors into a graph function. The first call with a new signature (dtypes, shapes, other arguments) traces
 * and compiles it; later calls run the program in one native call. Plain numbers are passed at run time as float32 scalars; numbers
 * the function closes over are constants of the trace. Variables are read and assigned as in plain code, closed over or passed.
 *
 * Inside another compiled function, under a GradientTape and in debugging modes it runs as plain code.
 *
 * @param fn Synchronous; takes and returns trees (arrays, plain objects) of tensors and plain values. Objects of classes are told apart
 *   by identity.
 * @throws TraceError if `fn` is async, creates variables, or reads a traced value's data; ValueError for typed arrays as arguments;
 *   DeviceError for arguments on two devices.
 * @example
 * const cube = compile((x: Tensor) => ops.power(x, 3));
 * await cube(tensor(2)).item(); // 8
 */
export function compile<A extends readonly unknown[], R>(fn: (...args: A) => R, options: CompileOptions = {}): CompiledFunction<A, R> {
  requireFunction("compile", fn);
  if (typeof options !== "object" || options === null)
    throw new ValueError(`[compile] options must be an object: received ${describeValue(options)}`);
  const name = options.name ?? (fn.name || "compiled function");
  const what = `compile "${name}"`;
  const cacheSize = options.cacheSize ?? 16;
  if (!Number.isInteger(cacheSize) || cacheSize < 1)
    throw new ValueError(`[compile] cacheSize must be a positive integer: received ${cacheSize}`);
  const warn = options.onRetrace ?? consoleWarn;
  const cache = new ProgramCache<Entry>(cacheSize, (entry) => {
    if (!entry.pinned) entry.program.release();
  });
  let lastLines: readonly string[] = [];
  let traces = 0;

  const entryFor = (call: Arguments, args: A): Entry => {
    const found = cache.find(call.key);
    if (found !== undefined) return found;
    const { hash } = call.key;
    const key = call.key.copy();
    const entry = traceFunction(name, fn, args, call);
    traces++;
    const lines = describeArguments(args);
    if (traces > 2)
      warn(`[compile] ${ordinal(traces)} trace of "${name}": ${describeChange(lastLines, lines)}. Each new signature is compiled anew.`);
    lastLines = lines;
    cache.add(hash, key, entry);
    return entry;
  };

  const call = (...args: A): R => {
    if (mustInline()) return fn(...args);
    const given = readArguments(what, args);
    const entry = entryFor(given, args);
    realize(given.tensors);
    return entry.rebuild(entry.program.run(given.tensors, given.numbers)) as R;
  };

  const bindCall = (args: A): ((repeat: number) => R) => {
    const given = readArguments(what, args);
    const entry = entryFor(given, args);
    const { program, rebuild } = entry;
    entry.pinned = true;
    realize(given.tensors);
    given.tensors.forEach(hold);
    const storages = program.storagesOf(given.tensors);
    const { numbers } = given;
    return (repeat) => {
      if (repeat === 1) return rebuild(program.runStorages(storages, numbers, 1)) as R;
      if (!Number.isInteger(repeat) || repeat < 1)
        throw new ValueError(`[${what}] repeat must be a positive integer: received ${describeValue(repeat)}`);
      if (program.outputs === 0) return rebuild(program.runStorages(storages, numbers, repeat)) as R;
      for (let i = 1; i < repeat; i++) program.runStorages(storages, numbers, 1);
      return rebuild(program.runStorages(storages, numbers, 1)) as R;
    };
  };
  const prepare = (...args: A): PreparedCall<R> => {
    let run = mustInline() ? null : bindCall(args);
    return {
      run: (repeat = 1): R => {
        if (!mustInline()) return (run ??= bindCall(args))(repeat);
        for (let i = 1; i < repeat; i++) fn(...args);
        return fn(...args);
      },
    };
  };
  const describe = (...args: A): ProgramDescription => {
    const { program } = entryFor(readArguments(what, args), args);
    const { graph, executable } = program;
    return { trace: formatGraph(graph), plan: executable.describe(), workspaceBytes: executable.workspaceBytes ?? null };
  };
  Object.defineProperty(call, "name", { value: name });
  Object.defineProperty(call, "traces", { get: () => traces });
  return Object.assign(call, { prepare, describe }) as unknown as CompiledFunction<A, R>;
}

/** Stands for an output in the tree that the function returned. */
class OutputMark {
  readonly index: number;
  constructor(index: number) {
    this.index = index;
  }
}

function traceFunction<A extends readonly unknown[]>(
  name: string,
  fn: (...args: A) => unknown,
  args: A,
  { tensors, numbers, device }: Arguments,
): Entry {
  let result: unknown;
  const outputs: Value[] = [];
  const program = new TracedProgram(name, device, tensors, numbers.length, (tensorInputs, numberInputs) => {
    let nextTensor = 0;
    let nextNumber = 0;
    const traced = mapTree(args, (leaf) => {
      if (!isTraced(leaf)) return leaf;
      return new Tensor((typeof leaf === "number" ? numberInputs[nextNumber++] : tensorInputs[nextTensor++]) as Value);
    }) as A;
    const returned = fn(...traced) as unknown;
    if (typeof (returned as PromiseLike<unknown> | null)?.then === "function") return returned as never;
    result = mapTree(returned, (leaf) => {
      if (!isTensorBase(leaf) || isVariable(leaf)) return leaf;
      outputs.push(leaf.value);
      return new OutputMark(outputs.length - 1);
    });
    return outputs;
  });
  return { program, rebuild: rebuilder(result), pinned: false };
}

function rebuilder(result: unknown): Entry["rebuild"] {
  if (result === undefined) return () => undefined;
  if (result instanceof OutputMark) return (values) => new Tensor(values[0] as Value);
  return (values) => mapTree(result, (leaf) => (leaf instanceof OutputMark ? new Tensor(values[leaf.index] as Value) : leaf));
}
