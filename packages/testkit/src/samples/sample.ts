/** Host data in plain numbers, and the bytes of each dtype. Written apart from the backends' own conversions. */
import { allocateArray, type DType, type TypedArray, viewArray } from "@neurite/core";

/** Elements of an array in row-major order; complex64 has real and imaginary parts interleaved, bool has 0 and 1. */
export interface Sample {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: readonly (number | bigint)[];
}

/** Number of elements. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, dim) => product * dim, 1);
}

interface HalfFormat {
  readonly exponentBits: number;
  readonly fractionBits: number;
}

const halves: Partial<Record<DType, HalfFormat>> = {
  float16: { exponentBits: 5, fractionBits: 10 },
  bfloat16: { exponentBits: 8, fractionBits: 7 },
};

/** Bits of the nearest number of a 16-bit format, ties to even. */
function toHalfBits(x: number, { exponentBits, fractionBits }: HalfFormat): number {
  const top = 2 ** exponentBits - 1;
  const bias = (top - 1) / 2;
  if (Number.isNaN(x)) return (top << fractionBits) | (1 << (fractionBits - 1));
  const sign = x < 0 || Object.is(x, -0) ? 0x8000 : 0;
  const size = Math.abs(x);
  if (size === 0) return sign;
  let exponent = Math.max(Math.floor(Math.log2(Math.min(size, Number.MAX_VALUE))), 1 - bias);
  if (2 ** exponent > size && exponent > 1 - bias) exponent--;
  // In units of the last place; a carry into the next exponent comes out right by itself.
  const units = size / 2 ** (exponent - fractionBits);
  const below = Math.floor(units);
  const rounded = units - below > 0.5 || (units - below === 0.5 && below % 2 === 1) ? below + 1 : below;
  const bits = rounded + (exponent + bias - 1) * 2 ** fractionBits;
  return sign | Math.min(bits, top << fractionBits);
}

function fromHalfBits(bits: number, { exponentBits, fractionBits }: HalfFormat): number {
  const top = 2 ** exponentBits - 1;
  const bias = (top - 1) / 2;
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> fractionBits) & top;
  const fraction = bits & (2 ** fractionBits - 1);
  if (exponent === top) return fraction === 0 ? sign * Infinity : NaN;
  if (exponent === 0) return sign * fraction * 2 ** (1 - bias - fractionBits);
  return sign * (1 + fraction / 2 ** fractionBits) * 2 ** (exponent - bias);
}

/** The bytes a device holds for a sample. */
export function encode({ dtype, shape, data }: Sample): TypedArray {
  const array = allocateArray(dtype, sizeOf(shape)) as unknown as (number | bigint)[];
  if (array.length !== data.length) throw new Error(`${data.length} numbers given for ${dtype}[${shape.join(",")}]`);
  const half = halves[dtype];
  data.forEach((x, i) => {
    if (dtype === "int64") array[i] = BigInt(x);
    else array[i] = half === undefined ? Number(x) : toHalfBits(Number(x), half);
  });
  return array as unknown as TypedArray;
}

/** The elements that bytes stand for. */
export function decode(dtype: DType, buffer: ArrayBuffer): (number | bigint)[] {
  const raw = Array.from(viewArray(dtype, buffer) as Iterable<number | bigint>);
  const half = halves[dtype];
  return half === undefined ? raw : raw.map((bits) => fromHalfBits(Number(bits), half));
}

/** The nearest number that `dtype` holds. */
export function nearest(dtype: DType, x: number): number {
  const half = halves[dtype];
  if (half !== undefined) return fromHalfBits(toHalfBits(x, half), half);
  return dtype === "float64" ? x : Math.fround(x);
}
