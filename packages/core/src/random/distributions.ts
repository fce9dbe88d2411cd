/** Random numbers of given distributions. Without a seed the default generator draws, which `setSeed` makes reproducible. */
import { type DType, isInteger } from "../dtypes/dtype.ts";
import { optionsOf } from "../options.ts";
import { DTypeError, ValueError } from "../errors.ts";
import type { Shape, Value } from "../graph/value.ts";
import * as build from "../primitives/build.ts";
import type { TensorLike } from "../tensor/create.ts";
import { Tensor } from "../tensor/tensor.ts";
import { dtypeOption, input, integerInput, numberInput, shapeInput } from "../ops/support/input.ts";
import { bernoulliMask } from "./masks.ts";
import { inverseErf, standardNormal, uniformOf, unitUniform } from "./bits.ts";
import { drawKey, type Seed } from "./generator.ts";

/** Where the numbers come from, and their dtype. */
export interface RandomOptions {
  /** A whole number (the same numbers at each call), a SeedGenerator (new ones at each call), or a key uint32[2]. Default: the default generator. */
  readonly seed?: Seed;
  /** Default float32. */
  readonly dtype?: DType;
}

/** Options of {@link uniform}. */
export interface UniformOptions extends RandomOptions {
  /** Included. Default 0. */
  readonly minval?: number;
  /** Excluded. Default 1. */
  readonly maxval?: number;
}

/** Options of {@link normal}. */
export interface NormalOptions extends RandomOptions {
  /** Default 0. */
  readonly mean?: number;
  /** Standard deviation. Default 1. */
  readonly stddev?: number;
}

/**
 * Uniform numbers of the given `shape` in [minval, maxval). In float32 they are JAX's, bit for bit, for the same key. An integer dtype
 * gives {@link randint}'s.
 *
 * @throws ValueError for bounds that are no numbers, or a seed of another kind; ShapeError and DTypeError for a shape or dtype that is
 * none.
 *
 * @example
 * random.uniform([3], { minval: -1, seed: 42 }); // [0.133459, -0.868903, -0.236655]
 */
export function uniform(shape: Shape, options: UniformOptions = {}): Tensor {
  optionsOf("uniform", options);
  const dims = shapeInput("uniform", shape);
  const dtype = dtypeOption("uniform", options.dtype, "float32");
  const low = numberInput("uniform", options.minval ?? 0, "minval");
  const high = numberInput("uniform", options.maxval ?? 1, "maxval");
  if (isInteger(dtype)) return randint(shape, low, high, { dtype, ...(options.seed !== undefined && { seed: options.seed }) });
  return new Tensor(uniformOf("uniform", drawKey("uniform", options.seed), dims, dtype, low, high));
}

function scaled(x: Value, mean: number, stddev: number): Value {
  const wide = stddev === 1 ? x : build.mul(x, stddev);
  return mean === 0 ? wide : build.add(wide, mean);
}

/**
 * Normal (Gaussian) numbers of the given `shape`, such as [2, 3], within 2 ulp of JAX's for the same key.
 *
 * @example
 * random.normal([3], { seed: 42 }); // [0.168054, -1.509788, -0.301091]
 */
export function normal(shape: Shape, options: NormalOptions = {}): Tensor {
  optionsOf("normal", options);
  const dims = shapeInput("normal", shape);
  const dtype = dtypeOption("normal", options.dtype, "float32");
  const x = standardNormal("normal", drawKey("normal", options.seed), dims, dtype);
  return new Tensor(scaled(x, numberInput("normal", options.mean ?? 0, "mean"), numberInput("normal", options.stddev ?? 1, "stddev")));
}

/** erf(√2): the share of normal numbers within two standard deviations. */
const withinTwo = 0.9544997361036416;
/** The float32 below 2. */
const belowTwo = 2 - 2 ** -23;

/**
 * Normal numbers of the given `shape`, such as [2, 3], of which those beyond two standard deviations are never drawn.
 *
 * @example
 * random.truncatedNormal([3], { stddev: 0.1, seed: 42 }); // [0.016034, -0.137017, -0.0287]
 */
export function truncatedNormal(shape: Shape, options: NormalOptions = {}): Tensor {
  optionsOf("truncated_normal", options);
  const dims = shapeInput("truncated_normal", shape);
  const dtype = dtypeOption("truncated_normal", options.dtype, "float32");
  const key = drawKey("truncated_normal", options.seed);
  const u = uniformOf("truncated_normal", key, dims, "float32", -withinTwo, withinTwo);
  const x = build.minimum(build.maximum(build.mul(inverseErf(u), Math.SQRT2), -belowTwo), belowTwo);
  const mean = numberInput("truncated_normal", options.mean ?? 0, "mean");
  const stddev = numberInput("truncated_normal", options.stddev ?? 1, "stddev");
  return new Tensor(scaled(build.cast(x, dtype), mean, stddev));
}

/**
 * Whole numbers of the given `shape`, such as [2, 3], from `minval` (included) to `maxval` (excluded), all equally likely (to within the
 * span / 2^64).
 *
 * @param options `dtype`: default int32.
 *
 * @throws ValueError unless both bounds are integers and `maxval` lies above `minval`; DTypeError for a dtype that is no integer.
 *
 * @example
 * random.randint([5], 0, 10, { seed: 42 }); // [3, 7, 9, 3, 8]
 */
export function randint(shape: Shape, minval: number, maxval: number, options: RandomOptions = {}): Tensor {
  optionsOf("randint", options);
  const dims = shapeInput("randint", shape);
  const dtype = dtypeOption("randint", options.dtype, "int32");
  if (!isInteger(dtype)) throw new DTypeError(`[randint] dtype must be an integer: received ${dtype}`);
  integerInput("randint", minval, "minval");
  const span = integerInput("randint", maxval, "maxval") - minval;
  if (span < 1 || span > 2 ** 32) throw new ValueError(`[randint] maxval must be above minval: received ${minval} to ${maxval}`);
  const bits = build.randomBits(drawKey("randint", options.seed), [2, ...dims]);
  const half = (i: number): Value => build.reshape(build.slice(bits, [i, ...dims.map(() => 0)], [i + 1, ...dims]), dims);
  let offset = half(1);
  if (span < 2 ** 32) {
    // (high · 2^32 + low) mod span in 32 bits where span² fits them; for wider spans the low word is enough.
    const modulus = build.constant(span, "uint32");
    const rem = (x: Value): Value => build.binary("rem", x, modulus);
    offset = rem(half(1));
    if (span <= 2 ** 16) offset = rem(build.add(build.mul(rem(half(0)), 2 ** 32 % span), offset));
  }
  const wide = build.cast(offset, dtype === "int64" || dtype === "uint32" ? dtype : "int32");
  return new Tensor(build.cast(build.add(wide, minval), dtype));
}

/**
 * 1 with probability `p` (from 0 to 1), else 0: a tensor of the given `shape`, such as [2, 3], and `dtype` (default float32).
 *
 * @throws ValueError for a probability outside [0, 1], or a seed of another kind; ShapeError and DTypeError for a shape or dtype that is
 * none.
 *
 * @example
 * random.bernoulli([3], 1, { seed: 7 }); // [1, 1, 1]
 */
export function bernoulli(shape: Shape, p: number, options: RandomOptions = {}): Tensor {
  optionsOf("bernoulli", options);
  const dims = shapeInput("bernoulli", shape);
  const mask = bernoulliMask("bernoulli", drawKey("bernoulli", options.seed), dims, p);
  return new Tensor(build.cast(mask, dtypeOption("bernoulli", options.dtype, "float32")));
}

/** Standard Gumbel numbers, -log(-log u). */
function gumbelOf(op: string, key: Value, shape: Shape, dtype: DType): Value {
  const tiny = 2 ** -126;
  const u = build.maximum(unitUniform(op, key, shape, dtype === "float64" ? "float64" : "float32"), tiny);
  return build.cast(build.neg(build.log(build.neg(build.log(u)))), dtype);
}

/**
 * Standard Gumbel numbers of the given `shape`, such as [2, 3]: the index of the largest of logits with these added is distributed as
 * their softmax.
 *
 * @example
 * random.gumbel([2, 3], { seed: 7 }).shape; // [2, 3]
 */
export function gumbel(shape: Shape, options: RandomOptions = {}): Tensor {
  optionsOf("gumbel", options);
  const dtype = dtypeOption("gumbel", options.dtype, "float32");
  return new Tensor(gumbelOf("gumbel", drawKey("gumbel", options.seed), shapeInput("gumbel", shape), dtype));
}

/**
 * Classes drawn with the probabilities softmax(logits): [batch, classes] → [batch, numSamples], int32 (or `dtype`).
 *
 * @throws ValueError for logits that are not a matrix.
 *
 * @example
 * // The second class is all but certain in the first row, the first in the second.
 * random.categorical([[0, 100], [100, 0]], 3, { seed: 7 }); // [[1, 1, 1], [0, 0, 0]]
 */
export function categorical(logits: TensorLike, numSamples: number, options: RandomOptions = {}): Tensor {
  optionsOf("categorical", options);
  const value = input("categorical", logits, "logits");
  const count = integerInput("categorical", numSamples, "numSamples", 0);
  if (value.shape.length !== 2) throw new ValueError(`[categorical] logits must be [batch, classes]: received rank ${value.shape.length}`);
  const [batch, classes] = value.shape as [number, number];
  const x = build.cast(value, value.dtype === "float64" ? "float64" : "float32");
  const noise = gumbelOf("categorical", drawKey("categorical", options.seed), [batch, count, classes], x.dtype);
  const drawn = build.argreduce("max", build.add(build.reshape(x, [batch, 1, classes]), noise), 2);
  return new Tensor(build.cast(drawn, dtypeOption("categorical", options.dtype, "int32")));
}
