import type { DType } from "../dtypes/dtype.ts";
import { describe } from "../describe.ts";
import { inferThrough } from "../engine/trace-graph.ts";
import { refusePromise } from "../engine/user-function.ts";
import { ValueError } from "../errors.ts";
import type { Aval, Value } from "../graph/value.ts";
import type { IndexKey } from "../ops/indexing/get-item.ts";
import { Tensor } from "../tensor/tensor.ts";
import { isTensorBase } from "../tensor/base.ts";
import { flattenTree, mapTree } from "../tree.ts";

const brand = Symbol.for("neurite.symbolic");
const inspect = Symbol.for("nodejs.util.inspect.custom");

/** A shape as users write and read it: null where a size is not known, as that of a batch. */
export type SymbolicShape = readonly (number | null)[];

/** Something that was applied to symbolic tensors: a layer, a model, or an op called by name. */
export interface SymbolicOperation {
  /** Name within its model; ops get "op", "op_1"…. */
  readonly name: string;
  /** Applies it again, to real or traced arguments. */
  apply(args: readonly unknown[], kwargs: Readonly<Record<string, unknown>>): unknown;
}

/** One application of an operation: the arguments (with symbolic tensors among them) and what came out. */
export interface SymbolicNode {
  readonly operation: SymbolicOperation;
  /** Number of this application among those of the operation. */
  readonly index: number;
  readonly args: readonly unknown[];
  readonly kwargs: Readonly<Record<string, unknown>>;
  readonly inputs: readonly SymbolicTensor[];
  outputs: readonly SymbolicTensor[];
}

let nextName = 0;

/**
 * A tensor of a functional model that has a shape and a dtype but no elements: Keras's KerasTensor. `Input` and operations on it make
 * them.
 *
 * @example
 * // With Input of @neurite/layers:
 * const x = Input({ shape: [28, 28] });
 * x.shape; // [null, 28, 28]
 * ops.relu(x) instanceof SymbolicTensor; // true
 */
export class SymbolicTensor {
  static {
    Object.defineProperty(this.prototype, brand, { value: true });
    Object.defineProperty(this.prototype, inspect, { value: this.prototype.toString });
  }

  readonly name: string;
  readonly dtype: DType;
  /** null where the size is not known. */
  readonly shape: SymbolicShape;
  /** Whether it stands for sparse tensors: inputs may; what operations give is dense. */
  readonly sparse: boolean;
  /** Whether it stands for ragged tensors. */
  readonly ragged: boolean;
  /** The application that made it. */
  readonly node: SymbolicNode;
  /** Which of its outputs this is. */
  readonly index: number;

  /** @throws ValueError for both sparse and ragged. */
  constructor(
    aval: { readonly dtype: DType; readonly shape: readonly (number | null)[]; readonly sparse?: boolean; readonly ragged?: boolean },
    node: SymbolicNode,
    index: number,
    name?: string,
  ) {
    this.dtype = aval.dtype;
    this.shape = aval.shape.map((dim) => (dim === null || Number.isNaN(dim) ? null : dim));
    this.sparse = aval.sparse ?? false;
    this.ragged = aval.ragged ?? false;
    if (this.sparse && this.ragged) throw new ValueError("[SymbolicTensor] a tensor is sparse or ragged: received both");
    this.node = node;
    this.index = index;
    this.name = name ?? `keras_tensor${nextName++ || ""}`;
  }

  get ndim(): number {
    return this.shape.length;
  }

  /**
   * NumPy's `x[...]`, as of tensors: recorded in the model as one operation, `get_item`.
   *
   * @throws ShapeError for an index out of range or too many of them; ValueError for anything else in the key.
   * @example
   * const last = hidden.at(":", -1); // [batch, timesteps, features] → [batch, features]
   */
  at(...key: readonly IndexKey[]): SymbolicTensor {
    // That of tensors is the op, which records itself; the module of ops itself needs this one.
    return Tensor.prototype.at.apply(this as never, key as IndexKey[]) as unknown as SymbolicTensor;
  }

  toString(): string {
    return `SymbolicTensor ${JSON.stringify(this.name)} ${this.dtype}[${this.shape.map((dim) => dim ?? "?").join(",")}]`;
  }

  [Symbol.toPrimitive](hint: "string" | "number" | "default"): string {
    if (hint === "string") return this.toString();
    throw new TypeError("a symbolic tensor has no value: it stands for an input of a model");
  }
}

/**
 * True for symbolic tensors, also those of another copy of neurite.
 *
 * @example
 * isSymbolic(symbolicInput({ name: "input", apply: () => [] }, { dtype: "float32", shape: [null, 3] })); // true
 */
export function isSymbolic(x: unknown): x is SymbolicTensor {
  return typeof x === "object" && x !== null && brand in x;
}

/**
 * True if one of the leaves of these arguments is symbolic. Every op asks: nothing is allocated.
 *
 * @example
 * anySymbolic([tensor(1)], { x: 2 }); // false
 */
export function anySymbolic(...trees: readonly unknown[]): boolean {
  for (let i = 0; i < trees.length; i++) if (holdsSymbolic(trees[i])) return true;
  return false;
}

function holdsSymbolic(tree: unknown): boolean {
  if (typeof tree !== "object" || tree === null) return false;
  if (Array.isArray(tree)) {
    for (let i = 0; i < tree.length; i++) if (typeof tree[i] === "object" && holdsSymbolic(tree[i])) return true;
    return false;
  }
  if (isTensorBase(tree)) return false;
  if (isSymbolic(tree)) return true;
  const prototype = Object.getPrototypeOf(tree) as unknown;
  if (prototype !== Object.prototype && prototype !== null) return false;
  for (const name in tree) if (holdsSymbolic((tree as Record<string, unknown>)[name])) return true;
  return false;
}

/** What is known about a symbolic tensor as the graph writes it: unknown sizes are NaN. */
function avalOf(tensor: SymbolicTensor): Aval {
  return { dtype: tensor.dtype, shape: tensor.shape.map((dim) => dim ?? NaN) };
}

interface Applications {
  readonly first: SymbolicNode;
  readonly count: number;
}

const applications = new WeakMap<SymbolicOperation, Applications>();

function recordApplication(node: SymbolicNode): void {
  const { first, count } = applications.get(node.operation) ?? { first: node, count: 0 };
  applications.set(node.operation, { first, count: count + 1 });
}

/**
 * The first application of an operation to symbolic tensors; null before there is one.
 *
 * @example
 * firstApplication(dense)?.outputs; // what dense(input) gave
 */
export function firstApplication(operation: SymbolicOperation): SymbolicNode | null {
  return applications.get(operation)?.first ?? null;
}

/**
 * Records that `operation` was applied to arguments that hold symbolic tensors. Output shapes and dtypes come from running `body`
 * on abstract tensors, by the same rules as everything else.
 *
 * @param args Positional arguments, trees with symbolic tensors among their leaves.
 * @returns The tree that `body` returned, with a symbolic tensor for each tensor.
 *
 * @throws What `body` throws, ShapeError and DTypeError above all; TraceError if it is async. Nothing is recorded then.
 *
 * @example
 * const double = { name: "double", apply: ([x]: readonly unknown[]) => ops.multiply(x as Tensor, 2) };
 * const x = symbolicInput({ name: "input", apply: () => [] }, { dtype: "float32", shape: [null, 3] });
 * const y = applySymbolically(double, [x], {}, double.apply) as SymbolicTensor;
 * y.shape; // [null, 3]
 */
export function applySymbolically(
  operation: SymbolicOperation,
  args: readonly unknown[],
  kwargs: Readonly<Record<string, unknown>>,
  body: (args: readonly unknown[], kwargs: Readonly<Record<string, unknown>>) => unknown,
): unknown {
  const inputs = flattenTree([args, kwargs]).filter(isSymbolic);
  const index = applications.get(operation)?.count ?? 0;
  const node: SymbolicNode = { operation, index, args, kwargs, inputs, outputs: [] };
  let result: unknown;
  const avals = inferThrough(inputs.map(avalOf), (values) => {
    let next = 0;
    const replace = (leaf: unknown): unknown => (isSymbolic(leaf) ? new Tensor(values[next++] as Value) : leaf);
    result = body(mapTree(args, replace) as readonly unknown[], mapTree(kwargs, replace) as Readonly<Record<string, unknown>>);
    refusePromise(operation.name, result);
    refuseStructures(operation.name, result);
    return flattenTree(result)
      .filter(isTensorBase)
      .map(({ value }) => value);
  });
  recordApplication(node);
  let next = 0;
  const outputs: SymbolicTensor[] = [];
  const returned = mapTree(result, (leaf) => {
    if (!isTensorBase(leaf)) return leaf;
    const output = new SymbolicTensor(avals[next] as Aval, node, next++);
    outputs.push(output);
    return output;
  });
  node.outputs = outputs;
  return returned;
}

/** Between the operations of a functional model are tensors only; a structure with tensors in it would leave the trace. */
function refuseStructures(name: string, result: unknown): void {
  for (const leaf of flattenTree(result)) {
    if (typeof leaf !== "object" || leaf === null || isTensorBase(leaf) || !("values" in leaf) || typeof leaf.values !== "object") continue;
    throw new ValueError(
      `[${name}] symbolic tensors are dense: it gave ${describe(leaf)}; call it inside of a layer that makes a dense result of it`,
    );
  }
}

/**
 * An input of a functional model: made by an operation that returns nothing of its own.
 *
 * @throws ValueError for both sparse and ragged.
 *
 * @example
 * symbolicInput({ name: "input", apply: () => [] }, { dtype: "float32", shape: [null, 3] }).shape; // [null, 3]
 */
export function symbolicInput(
  operation: SymbolicOperation,
  aval: { readonly dtype: DType; readonly shape: SymbolicShape; readonly sparse?: boolean; readonly ragged?: boolean },
  name?: string,
): SymbolicTensor {
  const node: SymbolicNode = { operation, index: 0, args: [], kwargs: {}, inputs: [], outputs: [] };
  recordApplication(node);
  const output = new SymbolicTensor(aval, node, 0, name);
  node.outputs = [output];
  return output;
}

/**
 * As {@link symbolicInput}, but with a tensor that is there already as what `operation` gives. What made the tensor stays.
 *
 * @example
 * beginAt(new InputLayer({ shape: [3] }), hidden);
 */
export function beginAt(operation: SymbolicOperation, tensor: SymbolicTensor): void {
  recordApplication({ operation, index: 0, args: [], kwargs: {}, inputs: [], outputs: [tensor] });
}
