/// <reference lib="esnext.disposable" preserve="true" />
import type { Backend } from "../backend/backend.ts";
import { bytesPerElement, type DataOf, type DType, isComplex, type TypedArray, viewArray } from "../dtypes/dtype.ts";
import { refuseTracedRead } from "../engine/trace.ts";
import { realize } from "../engine/realize.ts";
import { DeviceError, DisposedError, ShapeError } from "../errors.ts";
import type { Shape, Value } from "../graph/value.ts";
import { ofRun } from "../renamed.ts";
import { inspectTensor } from "./inspect.ts";
import { nestArray, type NestedArray } from "./nested.ts";

const brand = Symbol.for("neurite.tensor");
const inspect = Symbol.for("nodejs.util.inspect.custom");

/**
 * What every tensor and variable has: a value of the graph, and ways to read it.
 * (The array type of `data` is a parameter with a default, so that a `Tensor<"int64">` still is a `Tensor`.)
 *
 * @example
 * const x = tensor([[1, 2], [3, 4]]);
 * x.shape; // [2, 2]
 * await x.array(); // [[1, 2], [3, 4]]
 */
export abstract class TensorBase<out D extends DType = DType> {
  static {
    Object.defineProperty(this.prototype, brand, { value: true });
    Object.defineProperty(this.prototype, inspect, { value: this.prototype.toString });
  }

  /** The value of the graph that this handle stands for. For authors of ops. */
  abstract get value(): Value;

  /** {@link value} for looking at its data: neither tapes nor programs take notice. */
  protected get held(): Value {
    return this.value;
  }

  /** For the engine: what `tensor` holds, without noticing it as a read. */
  static heldBy(tensor: AnyTensor): Value {
    return tensor.held;
  }

  /** Element type. */
  get dtype(): D {
    return this.value.dtype as D;
  }

  /** Size along each axis. A dimension that is not known yet (while shapes are inferred) is NaN. */
  get shape(): Shape {
    return this.value.shape;
  }

  /** Number of axes. */
  get ndim(): number {
    return this.shape.length;
  }

  /** Number of elements. */
  get size(): number {
    return this.shape.reduce((product, dim) => product * dim, 1);
  }

  /** The device that holds it; null while that is open. */
  get device(): Backend | null {
    return this.held.device;
  }

  /**
   * The elements in row-major order, as a copy. Runs what is pending.
   * @throws TraceError on a traced value; the first error of the runs behind it.
   */
  async data<A extends TypedArray = DataOf<D>>(): Promise<A> {
    const { storage, device, bytes } = this.#located("data");
    return viewArray(this.dtype, await device.read(storage, 0, bytes)) as TypedArray as A;
  }

  /**
   * {@link data}, blocking.
   * @throws DeviceError where the device cannot be read synchronously (WebGPU).
   */
  dataSync<A extends TypedArray = DataOf<D>>(): A {
    const { storage, device, bytes } = this.#located("dataSync");
    const elements = ofRun(() => device.readSync?.(storage, 0, bytes));
    if (elements === undefined) {
      throw new DeviceError(`[dataSync] ${device.description} cannot be read synchronously: use await tensor.data()`);
    }
    return viewArray(this.dtype, elements) as TypedArray as A;
  }

  /** The elements as nested arrays of numbers (booleans for bool, bigints for int64); the element itself for a scalar. */
  async array(): Promise<NestedArray> {
    return nestArray((await this.data()) as TypedArray, this.dtype, this.shape);
  }

  /**
   * The only element, as a number (boolean for bool).
   * @throws ShapeError if there is more than one; RangeError for an int64 beyond 2^53.
   */
  async item(): Promise<number> {
    this.#requireOne();
    return scalarOf((await this.data()) as TypedArray, this.dtype);
  }

  /** {@link item}, blocking. */
  itemSync(): number {
    this.#requireOne();
    return scalarOf(this.dataSync() as TypedArray, this.dtype);
  }

  /**
   * Computes it now if it is pending; returns itself.
   * @throws TraceError on a traced value; the error of the run.
   */
  realize(): this {
    const value = this.held;
    if (value.storage === null) this.#located("realize");
    return this;
  }

  /**
   * Lets go of it without waiting for the garbage collector. Optional; any later use of this tensor is a DisposedError. Its memory is
   * freed when nothing else stands on it: pending results that need it, other tensors of the same value, variables, compiled functions.
   */
  abstract dispose(): void;

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Text in a template literal; elsewhere an error, where JavaScript would let `tensor + 1` through. */
  [Symbol.toPrimitive](hint: "string" | "number" | "default"): string {
    if (hint === "string") return this.toString();
    throw new TypeError("a tensor has no primitive value: use its methods (x.add(1)), or await tensor.item()");
  }

  toString(): string {
    return inspectTensor(this as AnyTensor, this.held);
  }

  #requireOne(): void {
    if (this.size !== 1) throw new ShapeError(`[item] needs exactly one element: ${this.dtype}[${this.shape.join(",")}] has ${this.size}`);
  }

  #located(what: string): { storage: NonNullable<Value["storage"]>; device: Backend; bytes: number } {
    const value = this.held;
    if (value.disposed) throw new DisposedError(`[${what}] the tensor was disposed: dispose() ends its life`);
    if (value.storage === null) {
      if (value.node !== null && (value.node.op === "input" || value.node.trace !== null)) refuseTracedRead(what, value.node.trace);
      realize([value]);
    }
    return {
      storage: value.storage as NonNullable<Value["storage"]>,
      device: value.device as Backend,
      bytes: this.size * bytesPerElement(this.dtype),
    };
  }
}

/** A tensor or variable of whatever dtype: int64 data reads as bigints, so `Tensor<"int64">` is no `Tensor`. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type AnyTensor = TensorBase<any>;

/**
 * True for tensors and variables, also those of another copy of neurite.
 *
 * @example
 * isTensor(tensor([1])); // true
 * isTensor([1]); // false
 */
export function isTensorBase(x: unknown): x is AnyTensor {
  return typeof x === "object" && x !== null && brand in x;
}

function scalarOf(data: TypedArray, dtype: DType): number {
  const element = (data as unknown as ArrayLike<number | bigint>)[0] as number | bigint;
  if (typeof element === "bigint") {
    const number = Number(element);
    if (!Number.isSafeInteger(number)) throw new RangeError(`[item] ${element} is beyond 2^53: read it with data() as a bigint`);
    return number;
  }
  if (dtype === "bool") return (element !== 0) as unknown as number;
  if (dtype === "float16") return float16ToNumber(element);
  if (dtype === "bfloat16") return bfloat16ToNumber(element);
  if (isComplex(dtype)) throw new ShapeError("[item] a complex number has two parts: read it with data()");
  return element;
}

/** The number that float16 bits stand for. */
export function float16ToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The number that bfloat16 bits stand for. */
export function bfloat16ToNumber(bits: number): number {
  return new Float32Array(new Uint32Array([bits << 16]).buffer)[0] as number;
}
