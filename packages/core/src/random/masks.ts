/** Random choices: dropping elements, and shuffling. */
import { ShapeError, ValueError } from "../errors.ts";
import { optionsOf } from "../options.ts";
import type { Shape, Value } from "../graph/value.ts";
import * as build from "../primitives/build.ts";
import { formatAval } from "../shapes/format.ts";
import type { TensorLike } from "../tensor/create.ts";
import { Tensor } from "../tensor/tensor.ts";
import { axisOf } from "../ops/support/axes.ts";
import { floatInput, input, integerInput, numberInput } from "../ops/support/input.ts";
import { chance } from "./bits.ts";
import { drawKey, type Seed } from "./generator.ts";

/** bool: true with probability `p`. */
export function bernoulliMask(op: string, key: Value, shape: Shape, p: number): Value {
  numberInput(op, p, "p");
  if (!(p >= 0 && p <= 1)) throw new ValueError(`[${op}] a probability must be from 0 to 1: received ${p}`);
  return chance(key, shape, p);
}

/** Options of {@link dropout}. */
export interface DropoutOptions {
  /** A whole number, a SeedGenerator or a key. Default: the default generator. */
  readonly seed?: Seed;
  /** Shape of the mask, which broadcasts to the inputs; null stands for the inputs' size. Default: the inputs' shape. */
  readonly noiseShape?: readonly (number | null)[] | null;
}

/**
 * `inputs` with a share `rate` of elements set to 0 and the others scaled by 1 / (1 - rate), so that the expected sum stays. For training
 * only; the `Dropout` layer does nothing otherwise.
 *
 * `inputs` have any shape, the result the same; integers give float32.
 *
 * @throws ValueError for a rate outside [0, 1]; ShapeError for a noiseShape that does not broadcast.
 *
 * @example
 * random.dropout(ops.ones([6]), 0.5, { seed: 42 }); // [0, 2, 2, 0, 0, 2]
 */
export function dropout(inputs: TensorLike, rate: number, options: DropoutOptions = {}): Tensor {
  optionsOf("dropout", options);
  const x = floatInput("dropout", inputs, "inputs");
  numberInput("dropout", rate, "rate");
  if (!(rate >= 0 && rate <= 1)) throw new ValueError(`[dropout] rate must be from 0 to 1: received ${rate}`);
  if (rate === 0) return new Tensor(x);
  const keep = chance(drawKey("dropout", options.seed), maskShape(x, options.noiseShape), 1 - rate);
  if (rate === 1) return new Tensor(build.mul(x, 0));
  return new Tensor(build.select(keep, build.mul(x, 1 / (1 - rate)), 0));
}

function maskShape(x: Value, noiseShape: readonly (number | null)[] | null | undefined): Shape {
  if (noiseShape === undefined || noiseShape === null) return x.shape;
  const rank = x.shape.length;
  const fits =
    noiseShape.length <= rank &&
    noiseShape.every(
      (dim, i) =>
        dim === null || dim === 1 || dim === x.shape[rank - noiseShape.length + i] || Number.isNaN(x.shape[rank - noiseShape.length + i]),
    );
  if (!fits) throw new ShapeError(`[dropout] noiseShape [${noiseShape.join(",")}] does not broadcast to ${formatAval(x)}`);
  return noiseShape.map((dim, i) => dim ?? (x.shape[rank - noiseShape.length + i] as number));
}

/** A random order of 0 … n - 1, int32. Draws of equal bits (rare below some 10^4 elements) keep their order. */
function randomOrder(key: Value, n: number): Value {
  return build.argsort(build.randomBits(key, [n]), 0);
}

/**
 * `x` with the slices along `axis` (default 0) in random order; shape and dtype stay, so [n, …] gives [n, ...].
 *
 * @example
 * random.shuffle(tensor([[1, 2], [3, 4], [5, 6]]), { seed: 42 }); // [[3, 4], [5, 6], [1, 2]]
 */
export function shuffle(x: TensorLike, options: { readonly axis?: number; readonly seed?: Seed } = {}): Tensor {
  optionsOf("shuffle", options);
  const value = input("shuffle", x);
  const axis = axisOf("shuffle", options.axis ?? 0, value);
  return new Tensor(build.gather(value, randomOrder(drawKey("shuffle", options.seed), value.shape[axis] as number), axis));
}

/**
 * The numbers 0 … n - 1 in random order: int32 [n].
 *
 * @example
 * random.permutation(5, { seed: 42 }); // [1, 2, 0, 3, 4]
 */
export function permutation(n: number, options: { readonly seed?: Seed } = {}): Tensor {
  optionsOf("permutation", options);
  return new Tensor(randomOrder(drawKey("permutation", options.seed), integerInput("permutation", n, "n", 0)));
}
