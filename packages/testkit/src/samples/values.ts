/** Numbers of each dtype: ordinary ones, and the ones that break kernels. */
import { type DType, isComplex, isFloating, isUnsigned } from "@neurite/core";
import { Choices } from "./choices.ts";
import { nearest, type Sample, sizeOf } from "./sample.ts";

/** Kinds of floating values that some devices do not promise to keep. */
export const valueClasses = ["nan", "infinite", "negativeZero", "denormal", "huge"] as const;
/** A class of values that samples may contain. */
export type ValueClass = (typeof valueClasses)[number];

interface FloatLimits {
  readonly max: number;
  readonly minNormal: number;
  readonly minDenormal: number;
  readonly epsilon: number;
}

const floatLimits: Partial<Record<DType, FloatLimits>> = {
  float16: { max: 65504, minNormal: 2 ** -14, minDenormal: 2 ** -24, epsilon: 2 ** -10 },
  bfloat16: { max: 2 ** 128 - 2 ** 120, minNormal: 2 ** -126, minDenormal: 2 ** -133, epsilon: 2 ** -7 },
  float32: { max: 2 ** 128 - 2 ** 104, minNormal: 2 ** -126, minDenormal: 2 ** -149, epsilon: 2 ** -23 },
  float64: { max: Number.MAX_VALUE, minNormal: 2 ** -1022, minDenormal: 2 ** -1074, epsilon: 2 ** -52 },
};

/** Limits of a floating dtype, or of the parts of a complex one. */
export function limitsOf(dtype: DType): FloatLimits {
  return floatLimits[isComplex(dtype) ? "float32" : dtype] as FloatLimits;
}

const integerLimits: Partial<Record<DType, readonly [bigint, bigint]>> = {
  int8: [-128n, 127n],
  uint8: [0n, 255n],
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  uint32: [0n, 2n ** 32n - 1n],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
};

/** Least and largest integer of a dtype. */
export function integerRange(dtype: DType): readonly [bigint, bigint] {
  return integerLimits[dtype] as readonly [bigint, bigint];
}

function specialFloats(dtype: DType, classes: ReadonlySet<ValueClass>): number[] {
  const { max, minNormal, minDenormal, epsilon } = limitsOf(dtype);
  const both = (...xs: number[]): number[] => xs.flatMap((x) => [x, -x]);
  return [
    0,
    ...both(1, 0.5, 1.5, 2.5, 3, 1 + epsilon, 1 - epsilon / 2, 0.1, 7.3, 20, minNormal, epsilon),
    ...(classes.has("negativeZero") ? [-0] : []),
    ...(classes.has("nan") ? [NaN] : []),
    ...(classes.has("infinite") ? [Infinity, -Infinity] : []),
    ...(classes.has("denormal") ? both(minDenormal, minNormal - minDenormal, minNormal / 2) : []),
    ...(classes.has("huge") ? both(max, max / 3, 1e4, 88.9, 700) : []),
  ].map((x) => nearest(dtype, x));
}

function specialIntegers(dtype: DType): bigint[] {
  const [low, high] = integerRange(dtype);
  const common = [0n, 1n, 2n, 3n, 7n, 100n, high, high - 1n, high / 2n];
  return isUnsigned(dtype) ? common : [...common, -1n, -2n, -3n, -7n, -100n, low, low + 1n, low / 2n];
}

/** Edge values of a dtype, as one axis. Complex numbers have two moderate parts. */
export function specialValues(dtype: DType, classes: ReadonlySet<ValueClass>): Sample {
  if (dtype === "bool") return { dtype, shape: [2], data: [0, 1] };
  if (isComplex(dtype)) {
    const parts = [0, 1, -1, 0.5, -2.5, 3];
    const data = parts.flatMap((re) => parts.flatMap((im) => [re, im]));
    return { dtype, shape: [data.length / 2], data };
  }
  const data = isFloating(dtype) ? specialFloats(dtype, classes) : specialIntegers(dtype);
  return { dtype, shape: [data.length], data: dtype === "int64" ? data : data.map(Number) };
}

/** Moderate numbers: floats from -2 to 2, integers from -100 to 100 (0 to 200 unsigned), booleans. */
export function ordinary(dtype: DType, shape: readonly number[], seed = 1): Sample {
  const choices = new Choices(seed * 7919 + sizeOf(shape));
  const size = sizeOf(shape) * (isComplex(dtype) ? 2 : 1);
  const draw = (): number => {
    if (dtype === "bool") return choices.below(2);
    if (isFloating(dtype) || isComplex(dtype)) return nearest(dtype, Math.round((4 * choices.next() - 2) * 1024) / 1024);
    return isUnsigned(dtype) ? choices.below(201) : choices.below(201) - 100;
  };
  return { dtype, shape, data: Array.from({ length: size }, draw) };
}

/** Small numbers whose products and sums stay in range: floats as {@link ordinary}, integers from -3 to 3 (0 to 3 unsigned). */
export function small(dtype: DType, shape: readonly number[], seed = 1): Sample {
  const sample = ordinary(dtype, shape, seed);
  if (dtype === "bool" || isFloating(dtype) || isComplex(dtype)) return sample;
  return { ...sample, data: sample.data.map((x) => Number(x) % 4) };
}

/** Distinct numbers in random order, half of them negative where the dtype has them. At most 200 in 8-bit dtypes. */
export function shuffled(dtype: DType, shape: readonly number[], seed = 1): Sample {
  const size = sizeOf(shape);
  const choices = new Choices(seed);
  const data = Array.from({ length: size }, (_, i) => (isUnsigned(dtype) ? i : i - Math.floor(size / 2)));
  for (let i = size - 1; i > 0; i--) {
    const j = choices.below(i + 1);
    [data[i], data[j]] = [data[j], data[i]];
  }
  return { dtype, shape, data: dtype === "bool" ? data.map((x) => Math.abs(x) % 2) : data.map((x) => (isFloating(dtype) ? x / 4 : x)) };
}

/** int32 indices from 0 to `below` - 1. */
export function indicesBelow(below: number, shape: readonly number[], seed = 1): Sample {
  const choices = new Choices(seed);
  return { dtype: "int32", shape, data: Array.from({ length: sizeOf(shape) }, () => choices.below(below)) };
}

/** Given numbers. */
export function given(dtype: DType, shape: readonly number[], data: readonly (number | bigint)[]): Sample {
  return { dtype, shape, data };
}
