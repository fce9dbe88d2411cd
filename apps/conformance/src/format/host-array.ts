import { type AnyTensor, type DType, isTensor, tensor, type Tensor } from "@neurite/core";

/** An array of a case, or one read back from a device: numbers in row-major order. */
export interface HostArray {
  /** "string" for text. */
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Numbers; bigints for int64; true and false as 1 and 0; complex numbers as [real, imaginary, real, …]. */
  readonly data: readonly (number | bigint | string)[];
}

/** The JSON of an array, see the format's README. */
export interface EncodedArray {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data?: readonly (number | bigint | string | boolean)[];
  readonly real?: readonly (number | string)[];
  readonly imag?: readonly (number | string)[];
}

export function isEncodedArray(json: unknown): json is EncodedArray {
  return typeof json === "object" && json !== null && "dtype" in json && "shape" in json && ("data" in json || "real" in json);
}

const named: Readonly<Record<string, number>> = { NaN: NaN, Infinity: Infinity, "-Infinity": -Infinity };

function numberOf(x: number | bigint | string | boolean): number | bigint {
  if (typeof x === "bigint") return x;
  return typeof x === "string" ? (named[x] ?? Number(x)) : Number(x);
}

/** An array of a case. */
export function decodeArray(json: EncodedArray): HostArray {
  const { dtype, shape } = json;
  if (dtype === "string") return { dtype, shape, data: (json.data ?? []) as readonly string[] };
  if (json.real !== undefined && json.imag !== undefined) {
    const { imag } = json;
    return { dtype, shape, data: json.real.flatMap((real, i) => [numberOf(real), numberOf(imag[i] as number)]) };
  }
  const data = (json.data ?? []).map(numberOf);
  return { dtype, shape, data: dtype === "int64" ? data.map(BigInt) : data };
}

/** An array of a case as a tensor on the default device. */
export function toTensor(array: HostArray): Tensor {
  const { dtype, shape } = array;
  // complex64 data are pairs, one after another, in both.
  const data = dtype === "complex64" ? Float32Array.from(array.data as readonly number[]) : (array.data as readonly number[]);
  return tensor(data as number[], { dtype: dtype as DType, shape });
}

/** Reads a tensor, or takes a plain result (a number, a boolean, a string) as an array without axes. */
export async function readBack(result: unknown): Promise<HostArray> {
  if (isTensor(result)) return { dtype: result.dtype, shape: result.shape, data: await elements(result) };
  if (typeof result === "string") return { dtype: "string", shape: [], data: [result] };
  if (typeof result === "boolean") return { dtype: "bool", shape: [], data: [Number(result)] };
  if (typeof result === "bigint") return { dtype: "int64", shape: [], data: [result] };
  if (typeof result === "number") return { dtype: "number", shape: [], data: [result] };
  throw new TypeError(`a result is neither a tensor nor a number: ${String(result)}`);
}

async function elements(x: AnyTensor): Promise<(number | bigint)[]> {
  if (x.dtype === "complex64") return [...((await x.data()) as Float32Array)];
  const nested: unknown[] = [await x.array()];
  return (nested.flat(Infinity) as (number | bigint | boolean)[]).map((element) =>
    typeof element === "boolean" ? Number(element) : element,
  );
}
