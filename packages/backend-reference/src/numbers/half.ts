/** The 16-bit floating formats: rounding to nearest even, and conversion to and from bits. */

interface Format {
  /** Bits of the significand after the point. */
  readonly fraction: number;
  /** Exponent of the smallest normal number. */
  readonly minExponent: number;
  /** Absolute values from here on round to infinity: the largest number and half a unit in its last place. */
  readonly overflow: number;
}

const float16: Format = { fraction: 10, minExponent: -14, overflow: 65520 };
const bfloat16: Format = { fraction: 7, minExponent: -126, overflow: 2 ** 128 - 2 ** 119 };

const scratch = new Float64Array(1);
const scratchWords = new Uint32Array(scratch.buffer);
const single = new Float32Array(1);
const singleBits = new Uint32Array(single.buffer);

/** Binary exponent of a positive finite double (-1023 for subnormal doubles, which no 16-bit format reaches). */
function exponentOf(x: number): number {
  scratch[0] = x;
  return ((scratchWords[1] >>> 20) & 0x7ff) - 1023;
}

function roundTo(x: number, format: Format): number {
  const magnitude = Math.abs(x);
  if (!(magnitude < format.overflow)) return magnitude >= format.overflow ? x * Infinity : x;
  if (magnitude === 0) return x;
  const exponent = Math.max(exponentOf(magnitude), format.minExponent);
  // Adding a number whose last place is the wanted unit makes the hardware round to it, ties to even.
  const shift = 2 ** (exponent - format.fraction + 52);
  const rounded = magnitude + shift - shift;
  return x < 0 ? -rounded : rounded;
}

/** The nearest float16, ties to even. */
export function roundFloat16(x: number): number {
  return roundTo(x, float16);
}

/** The nearest bfloat16, ties to even. */
export function roundBfloat16(x: number): number {
  return roundTo(x, bfloat16);
}

/** Bits of the nearest float16. NaN gives 0x7e00. */
export function float16ToBits(x: number): number {
  const value = roundFloat16(x);
  if (value !== value) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const magnitude = Math.abs(value);
  if (magnitude === Infinity) return sign | 0x7c00;
  if (magnitude < 2 ** -14) return sign | (magnitude * 2 ** 24);
  const exponent = exponentOf(magnitude);
  return sign | ((exponent + 15) << 10) | ((magnitude / 2 ** exponent - 1) * 1024);
}

export function float16FromBits(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Bits of the nearest bfloat16. NaN gives 0x7fc0. */
export function bfloat16ToBits(x: number): number {
  const value = roundBfloat16(x);
  if (value !== value) return 0x7fc0;
  single[0] = value;
  return singleBits[0] >>> 16;
}

export function bfloat16FromBits(bits: number): number {
  singleBits[0] = bits << 16;
  return single[0];
}
