/** Lowest and highest elements of each dtype. */
import type { DType } from "@neurite/core";

const integerRanges: Partial<Record<DType, readonly [number, number]>> = {
  bool: [0, 1],
  int8: [-128, 127],
  uint8: [0, 255],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint32: [0, 2 ** 32 - 1],
};

/** The lowest number of a one-lane dtype: -Infinity where there is one. */
export function lowest(dtype: DType): number {
  return integerRanges[dtype]?.[0] ?? -Infinity;
}

/** The highest number of a one-lane dtype: Infinity where there is one. */
export function highest(dtype: DType): number {
  return integerRanges[dtype]?.[1] ?? Infinity;
}

/** Bits of an integer dtype of one lane. */
export function bitWidth(dtype: DType): number {
  return dtype === "int8" || dtype === "uint8" ? 8 : 32;
}
