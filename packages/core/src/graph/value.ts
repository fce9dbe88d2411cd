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
  /** Path of layer names, outermost first: "functional/dense_1"; empty outside of layers. */
  readonly path: string;
  /** Name of the op that the user called, of which the node is a part; null where none was. */
  readonly op: string | null;
}

let nextNodeId = 1;

/**
 * One output of a node, or a leaf: a traced function's input, or data on a device.
 *
 * @example
 * const { value } = ops.zeros([2, 3]);
 * value.shape; // [2, 3]
 * value.dtype; // "float32"
 */
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
  /** Nodes that take it and were not executed yet, and times that live tapes may read it again: the engine keeps expensive results for these. */
  uses = 0;
  /** Tensors, variables and programs that stand on it and did not let go of it; those that were garbage-collected still count. */
  handles = 0;
  /** Nobody holds it any more: its memory is freed once no node waits for it. */
  released = false;
  /** Its memory was freed by `dispose()`: any later use is an error. */
  disposed = false;
  /** Scratch of the engine's passes over a graph: `slot` holds something only where `stamp` is that of the pass. */
  stamp = 0;
  slot = 0;

  constructor(dtype: DType, shape: Shape, index = 0) {
    this.dtype = dtype;
    this.shape = shape;
    this.index = index;
  }
}

let lastStamp = 0;

/** A mark for one pass over a graph: what a pass left on values and nodes means nothing to the next. */
export function nextStamp(): number {
  return ++lastStamp;
}

/** Frees the memory of a value that nobody holds, if no node waits for it. */
export function freeIfUnused(value: Value): void {
  if (!value.released || value.uses > 0 || value.storage === null) return;
  value.device?.free(value.storage);
  value.storage = null;
  value.disposed = true;
}

/** `value` has one more holder. */
export function hold(value: Value): void {
  value.handles++;
  value.released = false;
}

/** One who held `value` is done with it: the last one frees it. */
export function release(value: Value): void {
  value.handles--;
  if (value.handles > 0) return;
  value.released = true;
  freeIfUnused(value);
}

/** What a handle stands on after `dispose()`: any use of it is an error. */
export function disposedValue({ dtype, shape }: Aval): Value {
  const value = new Value(dtype, shape);
  value.disposed = true;
  return value;
}

/**
 * Applies a primitive (or marks a graph input) and owns its output values.
 *
 * @example
 * const sum = ops.add(tensor([1]), tensor([2])).value;
 * sum.node?.op; // "add"
 * sum.node?.inputs.length; // 2
 */
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
  /** Id of the oldest pending node it may need: as ids rise, no more than `id - oldest` nodes are pending behind it. */
  readonly oldest: number;
  /** It was part of a run: it does not count among its operands' uses any more. */
  executed = false;
  /** Scratch, as {@link Value.stamp}. */
  stamp = 0;
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
    let oldest = this.id;
    for (const input of inputs) {
      input.uses++;
      if (input.node !== null && input.node.oldest < oldest) oldest = input.node.oldest;
    }
    this.oldest = oldest;
    // A list that grows would take room for many.
    const outputs = new Array<Value>(avals.length);
    for (let index = 0; index < avals.length; index++) {
      const aval = avals[index] as Aval;
      const value = new Value(aval.dtype, aval.shape, index);
      value.node = this as unknown as Node;
      outputs[index] = value;
    }
    this.outputs = outputs;
  }
}
