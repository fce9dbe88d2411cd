/** Gamma, beta and binomial numbers: made by rejection or by counting, so not those of other frameworks. */
import { isFloating } from "../dtypes/dtype.ts";
import { optionsOf } from "../options.ts";
import { DTypeError } from "../errors.ts";
import { bind } from "../graph/bind.ts";
import type { Graph } from "../graph/graph.ts";
import type { Shape, Value } from "../graph/value.ts";
import * as build from "../primitives/build.ts";
import { shareCaptures, traceBody } from "../ops/control/bodies.ts";
import { takeAlong } from "../ops/indexing/take.ts";
import { dtypeOption, input, shapeInput } from "../ops/support/input.ts";
import { renamed } from "../renamed.ts";
import { isTensorBase } from "../tensor/base.ts";
import type { TensorLike } from "../tensor/create.ts";
import { Tensor } from "../tensor/tensor.ts";
import { inverseErf } from "./bits.ts";
import { drawKey, type Seed } from "./generator.ts";
import type { RandomOptions } from "./distributions.ts";

/** Proposals drawn for each number: that none of them is accepted has a probability below 1e-15. */
const proposals = 12;

/** Uniform numbers in (0, 1) from bits. */
function openUniform(bits: Value): Value {
  const high = build.binary("shr", bits, build.constant(9, "uint32"));
  return build.mul(build.add(build.cast(high, "float32"), 0.5), 2 ** -23);
}

function part(x: Value, i: number): Value {
  const rest = x.shape.slice(1);
  return build.reshape(build.slice(x, [i, ...rest.map(() => 0)], [i + 1, ...rest]), rest);
}

/** A parameter as float32 that broadcasts to `shape`. */
function parameter(op: string, x: TensorLike, shape: Shape, name: string): Value {
  const value = isTensorBase(x) ? x.value : input(op, x, name, "float32");
  try {
    return build.broadcast(build.cast(value, "float32"), shape);
  } catch (error) {
    throw renamed(error, op);
  }
}

/** Gamma numbers of scale 1 by Marsaglia and Tsang's method (2000), float32. */
function gammaOf(key: Value, shape: Shape, alpha: Value): Value {
  const bits = build.randomBits(key, [3, proposals, ...shape]);
  const small = build.lt(alpha, 1);
  const raised = build.select(small, build.add(alpha, 1), alpha);
  const d = build.sub(raised, 1 / 3);
  const c = build.rsqrt(build.mul(d, 9));
  const x = build.mul(inverseErf(build.sub(build.mul(openUniform(part(bits, 0)), 2), 1)), Math.SQRT2);
  const root = build.add(build.mul(x, c), 1);
  const v = build.mul(build.mul(root, root), root);
  const positive = build.lt(build.constant(0, "float32"), v);
  const safe = build.select(positive, v, 1);
  const bound = build.add(build.mul(build.mul(x, x), 0.5), build.mul(d, build.add(build.sub(1, v), build.log(safe))));
  const accepted = build.and(positive, build.lt(build.log(openUniform(part(bits, 1))), bound));
  const first = build.argreduce("max", build.cast(accepted, "int32"), 0);
  const chosen = build.reshape(takeAlong(v, build.reshape(first, [1, ...shape]), 0), shape);
  const result = build.mul(d, chosen);
  const boost = build.pow(openUniform(part(part(bits, 2), 0)), build.div(1, alpha));
  return build.select(small, build.mul(result, boost), result);
}

/**
 * Gamma numbers of the given `shape`, such as [2, 3], of shape parameter `alpha` (a number, or a tensor that broadcasts to it) and scale
 * 1. (Marsaglia and Tsang 2000)
 *
 * @throws DTypeError for a dtype that is not floating; ShapeError when `alpha` does not broadcast to `shape`.
 *
 * @example
 * random.gamma([2, 3], 2, { seed: 7 }).shape; // [2, 3]
 */
export function gamma(shape: Shape, alpha: TensorLike, options: RandomOptions = {}): Tensor {
  optionsOf("gamma", options);
  const dims = shapeInput("gamma", shape);
  const dtype = floatingOption("gamma", options);
  return new Tensor(build.cast(gammaOf(drawKey("gamma", options.seed), dims, parameter("gamma", alpha, dims, "alpha")), dtype));
}

function floatingOption(op: string, options: { readonly dtype?: RandomOptions["dtype"] }): Value["dtype"] {
  const dtype = dtypeOption(op, options.dtype, "float32");
  if (!isFloating(dtype)) throw new DTypeError(`[${op}] dtype must be floating: received ${dtype}`);
  return dtype;
}

/**
 * Beta numbers of the given `shape`, from 0 to 1, of parameters `alpha` and `beta` (numbers, or tensors that broadcast to it).
 *
 * @throws DTypeError for a dtype that is not floating; ShapeError when a parameter does not broadcast to `shape`.
 *
 * @example
 * random.beta([2, 3], 2, 5, { seed: 7 }).shape; // [2, 3]
 */
export function beta(shape: Shape, alpha: TensorLike, betaParameter: TensorLike, options: RandomOptions = {}): Tensor {
  optionsOf("beta", options);
  const dims = shapeInput("beta", shape);
  const dtype = floatingOption("beta", options);
  const pair = build.concat(
    [parameter("beta", alpha, dims, "alpha"), parameter("beta", betaParameter, dims, "beta")].map((value) =>
      build.reshape(value, [1, ...dims]),
    ),
    0,
  );
  const both = gammaOf(drawKey("beta", options.seed), [2, ...dims], pair);
  const [a, b] = [part(both, 0), part(both, 1)];
  return new Tensor(build.cast(build.div(a, build.add(a, b)), dtype));
}

/**
 * How many of `counts` trials succeed, each with probability `probabilities` (numbers, or tensors that broadcast to the given shape). Successes are found one by one, so the time rises with the largest counts · probability.
 *
 * @example
 * random.binomial([3], 10, [0, 0.5, 1], { seed: 7 }); // [0, 4, 10]
 */
export function binomial(
  shape: Shape,
  counts: TensorLike,
  probabilities: TensorLike,
  options: { readonly seed?: Seed; readonly dtype?: RandomOptions["dtype"] } = {},
): Tensor {
  optionsOf("binomial", options);
  const dims = shapeInput("binomial", shape);
  const dtype = dtypeOption("binomial", options.dtype, "float32");
  const n = parameter("binomial", counts, dims, "counts");
  const p = parameter("binomial", probabilities, dims, "probabilities");
  // The rarer outcome is counted.
  const mirrored = build.lt(build.constant(0.5, "float32"), p);
  const rare = build.select(mirrored, build.sub(1, p), p);
  const gapScale = build.div(1, build.unary("log1p", build.neg(build.maximum(rare, 1e-30))));
  // A key of its own, from which each round takes another.
  const own = build.randomBits(drawKey("binomial", options.seed), [2]);
  const round = build.eq(build.iota([2], 0), 0);
  const carry = [build.full(dims, -1, "float32"), build.full(dims, 0, "float32"), build.constant(0, "uint32")];
  const axes = dims.map((_, axis) => axis);
  const test = traceBody("binomial", carry, ([, position]) => new Tensor(build.reduce("max", build.le(position as Value, n), axes)));
  const body = traceBody("binomial", carry, ([found, position, i]) => {
    const key = build.add(own, build.select(round, i as Value, build.constant(0, "uint32")));
    const gap = build.unary("ceil", build.mul(build.log(openUniform(build.randomBits(key, dims))), gapScale));
    const going = build.le(position as Value, n);
    return [
      build.select(going, build.add(found as Value, 1), found as Value),
      build.select(going, build.add(position as Value, build.maximum(gap, 1)), position as Value),
      build.add(i as Value, 1),
    ].map((value) => new Tensor(value));
  });
  const { graphs, captures } = shareCaptures([test, body], [carry.length, carry.length]);
  const [testGraph, bodyGraph] = graphs as [Graph, Graph];
  const result = bind("while", [...carry, ...captures], { test: testGraph, body: bodyGraph, carry: carry.length, maxIterations: null });
  const successes = result[0] as Value;
  const none = build.le(rare, 0);
  const counted = build.select(none, 0, successes);
  return new Tensor(build.cast(build.select(mirrored, build.sub(n, counted), counted), dtype));
}
