import type { TensorLike } from "../tensor/create.ts";
import { anySymbolic, applySymbolically, type SymbolicOperation, type SymbolicTensor } from "./symbolic-tensor.ts";

/** What a public op is called and how Keras names its arguments. */
export interface OpInfo {
  /** Keras's name in snake case, with its module inside keras.ops where it has one: "log_softmax", "image.resize". */
  readonly name: string;
  /** Keras's required parameters, in order and in camel case: the positional arguments. Everything else is in one options object, last. */
  readonly params: readonly string[];
}

const info = Symbol.for("neurite.op");
const counts = new Map<string, number>();

// The implementation's own type is kept; only the wrapper does not care what it is.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type AnyOp = (...args: any[]) => unknown;

/** Anything an op takes as tensor, symbolic ones too. */
export type OpInput = TensorLike | SymbolicTensor;

/**
 * Makes a public op of a composition of primitives. Called with symbolic tensors it records one operation of that name in the
 * functional model (which is what files hold); otherwise it runs `implementation`.
 *
 * @param name Keras's name, in snake case. `params`: its positional parameters, in camel case; everything else is in one options object.
 * @example
 * const double = defineOp("double", ["x"], (x: TensorLike) => ops.multiply(x, 2));
 */
export function defineOp<F extends AnyOp>(name: string, params: readonly string[], implementation: F): F {
  const op = ((...args: unknown[]): unknown =>
    anySymbolic(...args) ? record(name, params, args, implementation) : implementation(...args)) as F;
  Object.defineProperty(op, "name", { value: name });
  Object.defineProperty(op, info, { value: { name, params } satisfies OpInfo });
  return op;
}

/** The names an op goes by, or null for a function that is no op. */
export function opInfo(op: unknown): OpInfo | null {
  return typeof op === "function" && info in op ? ((op as unknown as Record<symbol, OpInfo>)[info] ?? null) : null;
}

function record(name: string, params: readonly string[], args: readonly unknown[], implementation: AnyOp): unknown {
  const count = counts.get(name) ?? 0;
  counts.set(name, count + 1);
  const operation: SymbolicOperation = {
    name: count === 0 ? name : `${name}_${count}`,
    apply: (positional, kwargs) => implementation(...positional, kwargs),
  };
  const positional = args.slice(0, params.length);
  const options = (args[params.length] ?? {}) as Record<string, unknown>;
  return applySymbolically(operation, positional, options, (a, k) => implementation(...a, k));
}
