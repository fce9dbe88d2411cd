/** The element types of tensors, and what a typed array of each looks like on the host. */

export const dtypes = [
  "bool",
  "int8",
  "uint8",
  "int32",
  "uint32",
  "int64",
  "float16",
  "bfloat16",
  "float32",
  "float64",
  "complex64",
] as const;

/** Name of an element type, as Keras and NumPy spell it. */
export type DType = (typeof dtypes)[number];

interface DTypeArrays {
  bool: Uint8Array;
  int8: Int8Array;
  uint8: Uint8Array;
  int32: Int32Array;
  uint32: Uint32Array;
  int64: BigInt64Array;
  /** Raw bits: Node 20 and 22 have no Float16Array. */
  float16: Uint16Array;
  /** Raw bits, the upper half of a float32. */
  bfloat16: Uint16Array;
  float32: Float32Array;
  float64: Float64Array;
  /** Real and imaginary parts interleaved: two elements a number. */
  complex64: Float32Array;
}

/** Any typed array that holds tensor elements. */
export type TypedArray = DTypeArrays[DType];

/** Typed arrays whose elements are plain numbers. */
export type NumericArray = Exclude<TypedArray, BigInt64Array>;

/**
 * The typed array that holds elements of dtype `D`. Where the dtype is not known statically this is
 * every array of plain numbers; a tensor known to be int64 (`Tensor<"int64">`) reads as BigInt64Array. Of `any` dtype (`AnyTensor`)
 * it is any of them.
 */
export type DataOf<D extends DType> = unknown extends D ? TypedArray : DType extends D ? NumericArray : DTypeArrays[D];

interface DTypeInfo {
  /** Bytes of one element. */
  readonly bytes: number;
  readonly kind: "bool" | "signed" | "unsigned" | "float" | "complex";
  readonly array: { new (length: number): TypedArray; new (buffer: ArrayBufferLike, offset?: number, length?: number): TypedArray };
}

const table: Record<DType, DTypeInfo> = {
  bool: { bytes: 1, kind: "bool", array: Uint8Array },
  int8: { bytes: 1, kind: "signed", array: Int8Array },
  uint8: { bytes: 1, kind: "unsigned", array: Uint8Array },
  int32: { bytes: 4, kind: "signed", array: Int32Array },
  uint32: { bytes: 4, kind: "unsigned", array: Uint32Array },
  int64: { bytes: 8, kind: "signed", array: BigInt64Array },
  float16: { bytes: 2, kind: "float", array: Uint16Array },
  bfloat16: { bytes: 2, kind: "float", array: Uint16Array },
  float32: { bytes: 4, kind: "float", array: Float32Array },
  float64: { bytes: 8, kind: "float", array: Float64Array },
  complex64: { bytes: 8, kind: "complex", array: Float32Array },
};

/**
 * Bytes of one element of `dtype`.
 *
 * @example
 * bytesPerElement("bfloat16"); // 2
 */
export function bytesPerElement(dtype: DType): number {
  return table[dtype].bytes;
}

/** The smallest and the largest number of the integers that doubles hold exactly. */
export const integerRanges: Partial<Record<DType, readonly [number, number]>> = {
  int8: [-128, 127],
  uint8: [0, 255],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint32: [0, 2 ** 32 - 1],
};

/**
 * True for float16, bfloat16, float32 and float64.
 *
 * @example
 * isFloating("bfloat16"); // true
 */
export function isFloating(dtype: DType): boolean {
  return table[dtype].kind === "float";
}

/**
 * True for the signed and unsigned integers; bool is not one.
 *
 * @example
 * isInteger("bool"); // false
 */
export function isInteger(dtype: DType): boolean {
  const kind = table[dtype].kind;
  return kind === "signed" || kind === "unsigned";
}

/**
 * True for the unsigned integers.
 *
 * @example
 * isUnsigned("uint8"); // true
 */
export function isUnsigned(dtype: DType): boolean {
  return table[dtype].kind === "unsigned";
}

/**
 * True for complex64.
 *
 * @example
 * isComplex("complex64"); // true
 */
export function isComplex(dtype: DType): boolean {
  return table[dtype].kind === "complex";
}

/**
 * True where gradients can flow: floating and complex dtypes.
 *
 * @example
 * isInexact("int32"); // false
 */
export function isInexact(dtype: DType): boolean {
  return isFloating(dtype) || isComplex(dtype);
}

/**
 * True if `name` is one of {@link dtypes}.
 *
 * @example
 * isDType("float"); // false
 */
export function isDType(name: unknown): name is DType {
  return typeof name === "string" && Object.hasOwn(table, name);
}

/**
 * A zeroed typed array for `size` elements of `dtype` (complex64 takes two array elements each).
 *
 * @example
 * allocateArray("complex64", 2).length; // 4
 */
export function allocateArray<D extends DType>(dtype: D, size: number): DataOf<D> {
  return new table[dtype].array(dtype === "complex64" ? size * 2 : size) as DataOf<D>;
}

/**
 * A view of `buffer` as `size` elements of `dtype` (by default all that follow) from `byteOffset` on: nothing is copied.
 *
 * @example
 * viewArray("int32", new Float32Array([1]).buffer); // [1065353216]
 */
export function viewArray<D extends DType>(dtype: D, buffer: ArrayBufferLike, byteOffset = 0, size?: number): DataOf<D> {
  const count = size ?? (buffer.byteLength - byteOffset) / table[dtype].bytes;
  return new table[dtype].array(buffer, byteOffset, dtype === "complex64" ? count * 2 : count) as DataOf<D>;
}
