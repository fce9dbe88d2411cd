/**
 * The compiler's own copy of a program. It differs from core's graph in what a compiler wants: a node has one output, its
 * shape is known, composites are gone, and placeholders say what they are bound to.
 */
import type { DType, PrimitiveParams } from "@neurite/core";

/** What a placeholder is bound to. */
export type ParameterKind = "input" | "state" | "scalar";

/** Parameters of every op of the intermediate representation. */
export type IrParams = Omit<PrimitiveParams, "input" | "stop_gradient" | "composite"> & {
  /** A placeholder: input, state or scalar number `index` of the graph. */
  parameter: { readonly kind: ParameterKind; readonly index: number };
  /** Output `index` of a primitive that has several. */
  project: { readonly index: number };
};

export type IrOp = keyof IrParams;

export interface IrNodeOf<Op extends IrOp> {
  /** Rises in program order: operands have smaller ids. */
  readonly id: number;
  readonly op: Op;
  readonly params: IrParams[Op];
  readonly inputs: readonly IrNode[];
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** Elements. */
  readonly size: number;
  /** Path of the layer it was made in; "" at the top. */
  readonly scope: string;
  /** How many barriers lie on the way to it: recomputed values must not be scheduled together with the originals. */
  readonly epoch: number;
}

/** One application of a primitive, narrowed by `op`. */
export type IrNode = { [Op in IrOp]: IrNodeOf<Op> }[IrOp];

export interface IrGraph {
  readonly outputs: readonly IrNode[];
  readonly updates: readonly { readonly state: number; readonly value: IrNode }[];
  /** By id, operands first; every node is needed by an output or an update, or is a parameter. */
  readonly nodes: readonly IrNode[];
  /** Parameters by kind, indexed as in the graph. */
  readonly inputs: readonly IrNodeOf<"parameter">[];
  readonly states: readonly IrNodeOf<"parameter">[];
  readonly scalars: readonly IrNodeOf<"parameter">[];
}

/** Number of elements of `shape`. */
export function sizeOf(shape: readonly number[]): number {
  let size = 1;
  for (const dim of shape) size *= dim;
  return size;
}
