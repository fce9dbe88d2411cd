import { ValueError } from "../errors.ts";
import { formatGraph } from "../graph/print.ts";
import type { Value } from "../graph/value.ts";
import { type AnyTensor, isTensorBase } from "../tensor/base.ts";
import { Tensor } from "../tensor/tensor.ts";
import { flattenTree, mapTree } from "../tree.ts";
import { mustInline, TracedProgram } from "./program.ts";
import { realize } from "./realize.ts";

/** The console, which every host has though the language does not define it. */
function consoleWarn(message: string): void {
  (globalThis as { console?: { warn(message: string): void } }).console?.warn(message);
}

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
  /** Runs it; `repeat` times in one native call where the function returns no tensors. */
  run(repeat?: number): R;
}

/** A function whose body was turned into one program for each signature of its arguments. */
export interface CompiledFunction<A extends readonly unknown[], R> {
  (...args: A): R;
  /** Traces and compiles for these arguments if that was not done yet, without running. */
  prepare(...args: A): PreparedCall<R>;
  /** The trace and the device's plan for these arguments, as text. */
  describe(...args: A): { readonly trace: string; readonly plan: string };
  /** Traces made so far. */
  readonly traces: number;
}

interface Entry {
  readonly program: TracedProgram;
  /** The result's tree with numbers of outputs in place of tensors. */
  readonly rebuild: (outputs: readonly Value[]) => unknown;
}

const identities = new WeakMap<object, number>();
let nextIdentity = 1;

/** What distinguishes a non-tensor argument: its value, or for functions and other objects its identity. */
function staticKey(leaf: unknown): string {
  if ((typeof leaf === "object" && leaf !== null) || typeof leaf === "function") {
    let id = identities.get(leaf);
    if (id === undefined) identities.set(leaf, (id = nextIdentity++));
    return `@${id}`;
  }
  return typeof leaf === "string" ? JSON.stringify(leaf) : String(leaf);
}

function leafKey(leaf: unknown): string {
  if (isTensorBase(leaf)) return `${leaf.dtype}[${leaf.shape}]`;
  return typeof leaf === "number" ? "number" : staticKey(leaf);
}

/** One line of text for each argument, and one key for all. */
function signatureOf(args: readonly unknown[]): { key: string; lines: string[] } {
  const lines: string[] = [];
  mapTree(args, (leaf, path) => {
    lines.push(`${path.replace(/^\[(\d+)\]/, "argument $1")}: ${leafKey(leaf)}`);
    return null;
  });
  return { key: lines.join("; "), lines };
}

const ordinal = (n: number): string => `${n}${["th", "st", "nd", "rd"][n % 100 > 10 && n % 100 < 14 ? 0 : n % 10] ?? "th"}`;

/**
 * Turns a function of tensors into a graph function. The first call with a new signature (dtypes, shapes, other arguments) traces
 * and compiles it; later calls run the program in one native call. Plain numbers are passed at run time as float32 scalars; numbers
 * the function closes over are constants of the trace. Variables are read and assigned as in plain code.
 *
 * Inside another compiled function, under a GradientTape and in debugging modes it runs as plain code.
 *
 * @param fn Synchronous; takes and returns trees (arrays, plain objects) of tensors and plain values.
 * @throws TraceError if `fn` is async, creates variables, or reads a traced value's data.
 * @example
 * const cube = compile((x: Tensor) => ops.power(x, 3));
 * await cube(tensor(2)).item(); // 8
 */
export function compile<A extends readonly unknown[], R>(fn: (...args: A) => R, options: CompileOptions = {}): CompiledFunction<A, R> {
  const name = options.name ?? (fn.name || "compiled function");
  const cacheSize = options.cacheSize ?? 16;
  if (!Number.isInteger(cacheSize) || cacheSize < 1)
    throw new ValueError(`[compile] cacheSize must be a positive integer: got ${cacheSize}`);
  const warn = options.onRetrace ?? consoleWarn;
  const cache = new Map<string, Entry>();
  let lastLines: readonly string[] = [];
  let traces = 0;

  const splitArguments = (args: readonly unknown[]): { tensors: Value[]; numbers: number[] } => {
    const leaves = flattenTree(args);
    return {
      tensors: leaves.filter(isTensorBase).map((leaf) => (leaf as AnyTensor).value),
      numbers: leaves.filter((leaf): leaf is number => typeof leaf === "number"),
    };
  };

  const entryFor = (args: A): Entry => {
    const { key, lines } = signatureOf(args);
    let entry = cache.get(key);
    if (entry !== undefined) {
      cache.delete(key);
      cache.set(key, entry);
      return entry;
    }
    traces++;
    if (traces > 2) {
      const changed = lines.flatMap((line) => {
        const [argument, now] = line.split(": ") as [string, string];
        const before = lastLines.find((old) => old.startsWith(`${argument}: `))?.slice(argument.length + 2);
        return before === now ? [] : [`${argument}: ${before ?? "(none)"} → ${now}`];
      });
      warn(
        `[compile] ${ordinal(traces)} trace of "${name}": ${changed.join("; ") || "arguments were dropped"}. Each new signature is compiled anew.`,
      );
    }
    lastLines = lines;
    entry = traceFunction(name, fn, args, splitArguments(args));
    cache.set(key, entry);
    if (cache.size > cacheSize) {
      const [oldest, dropped] = cache.entries().next().value as [string, Entry];
      cache.delete(oldest);
      dropped.program.release();
    }
    return entry;
  };

  const call = (...args: A): R => {
    if (mustInline()) return fn(...args);
    const entry = entryFor(args);
    const { tensors, numbers } = splitArguments(args);
    realize(tensors);
    return entry.rebuild(entry.program.run(tensors, numbers)) as R;
  };
  const prepare = (...args: A): PreparedCall<R> => {
    if (mustInline()) return { run: (repeat = 1): R => Array.from({ length: repeat }, () => fn(...args)).at(-1) as R };
    const { tensors, numbers } = splitArguments(args);
    realize(tensors);
    const { program, rebuild } = entryFor(args);
    const storages = program.storagesOf(tensors);
    return { run: (repeat = 1): R => rebuild(program.runStorages(storages, numbers, repeat)) as R };
  };
  const describe = (...args: A): { trace: string; plan: string } => {
    const { program } = entryFor(args);
    return { trace: formatGraph(program.graph), plan: program.executable.describe() };
  };
  Object.defineProperty(call, "name", { value: name });
  Object.defineProperty(call, "traces", { get: () => traces });
  return Object.assign(call, { prepare, describe }) as unknown as CompiledFunction<A, R>;
}

function traceFunction<A extends readonly unknown[]>(
  name: string,
  fn: (...args: A) => unknown,
  args: A,
  { tensors, numbers }: { tensors: readonly Value[]; numbers: readonly number[] },
): Entry {
  let result: unknown;
  const outputs: Value[] = [];
  const program = new TracedProgram(name, tensors, numbers.length, (tensorInputs, numberInputs) => {
    let nextTensor = 0;
    let nextNumber = 0;
    const traced = mapTree(args, (leaf) => {
      if (isTensorBase(leaf)) return new Tensor(tensorInputs[nextTensor++] as Value);
      return typeof leaf === "number" ? new Tensor(numberInputs[nextNumber++] as Value) : leaf;
    }) as A;
    const returned = fn(...traced) as unknown;
    if (typeof (returned as PromiseLike<unknown> | null)?.then === "function") return returned as never;
    result = mapTree(returned, (leaf) => {
      if (!isTensorBase(leaf)) return leaf;
      outputs.push(leaf.value);
      return new OutputMark(outputs.length - 1);
    });
    return outputs;
  });
  const rebuild = (values: readonly Value[]): unknown =>
    values.length === 0 ? result : mapTree(result, (leaf) => (leaf instanceof OutputMark ? new Tensor(values[leaf.index] as Value) : leaf));
  return { program, rebuild };
}

class OutputMark {
  readonly index: number;
  constructor(index: number) {
    this.index = index;
  }
}
