/**
 * The compiler's own copy of a program. It differs from core's graph in what a compiler wants: a node has one output, its
 * shape is known, composites are gone, and placeholders say what they are bound to.
 */
import type { DType, PrimitiveParams, Scope } from "@neurite/core";

/** What a placeholder is bound to: something of the graph, or (in bodies) an operand of the branch or loop. */
export type ParameterKind = "input" | "state" | "scalar" | "operand";

/** The body of a branch or a loop, a program of its own. */
export interface IrBody {
  /** What the loop carries, then the slices it goes over; none in branches. */
  readonly parameters: readonly IrNode[];
  /** What it uses of the program around it: values in memory there, which the node has as operands in the same order. */
  readonly captures: readonly IrNode[];
  readonly outputs: readonly IrNode[];
  /** By id, operands first; every node is needed by an output. */
  readonly nodes: readonly IrNode[];
}

/** Parameters of every op of the intermediate representation. */
export type IrParams = Omit<PrimitiveParams, "input" | "stop_gradient" | "composite" | "cond" | "while" | "scan"> & {
  /** A placeholder: input, state, scalar number or operand `index`. */
  parameter: { readonly kind: ParameterKind; readonly index: number };
  /** Output `index` of a primitive that has several. */
  project: { readonly index: number };
  /** (predicate, captures of `then`, captures of `otherwise`). */
  cond: { readonly then: IrBody; readonly otherwise: IrBody };
  /** (carry, captures of `test`, captures of `body`); both bodies take the carry. */
  while: { readonly test: IrBody; readonly body: IrBody; readonly carry: number; readonly maxIterations: number | null };
  /** (carry, xs, captures of `body`); as the primitive, with at least two steps. */
  scan: { readonly body: IrBody; readonly carry: number; readonly xs: number; readonly length: number; readonly reverse: boolean };
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
  /** Layer and op that it was made in. */
  readonly scope: Scope;
  /** How many barriers lie on the way to it: recomputed values must not be scheduled together with the originals. */
  readonly epoch: number;
}

/** One application of a primitive, narrowed by `op`. */
export type IrNode = { [Op in IrOp]: IrNodeOf<Op> }[IrOp];

/** A graph or a body, as far as scheduling is concerned. */
export interface IrProgram {
  /** By id, operands first. */
  readonly nodes: readonly IrNode[];
  /** Values that must be in memory when it has run. */
  readonly results: readonly IrNode[];
}

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
  for (let axis = 0; axis < shape.length; axis++) size *= shape[axis] as number;
  return size;
}
