/** What a kernel is. */
import type { Aval, Graph, PrimitiveName, PrimitiveParams } from "@neurite/core";
import type { Arena } from "../arena.ts";
import type { HostArray } from "../array.ts";
import type { Precision } from "../numbers/rounding.ts";

/** What a kernel may ask of the run it is part of. */
export interface KernelContext {
  readonly arena: Arena;
  readonly precision: Precision;
  /** Ends the run with an error that names the op and the layer. */
  fail(message: string): never;
  /** Runs a body (a branch, a loop's step, a composite). The caller owns the outputs. */
  run(body: Graph, inputs: readonly HostArray[]): readonly HostArray[];
}

/**
 * Computes one primitive. `avals` are its outputs' dtypes and shapes. The caller owns the results: a result that is an
 * operand's memory is retained or aliased. Floating results need no rounding and integers no wrapping: the interpreter does both.
 */
export type Kernel<P extends PrimitiveName> = (
  context: KernelContext,
  inputs: readonly HostArray[],
  params: PrimitiveParams[P],
  avals: readonly Aval[],
) => readonly HostArray[];

/** Primitives that a backend executes. */
export type KernelName = Exclude<PrimitiveName, "input">;

/** A part of the kernel table, complete by type. */
export type KernelTable<P extends KernelName = KernelName> = { readonly [K in P]: Kernel<K> };
