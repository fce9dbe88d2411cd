/**
 * The graph: nodes apply a primitive to values, values are what tensors stand for.
 *
 * A node never changes. A value starts *pending* (its `node` says how to compute it) or as a *leaf*; when the engine has
 * computed it, it gets a `storage` and lets go of its node, so that the graph behind it can be collected.
 */
import type { Backend, Storage } from "../backend/backend.ts";
import type { DType } from "../dtypes/dtype.ts";
import type { PrimitiveName, PrimitiveParams } from "../primitives/params.ts";
import type { Trace } from "../engine/trace.ts";

/** A dimension that is not known yet is NaN: arithmetic on it stays unknown, as it should. */
export type Shape = readonly number[];

/** What is known about a value without computing it. */
export interface Aval {
  readonly dtype: DType;
  readonly shape: Shape;
}

/** Where in the user's program a node was made. */
export interface Scope {
  /** Path of layer names, outermost first: "functional/dense_1". */
  readonly path: string;
}

let nextNodeId = 1;

/** One output of a node, or a leaf: a traced function's input, or data on a device. */
export class Value implements Aval {
  readonly dtype: DType;
  readonly shape: Shape;
  /** How to compute it; null once it has been computed, and for data. */
  node: Node | null = null;
  /** Which of the node's outputs this is. */
  readonly index: number;
  /** Where the elements are, once they exist. */
  storage: Storage | null = null;
  /** The device that holds or will hold it; null for constants and trace inputs, which live anywhere. */
  device: Backend | null = null;
  /** Times a node has taken this value as input; the engine keeps shared expensive results. */
  uses = 0;
  /** Set by `dispose()`: any later use is an error. */
  disposed = false;

  constructor(dtype: DType, shape: Shape, index = 0) {
    this.dtype = dtype;
    this.shape = shape;
    this.index = index;
  }
}

/** Applies a primitive (or marks a graph input) and owns its output values. */
export class Node<P extends PrimitiveName = PrimitiveName> {
  /** Rises in program order. */
  readonly id: number = nextNodeId++;
  readonly op: P;
  readonly params: PrimitiveParams[P];
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly scope: Scope | null;
  /** The trace it was made in; null in eager code. */
  readonly trace: Trace | null;
  /** Longest path to a leaf: bounds how long a pending graph may grow. */
  readonly depth: number;
  /** User stack, captured in debug mode only. */
  stack: string | undefined = undefined;

  constructor(
    op: P,
    params: PrimitiveParams[P],
    inputs: readonly Value[],
    avals: readonly Aval[],
    scope: Scope | null = null,
    trace: Trace | null = null,
  ) {
    this.op = op;
    this.params = params;
    this.inputs = inputs;
    this.scope = scope;
    this.trace = trace;
    let depth = 0;
    for (const input of inputs) {
      input.uses++;
      if (input.node !== null && input.node.depth > depth) depth = input.node.depth;
    }
    this.depth = depth + 1;
    this.outputs = avals.map((aval, index) => {
      const value = new Value(aval.dtype, aval.shape, index);
      value.node = this as Node;
      return value;
    });
  }
}
