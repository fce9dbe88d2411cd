/** A function built from primitives, and where to differentiate it. */
import type { DType, PrimitiveName, Value } from "@neurite/core";

/** Data of one operand, row-major; complex64 has real and imaginary parts interleaved. */
export interface GradientInput {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** A function whose gradient is compared with finite differences. */
export interface GradientCase {
  /** `primitive` or `primitive: variant`. */
  readonly name: string;
  /** The primitive whose rule this is about. */
  readonly primitive: PrimitiveName;
  /** Points in general position: no ties, no kinks, well-conditioned. */
  readonly inputs: readonly GradientInput[];
  /** Builds the function out of primitives. Outputs that are not floating or complex are ignored. */
  readonly fn: (inputs: readonly Value[]) => readonly Value[];
  /** Largest error allowed relative to the largest derivative; 1e-6 by default. */
  readonly tolerance?: number;
}

/** Deterministic numbers, uniform in [0, 1): mulberry32. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** `size` numbers, uniform between `low` and `high`. */
export function uniformNumbers(size: number, seed: number, low = -1, high = 1): number[] {
  const next = generator(seed);
  return Array.from({ length: size }, () => low + (high - low) * next());
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, dim) => product * dim, 1);
}

/** A number near `x` that float32 holds exactly, also after a small step in a power of two. */
export function quantized(x: number): number {
  return Math.round(x * 4096) / 4096;
}

/** A float64 operand of uniform numbers. */
export function uniform(shape: readonly number[], seed = 1, low = -1, high = 1): GradientInput {
  return { dtype: "float64", shape, data: uniformNumbers(sizeOf(shape), seed, low, high) };
}

/** A float64 operand whose elements lie 0.1 apart around 0, in random order; those of another seed (up to 7 on) lie between them. */
export function distinct(shape: readonly number[], seed = 1): GradientInput {
  const size = sizeOf(shape);
  const keys = uniformNumbers(size, seed);
  const order = keys.map((_, i) => i).sort((a, b) => keys[a] - keys[b]);
  const data = new Array<number>(size);
  order.forEach((place, rank) => (data[place] = (rank - size / 2) * 0.1 + 0.013 * (seed % 7) + 0.007));
  return { dtype: "float64", shape, data };
}

/** A float64 operand away from 0 on both sides: magnitudes from 0.4 to 1.4. */
export function nonzero(shape: readonly number[], seed = 1): GradientInput {
  const { data } = uniform(shape, seed);
  return { dtype: "float64", shape, data: data.map((x) => x + (x < 0 ? -0.4 : 0.4)) };
}

/** A complex64 operand with parts from ±0.4 to ±1.4. */
export function complexNumbers(shape: readonly number[], seed = 1): GradientInput {
  return { dtype: "complex64", shape, data: nonzero([...shape, 2], seed).data.map(quantized) };
}

/** Given numbers. */
export function exactly(dtype: DType, shape: readonly number[], data: readonly number[]): GradientInput {
  return { dtype, shape, data };
}
