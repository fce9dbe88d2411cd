import type { Backend, Program, Storage } from "../backend/backend.ts";
import { bytesPerElement, type DType, isFloating } from "../dtypes/dtype.ts";
import { context } from "../engine/context.ts";
import { closedGraph, placeholder } from "../engine/extract.ts";
import { pendingAssigns, realize } from "../engine/realize.ts";
import { DisposedError, DTypeError, ShapeError, TraceError } from "../errors.ts";
import type { Shape, Value } from "../graph/value.ts";
import { add, cast, sameShape, sub } from "../primitives/build.ts";
import { type TensorLike, toValue } from "./create.ts";
import { Tensor, TensorMethods } from "./tensor.ts";

export interface VariableOptions<D extends DType = DType> {
  readonly name?: string;
  /** Default: the initial value's; plain numbers give float32. */
  readonly dtype?: D;
  /** Whether optimizers update it and tapes watch it by themselves. Default true for floating dtypes, else false. */
  readonly trainable?: boolean;
  /** May be assigned again and again while pending, as a random counter is; by default a second assignment runs the first. */
  readonly deferred?: boolean;
}

let epoch = 0;

/** Rises whenever eager code reads or assigns a variable: bound programs look only then whether their state still holds. */
export function variableEpoch(): number {
  return epoch;
}

let unnamed = 0;

/**
 * State: weights, optimizer slots, counters. Reading it in any op gives its current value; `assign` replaces the value.
 * Under a trace, reads become inputs and assigns become outputs of the compiled program, which updates the memory in place.
 *
 * @example
 * const w = new Variable([[1, 2], [3, 4]], { name: "kernel" });
 * w.assignAdd(1);
 * await w.array(); // [[2, 3], [4, 5]]
 */
export class Variable<out D extends DType = DType> extends TensorMethods<D> {
  readonly name: string;
  trainable: boolean;
  /** Projects the value back into what is allowed; optimizers apply it after each update. */
  constraint: ((value: Tensor) => TensorLike) | null = null;
  readonly isVariable = true;
  readonly #deferred: boolean;
  readonly #aval: { readonly dtype: D; readonly shape: Shape };
  #value: Value;
  /** Eager code holds the current value, so an in-place update must leave its memory alone. */
  #shared = false;

  /** @throws TraceError while a function is being compiled: make variables before (layers build first). */
  constructor(initial: TensorLike, options: VariableOptions<D> = {}) {
    super();
    if (context.trace?.owner()?.kind === "function") {
      throw new TraceError(`[Variable] ${options.name ? `"${options.name}" ` : ""}is created while "${context.trace.name}" is being traced: create variables before`);
    }
    const saved = context.trace;
    context.trace = null;
    try {
      const dtype = options.dtype ?? (typeof initial === "number" ? ("float32" as D) : undefined);
      const value = toValue(initial, dtype);
      this.#value = dtype === undefined ? value : cast(value, dtype);
      realize([this.#value], false);
    } finally {
      context.trace = saved;
    }
    // The memory may belong to a tensor of the user's: the first in-place update copies.
    this.#shared = true;
    this.#aval = { dtype: this.#value.dtype as D, shape: this.#value.shape };
    this.name = options.name ?? `variable${unnamed++ || ""}`;
    this.trainable = options.trainable ?? isFloating(this.#aval.dtype);
    this.#deferred = options.deferred ?? false;
  }

  override get dtype(): D {
    return this.#aval.dtype;
  }

  override get shape(): Shape {
    return this.#aval.shape;
  }

  /** Its current value; under a trace the traced one. */
  override get value(): Value {
    const value = this.#current();
    if (this.trainable) for (const recorder of context.recorders) recorder.recordRead(this, value);
    return value;
  }

  /** The current value as a tensor that later assignments do not change. */
  read(): Tensor<D> {
    return new Tensor<D>(this.value);
  }

  /**
   * Replaces the value. `x` is cast to the variable's dtype and must have its shape.
   * @throws ShapeError; TraceError inside the body of cond, scan or while.
   */
  assign(x: TensorLike): this {
    let value = toValue(x, this.dtype);
    if (!sameShape(value.shape, this.shape)) {
      throw new ShapeError(`[assign] shape [${value.shape}] does not fit variable "${this.name}" of shape [${this.shape}]`);
    }
    if (this.dtype !== value.dtype && isFloating(value.dtype) && !isFloating(this.dtype)) {
      throw new DTypeError(`[assign] ${value.dtype} would lose its fraction in variable "${this.name}" of ${this.dtype}: cast it first`);
    }
    value = cast(value, this.dtype);
    const { trace } = context;
    if (trace !== null) {
      if (trace.kind === "body") {
        throw new TraceError(`[assign] variable "${this.name}" is assigned inside the body of a control-flow op: return the value from it instead`);
      }
      this.#traced().current = value;
      return this;
    }
    if (pendingAssigns.has(this) && !this.#deferred) realize([]);
    epoch++;
    this.#value = value;
    this.#shared = true;
    if (value.storage === null) pendingAssigns.add(this);
    else pendingAssigns.delete(this);
    if (context.mode !== "lazy") realize([]);
    return this;
  }

  /** `assign(this + x)`. */
  assignAdd(x: TensorLike): this {
    return this.assign(new Tensor(add(this.value, cast(toValue(x, this.dtype), this.dtype))));
  }

  /** `assign(this - x)`. */
  assignSub(x: TensorLike): this {
    return this.assign(new Tensor(sub(this.value, cast(toValue(x, this.dtype), this.dtype))));
  }

  /** For the engine: the value that a pending assignment waits for. */
  get pending(): Value {
    return this.#value;
  }

  /** For the engine: the memory it lives in, for a program to be bound to. */
  get storage(): Storage {
    if (this.#value.disposed) throw new DisposedError(`[Variable] "${this.name}" was disposed`);
    if (this.#value.storage === null) realize([this.#value]);
    return this.#value.storage as Storage;
  }

  /** For the engine: the device it lives on. */
  override get device(): Backend | null {
    return this.#value.device;
  }

  /** For the engine: memory that nobody else reads, so that a program may write into it. Copies if eager code holds the value. */
  get ownStorage(): Storage {
    const storage = this.storage;
    if (!this.#shared) return storage;
    const device = this.#value.device as Backend;
    const copy = copyStorage(device, this.#aval, storage);
    const value = placeholder(this.#aval, this.name);
    value.node = null;
    value.storage = copy;
    value.device = device;
    this.#value = value;
    this.#shared = false;
    return copy;
  }

  #current(): Value {
    if (context.trace !== null) return this.#traced().current;
    this.#share();
    return this.#value;
  }

  #share(): void {
    if (this.#shared) return;
    this.#shared = true;
    epoch++;
  }

  #traced(): { current: Value } {
    const owner = context.trace?.owner();
    if (!owner) {
      this.#share();
      return { current: this.#value };
    }
    let traced = owner.variables.get(this);
    if (traced === undefined) {
      const initial = placeholder(this.#aval, this.name);
      traced = { initial, current: initial };
      owner.variables.set(this, traced);
    }
    return traced;
  }
}

/** True for variables, also those of another copy of neurite. */
export function isVariable(x: unknown): x is Variable {
  return typeof x === "object" && x !== null && "isVariable" in x;
}

const copyPrograms = new WeakMap<Backend, Map<string, Program>>();

function copyStorage(device: Backend, aval: { dtype: DType; shape: Shape }, storage: Storage): Storage {
  const size = aval.shape.reduce((product, dim) => product * dim, 1);
  const flat = { dtype: aval.dtype, shape: [size] };
  const key = `${aval.dtype}[${size}]`;
  let programs = copyPrograms.get(device);
  if (programs === undefined) copyPrograms.set(device, (programs = new Map()));
  let program = programs.get(key);
  if (program === undefined) {
    const input = placeholder(flat, "x");
    program = device.bind(device.compile(closedGraph([input], [input], [])), []);
    programs.set(key, program);
  }
  const [copy] = device.run(program, [storage], []);
  if (copy === undefined) throw new Error(`copy of ${bytesPerElement(aval.dtype) * size} bytes gave nothing`);
  return copy;
}
