import type { DType } from "../dtypes/dtype.ts";
import { TraceError } from "../errors.ts";
import type { Value } from "../graph/value.ts";

/** What a trace knows of a variable that the traced function reads or assigns. */
export interface TracedVariable {
  /** Its value when the function starts. */
  readonly initial: Value;
  /** Its value at this point of the program. */
  current: Value;
}

/** The part of a variable that a trace needs; told apart by identity. */
export interface TraceableVariable {
  readonly name: string;
}

/**
 * Marks the nodes made while one function is being traced.
 *
 * - `function`: becomes a program; reading a variable makes it state, assigning makes it an update.
 * - `body`: becomes a subgraph of a primitive (a branch, a loop body); variables are read through the enclosing trace.
 * - `abstract`: only shapes are wanted; everything built is dropped.
 */
export class Trace {
  readonly name: string;
  readonly kind: "function" | "body" | "abstract";
  readonly parent: Trace | null;
  /** In order of first use. Empty for bodies. */
  readonly variables: Map<TraceableVariable, TracedVariable> = new Map();
  /** Constants that plain numbers among operands became. */
  readonly #literals: Map<DType, Map<number | bigint | boolean, Value>> = new Map();

  constructor(name: string, kind: "function" | "body" | "abstract", parent: Trace | null) {
    this.name = name;
    this.kind = kind;
    this.parent = parent;
  }

  /** The constant made of a number for an operand of this dtype before; else `make` makes it. */
  literal(number: number | bigint | boolean, dtype: DType, make: () => Value): Value {
    let known = this.#literals.get(dtype);
    if (known === undefined) this.#literals.set(dtype, (known = new Map()));
    // A map takes -0 for 0.
    const value = Object.is(number, -0) ? undefined : known.get(number);
    if (value !== undefined) return value;
    const made = make();
    if (!Object.is(number, -0)) known.set(number, made);
    return made;
  }

  /** The trace that owns variables: itself, or the nearest enclosing one that is not a body; null in eager code. */
  owner(): Trace | null {
    let trace: Trace | null = this as Trace;
    while (trace !== null && trace.kind === "body") trace = trace.parent;
    return trace;
  }
}

/** Throws: something asked for the elements of a value that does not exist yet. */
export function refuseTracedRead(what: string, trace: Trace | null): never {
  throw new TraceError(
    `[${what}] a traced value has no elements yet: it was read while tracing ${trace ? `"${trace.name}"` : "a function"}. ` +
      `To branch on data use ops.cond or ops.where; to print it, return it.`,
  );
}
