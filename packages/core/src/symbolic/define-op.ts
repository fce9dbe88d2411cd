import type { TensorLike } from "../tensor/create.ts";
import { context } from "../engine/context.ts";
import { optionsOf } from "../options.ts";
import { renamed } from "../renamed.ts";
import { autoName } from "../serialization/naming.ts";
import { anySymbolic, applySymbolically, type SymbolicOperation, type SymbolicTensor } from "./symbolic-tensor.ts";

/** What a public op is called and how Keras names its arguments. */
export interface OpInfo {
  /** Keras's name in snake case, with its module inside keras.ops where it has one: "log_softmax", "image.resize". */
  readonly name: string;
  /** Keras's required parameters, in order and in camel case: the positional arguments. Everything else is in one options object, last. */
  readonly params: readonly string[];
}

const info = Symbol.for("neurite.op");

// The implementation's own type is kept; only the wrapper does not care what it is.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type AnyOp = (...args: any[]) => unknown;

/** Anything an op takes as tensor, symbolic ones too. */
export type OpInput = TensorLike | SymbolicTensor;

/**
 * Makes a public op of a composition of primitives. Called with symbolic tensors it records one operation of that name in the
 * functional model (which is what files hold); otherwise it runs `implementation`. Options that are no object are refused.
 *
 * @param name Keras's name, in snake case. `params`: its positional parameters, in camel case; everything else is in one options object.
 * @example
 * const double = defineOp("double", ["x"], (x: TensorLike) => ops.multiply(x, 2));
 */
export function defineOp<F extends AnyOp>(name: string, params: readonly string[], implementation: F): F {
  const count = params.length;
  const op = ((...args: unknown[]): unknown => {
    const options = args[count];
    if (options !== undefined) optionsOf(name, options as object, `${camelCase(name)}(${[...params, "{ … }"].join(", ")})`);
    if (anySymbolic(...args)) return record(name, params, args, op);
    return runNamed(name, args, implementation);
  }) as F;
  return named(name, params, op);
}

const takesFunction = (arg: unknown): boolean => typeof arg === "function" || (Array.isArray(arg) && typeof arg[0] === "function");

/**
 * Errors of what an op is made of are the op's, at its call and when it runs: users know what they called. What comes up in a function
 * that they gave keeps its name, and so do errors of calls while they debug.
 */
function runNamed<F extends AnyOp>(name: string, args: readonly unknown[], implementation: F): unknown {
  if (args.some(takesFunction)) return implementation(...args);
  const { scope } = context;
  if (scope === null || scope.op === null) context.scope = { path: scope?.path ?? "", op: name };
  try {
    return implementation(...args);
  } catch (error) {
    throw context.mode === "debug" ? error : renamed(error, name);
  } finally {
    context.scope = scope;
  }
}

function camelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** Gives a function the names that {@link opInfo} tells. */
/* @__NO_SIDE_EFFECTS__ */
export function named<F extends object>(name: string, params: readonly string[], fn: F): F {
  Object.defineProperty(fn, "name", { value: name });
  Object.defineProperty(fn, info, { value: { name, params } satisfies OpInfo });
  return fn;
}

/**
 * The names an op goes by, or null for a function that is no op.
 *
 * @example
 * opInfo(ops.logSoftmax)?.name; // "log_softmax"
 * opInfo(Math.sin); // null
 */
export function opInfo(op: unknown): OpInfo | null {
  return typeof op === "function" && info in op ? ((op as unknown as Record<symbol, OpInfo>)[info] ?? null) : null;
}

/**
 * An op in a functional model: it is applied to positional arguments and one object of options.
 *
 * @example
 * new OpCall(ops.relu, "relu").name; // "relu"
 */
export class OpCall implements SymbolicOperation {
  readonly name: string;
  /** The op as users call it. */
  readonly op: (...args: never[]) => unknown;

  /** @param op What {@link defineOp} made. */
  constructor(op: (...args: never[]) => unknown, name: string) {
    this.op = op;
    this.name = name;
  }

  /** Applied to symbolic tensors it becomes one more application of this operation. */
  apply(args: readonly unknown[], options: Readonly<Record<string, unknown>>): unknown {
    const count = opInfo(this.op)?.params.length ?? 0;
    const call = (positional: readonly unknown[], named: Readonly<Record<string, unknown>>): unknown =>
      (this.op as AnyOp)(...positional, ...new Array<undefined>(count - positional.length), named);
    return anySymbolic(args, options) ? applySymbolically(this, args, options, call) : call(args, options);
  }
}

function record(name: string, params: readonly string[], args: readonly unknown[], op: AnyOp): unknown {
  const positional = args.slice(0, params.length);
  const options = (args[params.length] ?? {}) as Record<string, unknown>;
  return new OpCall(op, autoName(name.split(".").at(-1) as string)).apply(positional, options);
}
