import { integerRanges, allocateArray, type DType, dtypes, isDType, isInteger, type TypedArray } from "../dtypes/dtype.ts";
import type { Backend, Storage } from "../backend/backend.ts";
import { getDefaultDevice } from "../engine/device.ts";
import { describe } from "../describe.ts";
import { DTypeError, ShapeError, ValueError } from "../errors.ts";
import { type Shape, Value } from "../graph/value.ts";
import { constant, literal } from "../primitives/build.ts";
import { type AnyTensor, isTensorBase } from "./base.ts";
import { flattenNested, type NestedArray } from "./nested.ts";
import { Tensor } from "./tensor.ts";

/** What ops take where a tensor is wanted. Plain numbers adapt to the dtype of the tensors they meet. */
export type TensorLike = AnyTensor | NestedArray | TypedArray;

/** Options of {@link tensor}. */
export interface TensorOptions<D extends DType = DType> {
  /** Element type; by default that of the typed array, else float32 (bool where all are booleans, int64 where all are bigints). */
  readonly dtype?: D;
  /** Shape to give to flat data; by default the nesting of the arrays. */
  readonly shape?: Shape;
  /**
   * Use the memory of a typed array over a SharedArrayBuffer as it is, in place of a copy: for large data that worker threads fill. Nobody may
   * write to it until the tensor, and everything that is computed from it, was read or dropped: what would be read is undefined. Devices of
   * their own memory (GPUs) copy all the same. Default false.
   */
  readonly share?: boolean;
}

/** The dtype a typed array holds by itself; null for those that have none (a Uint16Array may be float16 or bfloat16). */
function dtypeOfArray(array: TypedArray | Uint8ClampedArray): DType | null {
  if (array instanceof Float32Array) return "float32";
  if (array instanceof Float64Array) return "float64";
  if (array instanceof Int32Array) return "int32";
  if (array instanceof Uint32Array) return "uint32";
  if (array instanceof Int8Array) return "int8";
  if (array instanceof Uint8Array || array instanceof Uint8ClampedArray) return "uint8";
  if (array instanceof BigInt64Array) return "int64";
  if (isHalfArray(array)) return "float16";
  return null;
}

/** Told by its name: Node 20 and 22 have no Float16Array. */
const isHalfArray = (array: TypedArray | Uint8ClampedArray): boolean => (array[Symbol.toStringTag] as string) === "Float16Array";

/** What holds the bits of an array of float16: one of their numbers where Node has such arrays. */
const bitsOf = (array: TypedArray): TypedArray =>
  isHalfArray(array) ? new Uint16Array(array.buffer, array.byteOffset, array.length) : array;

const isTypedArray = (x: unknown): x is TypedArray => ArrayBuffer.isView(x) && !(x instanceof DataView);

/**
 * Makes a tensor from nested arrays, a typed array or a number. The data are copied, unless `share` says otherwise.
 *
 * @param data Numbers, booleans or bigints, nested as the shape says, or a typed array in row-major order.
 * @param options `dtype` (default: the typed array's, else float32; bool where all are booleans, int64 where all are bigints) and `shape`.
 * @throws ShapeError for ragged arrays or a shape with another number of elements; ValueError for elements that are not numbers
 *   or do not fit the dtype, and for data that cannot be shared; DTypeError for an unknown dtype.
 * @example
 * tensor([[1, 2], [3, 4]]).shape            // [2, 2]
 * tensor(new Int32Array(6), { shape: [2, 3] }).dtype // "int32"
 * const pixels = new Float32Array(new SharedArrayBuffer(4 * 784)); // filled by a worker thread
 * tensor(pixels, { share: true }).shape     // [784]
 */
export function tensor(data: NestedArray | TypedArray): Tensor;
export function tensor<D extends DType>(data: NestedArray | TypedArray, options: TensorOptions<D>): Tensor<D>;
export function tensor(data: NestedArray | TypedArray, options: TensorOptions = {}): Tensor {
  return new Tensor(leafValue(data, options));
}

/** {@link tensor} as a value of the graph, on the default device. */
function leafValue(data: NestedArray | TypedArray, options: TensorOptions = {}): Value {
  const { array, dtype, shape } = hostArray(data, options);
  const device = getDefaultDevice();
  if (!device.capabilities.dtypes.has(dtype)) {
    throw new DTypeError(`[tensor] ${device.description} has no ${dtype}: it has ${[...device.capabilities.dtypes].join(", ")}`);
  }
  const storage = options.share === true ? shareArray(device, data, array) : copyArray(device, array);
  const value = new Value(dtype, shape);
  value.storage = storage;
  value.device = device;
  return value;
}

function copyArray(device: Backend, array: TypedArray): Storage {
  const storage = device.alloc(array.byteLength);
  device.write(storage, array);
  return storage;
}

/** `array` is what the dtype makes of `data`: over the same memory where nothing had to be converted. */
function shareArray(device: Backend, data: unknown, array: TypedArray): Storage {
  if (typeof SharedArrayBuffer !== "function" || !isTypedArray(data) || !(data.buffer instanceof SharedArrayBuffer)) {
    const found = isTypedArray(data) ? `a ${data.constructor.name} over an ArrayBuffer` : describe(data);
    throw new ValueError(`[tensor] share needs a typed array over a SharedArrayBuffer: received ${found}; other memory is copied`);
  }
  if (array.buffer !== data.buffer) {
    throw new ValueError(
      `[tensor] share needs data of the tensor's dtype: a ${data.constructor.name} has to be converted; leave out dtype or share`,
    );
  }
  return device.adopt?.(array as TypedArray & ArrayBufferView<SharedArrayBuffer>) ?? copyArray(device, array);
}

function hostArray(data: unknown, options: TensorOptions): { array: TypedArray; dtype: DType; shape: Shape } {
  if (typeof options !== "object" || options === null) {
    throw new ValueError(`[tensor] options must be an object: received ${describe(options)}; write tensor(data, { dtype: "int32" })`);
  }
  if (options.shape !== undefined && !Array.isArray(options.shape)) {
    throw new ShapeError(`[tensor] shape must be a list of sizes: received ${describe(options.shape)}`);
  }
  if (options.dtype !== undefined && !isDType(options.dtype)) {
    throw new DTypeError(`[tensor] unknown dtype ${JSON.stringify(options.dtype)}: one of ${dtypes.join(", ")}`);
  }
  if (isTensorBase(data)) throw new ValueError("[tensor] the data is a tensor already: use cast or reshape to change it");
  let flat: ArrayLike<number | boolean | bigint>;
  let natural: Shape;
  let own: DType | null;
  if (isTypedArray(data)) {
    flat = data as unknown as ArrayLike<number>;
    natural = [options.dtype === "complex64" ? data.length / 2 : data.length];
    own = dtypeOfArray(data);
    if (own === null && options.dtype === undefined) {
      const likely = data instanceof Uint16Array ? "float16" : "int64";
      throw new DTypeError(`[tensor] a ${(data as TypedArray).constructor.name} needs a dtype: { dtype: "${likely}" } or another`);
    }
  } else {
    const nested = flattenNested(data);
    flat = nested.flat;
    natural = nested.shape;
    own = nested.kind === "boolean" ? "bool" : nested.kind === "bigint" ? "int64" : null;
    if (nested.kind === "mixed bigint" && options.dtype === undefined) {
      throw new DTypeError('[tensor] bigints are mixed with numbers: say which is meant, { dtype: "int64" } or another');
    }
    if (options.dtype === "complex64") {
      if (natural.at(-1) !== 2)
        throw new ShapeError(`[tensor] complex64 data needs [real, imaginary] pairs innermost: got shape [${natural}]`);
      natural = natural.slice(0, -1);
    }
  }
  const dtype = options.dtype ?? own ?? "float32";
  const shape = options.shape ?? natural;
  for (const dim of shape) {
    if (!Number.isInteger(dim) || dim < 0) throw new ShapeError(`[tensor] not a shape: [${shape}]`);
  }
  const size = shape.reduce((product, dim) => product * dim, 1);
  const given = dtype === "complex64" ? flat.length / 2 : flat.length;
  if (size !== given) throw new ShapeError(`[tensor] ${given} elements do not fill shape [${shape}], which has ${size}`);
  return { array: convert(flat, dtype, own, data), dtype, shape: [...shape] };
}

function convert(flat: ArrayLike<number | boolean | bigint>, dtype: DType, own: DType | null, data: unknown): TypedArray {
  const isArray = isTypedArray(data);
  if (
    isArray &&
    (own === dtype ||
      (data instanceof Uint16Array && (dtype === "float16" || dtype === "bfloat16")) ||
      (dtype === "complex64" && own === "float32"))
  ) {
    return bitsOf(data);
  }
  const array = allocateArray(dtype, dtype === "complex64" ? flat.length / 2 : flat.length) as unknown as (number | bigint)[];
  const range = integerRanges[dtype];
  for (let i = 0; i < flat.length; i++) {
    const value = flat[i] as number | boolean | bigint;
    if (dtype === "int64") {
      if (typeof value === "number" && !Number.isInteger(value)) refuseElement(value, i, dtype);
      const whole = BigInt(value);
      if (BigInt.asIntN(64, whole) !== whole) refuseElement(value, i, dtype);
      array[i] = whole;
      continue;
    }
    const number = Number(value);
    if (isInteger(dtype)) {
      if (
        !Number.isInteger(number) ||
        number < (range as readonly [number, number])[0] ||
        number > (range as readonly [number, number])[1]
      ) {
        refuseElement(value, i, dtype);
      }
      array[i] = number;
    } else if (dtype === "bool") {
      array[i] = number !== 0 ? 1 : 0;
    } else if (dtype === "float16") {
      array[i] = toFloat16(number);
    } else if (dtype === "bfloat16") {
      array[i] = toBfloat16(number);
    } else {
      array[i] = number;
    }
  }
  return array as unknown as TypedArray;
}

function refuseElement(value: unknown, index: number, dtype: DType): never {
  throw new ValueError(`[tensor] element ${index} does not fit ${dtype}: ${String(value)}`);
}

const scratch = new DataView(new ArrayBuffer(4));

/** bfloat16 bits of a number, rounded to nearest even. */
function toBfloat16(value: number): number {
  scratch.setFloat32(0, value);
  const bits = scratch.getUint32(0);
  if (Number.isNaN(value)) return 0x7fc0;
  return ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16) & 0xffff;
}

/** float16 bits of a number, rounded to nearest even. */
function toFloat16(value: number): number {
  if (Number.isNaN(value)) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (size >= 65520) return sign | 0x7c00;
  const exponent = size === 0 ? -14 : Math.max(Math.floor(Math.log2(size)), -14);
  const scaled = size / 2 ** (exponent - 10);
  let rounded = Math.round(scaled);
  if (rounded - scaled === 0.5 && rounded % 2 === 1) rounded--;
  return sign | (exponent === -14 && rounded < 1024 ? rounded : rounded + ((exponent + 14) << 10));
}

/**
 * The value of anything tensor-like. Numbers become constants of `dtype` (default: int32 or float32 by their own look), arrays
 * become tensors on the default device.
 *
 * @throws As {@link tensor}; ValueError or DTypeError for a number that `dtype` cannot hold.
 * @example
 * toValue([1, 2]).shape; // [2]
 */
export function toValue(x: TensorLike, dtype?: DType): Value {
  if (isTensorBase(x)) return x.value;
  if (typeof x === "number" || typeof x === "boolean" || typeof x === "bigint") {
    const target = dtype ?? (typeof x === "boolean" ? "bool" : typeof x === "bigint" ? "int64" : Number.isInteger(x) ? "int32" : "float32");
    return constant(elementOf(x, target), target);
  }
  return leafValue(x, dtype === undefined ? {} : { dtype });
}

/** The constant of `dtype` that a plain number among the operands of an op stands for. */
export function literalOf(x: number | boolean | bigint, dtype: DType): Value {
  return literal(elementOf(x, dtype), dtype);
}

/** A plain number as an element of `dtype`. */
function elementOf(x: number | boolean | bigint, dtype: DType): number | boolean | bigint {
  if (dtype === "bool") return x !== 0 && x !== false;
  return typeof x === "boolean" ? Number(x) : x;
}
