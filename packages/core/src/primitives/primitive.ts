import type { Aval, Value } from "../graph/value.ts";
import type { PrimitiveName, PrimitiveParams } from "./params.ts";

/** What a gradient rule sees. */
export interface VjpContext<P extends PrimitiveName> {
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  /** One for each output; null where no gradient arrives. At least one is not null. */
  readonly cotangents: readonly (Value | null)[];
  readonly params: PrimitiveParams[P];
  /** Which inputs want a gradient: a rule may return null for the others. */
  readonly needs: readonly boolean[];
}

/** What a batching rule sees: the primitive is to be applied to `size` examples at once. */
export interface BatchContext<P extends PrimitiveName> {
  readonly op: P;
  readonly inputs: readonly Value[];
  /** Which inputs hold one operand for each example, stacked along an additional first axis; the others are the same for all. At least one does. */
  readonly batched: readonly boolean[];
  /** Number of examples; NaN while it is unknown. */
  readonly size: number;
  readonly params: PrimitiveParams[P];
}

/** Builds nodes that compute all examples together: the outputs, each with the examples along an additional first axis. */
export type BatchRule<P extends PrimitiveName> = (context: BatchContext<P>) => readonly Value[];

/**
 * One primitive's meaning, apart from execution.
 *
 * `infer` is the only shape and dtype rule there is: eager code, traces and symbolic models all call it. It throws
 * ShapeError or DTypeError. `vjp` builds nodes, so gradients of any order follow. Elementwise rules may return
 * gradients of the broadcast shape: the engine sums them back to the operand's shape. `batch` builds nodes too, so that what `vmap` makes
 * can be differentiated, compiled and mapped again.
 */
export interface Primitive<P extends PrimitiveName> {
  readonly infer: (inputs: readonly Aval[], params: PrimitiveParams[P]) => readonly Aval[];
  /** "none": its outputs do not depend smoothly on its inputs (comparisons, integers): the gradient is zero and stops here.
   *  "undefined": there is a gradient and neurite has no rule: asking for it is an error that names the op. */
  readonly vjp: ((context: VjpContext<P>) => readonly (Value | null)[]) | "none" | "undefined";
  /** "none": it has no operands, so there is nothing to be batched. */
  readonly batch: BatchRule<P> | "none";
}

/** A table that is complete by type. */
export type PrimitiveTable = { readonly [P in PrimitiveName]: Primitive<P> };
