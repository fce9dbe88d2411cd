import { type DType, SerializationError, type TypedArray } from "@neurite/core";

/** Element types of arrays in files that weights may have. */
export type StoredDType = DType | "int16" | "uint16" | "uint64";

/** An array of a file: its data are read when they are asked for. */
export interface StoredArray {
  /** Where it is in the file: "layers/dense/vars/0". */
  readonly path: string;
  readonly dtype: StoredDType;
  readonly shape: readonly number[];
  /**
   * The elements, row by row; float16 and bfloat16 as their bits.
   * @throws SerializationError when the file is damaged there.
   */
  read(): StoredData;
}

export type StoredData = TypedArray | Int16Array | BigUint64Array;

/**
 * The elements in another dtype.
 *
 * @throws SerializationError for integers that do not fit.
 */
export function convertData(array: StoredArray, dtype: DType): { readonly data: TypedArray; readonly dtype: DType } {
  const data = array.read();
  if (array.dtype === dtype) return { data: data as TypedArray, dtype };
  if (array.dtype === "float16" || array.dtype === "bfloat16") return { data: data as TypedArray, dtype: array.dtype };
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) return { data: narrowed(array, data), dtype: "int32" };
  if (data instanceof Float64Array) return { data: Float32Array.from(data), dtype: "float32" };
  if (data instanceof Int16Array || data instanceof Uint16Array) return { data: Int32Array.from(data), dtype: "int32" };
  return { data: data as TypedArray, dtype: array.dtype as DType };
}

function narrowed(array: StoredArray, data: BigInt64Array | BigUint64Array): Int32Array {
  const numbers = new Int32Array(data.length);
  for (let i = 0; i < data.length; i++) {
    const value = data[i] as bigint;
    if (BigInt.asIntN(32, value) !== value)
      throw new SerializationError(`[load] ${array.path} holds ${value}, which does not fit into 32 bits`);
    numbers[i] = Number(value);
  }
  return numbers;
}
