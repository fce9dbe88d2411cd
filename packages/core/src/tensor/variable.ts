import { optionsOf } from "../options.ts";
import type { Backend, Storage } from "../backend/backend.ts";
import { type DType, dtypes, isDType, isFloating, isInexact } from "../dtypes/dtype.ts";
import { context, withContext } from "../engine/context.ts";
import { copyStorage } from "../engine/copy-storage.ts";
import { placeholder } from "../engine/extract.ts";
import { grantWishes, pendingAssigns } from "../engine/pending.ts";
import { realize } from "../engine/realize.ts";
import { refuseTracedRead, type TracedVariable } from "../engine/trace.ts";
import { DeviceError, DisposedError, DTypeError, ShapeError, TraceError, ValueError } from "../errors.ts";
import { bindOne } from "../graph/bind.ts";
import { disposedValue, hold, release, type Shape, Value } from "../graph/value.ts";
import { type IndexKey, scatterUpdate, type ScatterUpdateOptions, sliceUpdate, type StartIndices } from "../ops/indexing/index.ts";
import { itemOf } from "../ops/indexing/get-item.ts";
import { itemUpdated } from "../ops/indexing/set-item.ts";
import { add, binary, broadcast, cast, neg, stopGradient, sub } from "../primitives/build.ts";
import { compatibleShapes } from "../shapes/dims.ts";
import { isTensorBase } from "./base.ts";
import { type TensorLike, toValue } from "./create.ts";
import { initialValue, requireInitialShape, type VariableInitializer } from "./initial-value.ts";
import { Tensor, TensorMethods } from "./tensor.ts";
import { VariableSlice } from "./variable-slice.ts";

/** Options of {@link Variable}. */
export interface VariableOptions<D extends DType = DType> {
  readonly name?: string;
  /** Default: the initial value's; plain numbers and initializers give float32. */
  readonly dtype?: D;
  /** For an initializer, which makes a value of this shape; of a value given, the shape that it must have. */
  readonly shape?: Shape;
  /** Whether optimizers update it and tapes watch it by themselves. Default true for floating dtypes, else false. */
  readonly trainable?: boolean;
  /** Whether layers cast it to the dtype they compute in. Default true. */
  readonly autocast?: boolean;
  /** Whether optimizers set it to what stands in the place of its gradient, which a custom gradient gives. Default false. */
  readonly overwriteWithGradient?: boolean;
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
 * new Variable(random.normal, { shape: [2, 3] }).shape; // [2, 3]
 */
export class Variable<out D extends DType = DType> extends TensorMethods<D> {
  readonly name: string;
  trainable: boolean;
  /** Whether layers cast it to the dtype they compute in, where it holds floating numbers. */
  readonly autocast: boolean;
  /** Whether optimizers set it to its gradient, rather than stepping along it. */
  readonly overwriteWithGradient: boolean;
  /** Projects the value back into what is allowed; optimizers apply it after each update. */
  constraint: ((value: Tensor) => TensorLike) | null = null;
  readonly isVariable = true;
  readonly #deferred: boolean;
  readonly #aval: { readonly dtype: D; readonly shape: Shape };
  #value: Value;
  /** While the value is pending: the last one that was computed. */
  #computed: Value | null = null;
  /** Eager code may hold the current value, so an in-place update must leave its memory alone. */
  #shared: boolean;
  #disposed = false;

  /**
   * @param initial Its first value, computed at once, with all that is pending; a tensor is not changed by later assignments. Or an initializer,
   *   which makes it of the option `shape`.
   * @throws TraceError while a function is being compiled: make variables before (layers build first); ValueError, DTypeError or
   *   ShapeError for what is no tensor, or for another shape than the option says.
   */
  constructor(initial: TensorLike | VariableInitializer, options: VariableOptions<D> = {}) {
    super();
    checkOptions(options);
    const label = options.name === undefined ? "" : `"${options.name}" `;
    const { trace } = context;
    if (trace !== null && (trace.owner()?.kind === "function" || (trace.kind === "body" && trace.owner() === null))) {
      throw new TraceError(`[Variable] ${label}is created while "${trace.name}" is being traced: create variables before`);
    }
    const { value, shared } = withContext({ trace: null, recorders: [], replay: null }, () => firstValue(initial, options));
    hold(value);
    this.#value = value;
    this.#shared = shared;
    this.#aval = { dtype: value.dtype as D, shape: value.shape };
    this.name = options.name ?? `variable${unnamed++ || ""}`;
    this.trainable = options.trainable ?? isFloating(this.#aval.dtype);
    this.autocast = options.autocast ?? true;
    this.overwriteWithGradient = options.overwriteWithGradient ?? false;
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
    for (const recorder of context.recorders) recorder.recordRead(this, value);
    return value;
  }

  protected override get held(): Value {
    return context.replay?.get(this) ?? (context.trace === null ? this.#value : this.#current());
  }

  /** The current value as a tensor that later assignments do not change. */
  read(): Tensor<D> {
    return new Tensor<D>(this.value);
  }

  /**
   * Replaces the value. `x` is cast to the variable's dtype and must have its shape. Gradients do not flow through an assignment:
   * what reads the variable afterwards depends on the variable, not on `x`. Where the value cannot be computed, its error is thrown when
   * it is asked for (together with all that is pending), and the variable keeps the value it had.
   *
   * @throws ShapeError; DTypeError for fractions in an integer variable; DeviceError for a tensor of another device; TraceError inside the
   *   body of cond, scan or while, and for a value of a finished trace; DisposedError.
   */
  assign(x: TensorLike): this {
    if (this.#disposed) throw this.#disposedError();
    return this.#assign(this.#onOwnDevice(x));
  }

  /** `assign(this + x)`. */
  assignAdd(x: TensorLike): this {
    return this.#assign(add(this.value, this.#operand(x)));
  }

  /** `assign(this - x)`. */
  assignSub(x: TensorLike): this {
    return this.#assign(sub(this.value, this.#operand(x)));
  }

  /**
   * A part of it, as NumPy indexes: a tensor that can be assigned to. See {@link VariableSlice}.
   * @example
   * v.at(0, [1, 3]).assign([5, 6]); // TensorFlow's v[0, 1:3].assign([5, 6])
   */
  override at(...key: readonly IndexKey[]): VariableSlice<D> {
    return new VariableSlice<D>(itemOf(this.value, key), (which, updates) => {
      const operand = this.#operand(updates);
      const [op, value] = which === "sub" ? (["add", neg(operand)] as const) : ([which, operand] as const);
      return this.#assign(itemUpdated("assign", op, this.value, key, value));
    });
  }

  /**
   * The part that starts at `startIndices` (whole numbers) and has `shape`: a tensor that can be assigned to.
   * @example
   * v.slice([0, 1], [2, 2]).assignAdd(1);
   */
  override slice(startIndices: StartIndices, shape: readonly number[]): VariableSlice<D> {
    const part = super.slice(startIndices, shape).value;
    return new VariableSlice<D>(part, (which, updates) => {
      const operand = broadcast(this.#operand(updates), part.shape);
      const signed = which === "sub" ? neg(operand) : operand;
      const old = super.slice(startIndices, shape).value;
      const combined = which === "set" ? signed : binary(which === "sub" ? "add" : which, old, signed);
      return this.#assign(sliceUpdate(this, startIndices, new Tensor(combined)).value);
    });
  }

  /**
   * Replaces slices at `indices` (rows of coordinates, [..., depth]) by `updates` [..., ...rest], or combines them by `reduction`.
   * TensorFlow's scatter_nd_update, scatter_nd_add and so on.
   * @throws As {@link assign}; ShapeError where indices and updates do not fit. An index out of range is an error when the value is read.
   * @example
   * v.scatterUpdate([[0], [2]], [10, 30]);
   * v.scatterUpdate([[0], [2]], [1, 1], { reduction: "add" });
   */
  scatterUpdate(indices: TensorLike, updates: TensorLike, options: ScatterUpdateOptions = {}): this {
    return this.#assign(scatterUpdate(this, indices, new Tensor(this.#operand(updates)), options).value);
  }

  /** Lets go of its memory; any later use is a DisposedError. Programs that use the variable cannot run any more. */
  override dispose(): void {
    if (this.#disposed) return;
    const value = this.#value;
    this.#disposed = true;
    epoch++;
    pendingAssigns.delete(this);
    this.#forget();
    this.#value = disposedValue(value);
    release(value);
  }

  /** For the engine: the value that a pending assignment waits for. */
  get pending(): Value {
    return this.#value;
  }

  /** For the engine: the pending value was computed. */
  commit(): void {
    this.#forget();
  }

  /** For the engine: the pending value cannot be computed. */
  undo(): void {
    const last = this.#computed;
    if (last === null || this.#value.storage !== null) return;
    this.#value.handles--;
    this.#value = last;
    this.#computed = null;
    this.#shared = true;
    epoch++;
  }

  /** For the engine: the memory it lives in, for a program to be bound to. */
  get storage(): Storage {
    if (this.#disposed) throw this.#disposedError();
    if (this.#value.storage === null) realize([this.#value]);
    return this.#value.storage as Storage;
  }

  /** For the engine: the device it lives on. */
  override get device(): Backend | null {
    return this.#value.device;
  }

  /** For the engine: memory that nobody else reads, so that a program may write into it. Copies if eager code holds the value. */
  get ownStorage(): Storage {
    const { storage } = this;
    if (!this.#shared) return storage;
    const device = this.#value.device as Backend;
    const value = new Value(this.dtype, this.shape);
    value.storage = copyStorage(device, this.#aval, storage);
    value.device = device;
    this.#replace(value);
    this.#shared = false;
    return value.storage;
  }

  #operand(x: TensorLike): Value {
    if (this.#disposed) throw this.#disposedError();
    return cast(this.#onOwnDevice(x), this.dtype);
  }

  #onOwnDevice(x: TensorLike): Value {
    const { device } = this.#value;
    return isTensorBase(x) || device === null ? toValue(x, this.dtype) : withContext({ device }, () => toValue(x, this.dtype));
  }

  #assign(given: Value): this {
    if (!compatibleShapes(given.shape, this.shape)) {
      throw new ShapeError(`[assign] shape [${given.shape}] does not fit variable "${this.name}" of shape [${this.shape}]`);
    }
    if (this.dtype !== given.dtype && isFloating(given.dtype) && !isFloating(this.dtype)) {
      throw new DTypeError(`[assign] ${given.dtype} would lose its fraction in variable "${this.name}" of ${this.dtype}: cast it first`);
    }
    let value = cast(given, this.dtype);
    const device = this.#value.device;
    if (value.device !== null && device !== null && value.device !== device) {
      throw new DeviceError(
        `[assign] variable "${this.name}" is on ${device.description}: received a tensor on ${value.device.description}`,
      );
    }
    // A value of its own: a tape must not follow it to what it was computed from.
    if (context.recorders.length > 0 && isInexact(value.dtype)) value = stopGradient(value);
    const { trace, replay } = context;
    if (trace?.kind === "body") {
      throw new TraceError(
        `[assign] variable "${this.name}" is assigned inside the body of a control-flow op: return the value from it instead`,
      );
    }
    if (replay !== null) {
      replay.set(this, value);
    } else if (trace !== null) {
      this.#traced(trace.owner() ?? trace).current = value;
    } else {
      this.#assignNow(value);
    }
    return this;
  }

  #assignNow(value: Value): void {
    const { node } = value;
    if (node !== null && node.op !== "constant" && (node.trace !== null || node.op === "input")) refuseTracedRead("assign", node.trace);
    if (pendingAssigns.has(this) && !this.#deferred) realize([]);
    value.device ??= this.#value.device;
    epoch++;
    grantWishes();
    pendingAssigns.delete(this);
    if (value.storage === null) {
      if (this.#computed === null) {
        this.#computed = this.#value;
        hold(this.#value);
      }
      pendingAssigns.add(this);
    } else {
      this.#forget();
    }
    this.#replace(value);
    this.#shared = true;
    if (context.mode !== "lazy") realize([]);
  }

  #replace(value: Value): void {
    hold(value);
    this.#value.handles--;
    this.#value = value;
  }

  /** The pending value will not be taken back. */
  #forget(): void {
    if (this.#computed === null) return;
    this.#computed.handles--;
    this.#computed = null;
  }

  #current(): Value {
    const replayed = context.replay?.get(this);
    if (replayed !== undefined) return replayed;
    const owner = context.trace?.owner() ?? null;
    if (owner !== null) return this.#traced(owner).current;
    this.#share();
    return this.#value;
  }

  #share(): void {
    if (this.#shared) return;
    this.#shared = true;
    epoch++;
  }

  #traced(owner: { readonly variables: Map<object, TracedVariable> }): TracedVariable {
    let traced = owner.variables.get(this);
    if (traced === undefined) {
      if (this.#disposed) throw this.#disposedError();
      const initial = placeholder(this.#aval, this.name);
      traced = { initial, current: initial };
      owner.variables.set(this, traced);
    }
    return traced;
  }

  #disposedError(): DisposedError {
    return new DisposedError(`[Variable] "${this.name}" was disposed: dispose() ends its life`);
  }
}

/**
 * True for variables, also those of another copy of neurite.
 *
 * @example
 * isVariable(new Variable([1, 2])); // true
 * isVariable(tensor([1, 2])); // false
 */
export function isVariable(x: unknown): x is Variable {
  return isTensorBase(x) && "isVariable" in x;
}

/** What a variable begins as, computed; and whether it may be a tensor that somebody else holds. */
function firstValue(initial: TensorLike | VariableInitializer, options: VariableOptions): { value: Value; shared: boolean } {
  const dtype = options.dtype ?? (typeof initial === "number" ? "float32" : undefined);
  const given = initialValue(initial, options.shape, options.dtype);
  const first = toValue(given, dtype);
  requireInitialShape(first.shape, options.shape);
  let value = dtype === undefined ? first : cast(first, dtype);
  // An initializer may have kept its tensor: computed again where that is asked for, it leaves this memory to the variable.
  if (typeof initial === "function" && value === first && value.storage === null) value = bindOne("barrier", [value], {});
  if (value.storage === null) realize([value]);
  return { value, shared: isTensorBase(given) && value === first };
}

function checkOptions(options: unknown): void {
  const { dtype, name } = optionsOf("Variable", options as { dtype?: unknown; name?: unknown }, '{ dtype: "int32" }');
  if (dtype !== undefined && !isDType(dtype))
    throw new DTypeError(`[Variable] unknown dtype ${JSON.stringify(dtype)}: one of ${dtypes.join(", ")}`);
  if (name !== undefined && typeof name !== "string") throw new ValueError(`[Variable] name must be a string: received ${typeof name}`);
}
