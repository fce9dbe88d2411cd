/** Activation functions. Integers give float32 where they cannot stay integers; derivatives at kinks are TensorFlow's. */
import { isComplex, isInteger, isUnsigned } from "../../dtypes/dtype.ts";
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import type { TensorLike } from "../../tensor/create.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { negatedSize } from "../elementwise/exponential.ts";
import { complementaryErf } from "../elementwise/special.ts";
import { floatOp, realFloatOp, type UnaryOp } from "../elementwise/factories.ts";
import { composite, pullback } from "../composite.ts";
import { input, numberInput, realFloatInput } from "../support/input.ts";
import { op, type Op } from "../support/op.ts";

/** An op that keeps integers integers. */
/* @__NO_SIDE_EFFECTS__ */
function rectifier(name: string, body: (x: Value) => Value): UnaryOp {
  return op(name, ["x"], (x: TensorLike) => {
    const value = input(name, x);
    return new Tensor(body(isInteger(value.dtype) ? value : realFloatInput(name, x)));
  });
}

/** `max(0, x)`. Its gradient is told by the result alone, and is 0 at 0. */
const reluOf: (x: Value) => Value = composite(
  "relu",
  (x) => build.maximum(x, 0),
  pullback((ct, _, y) => build.select(build.lt(build.constant(0, y.dtype), y), ct, 0)),
);

/** `x` limited to [0, most]. Its gradient is told by the result alone, and is 0 at both kinks. */
/* @__NO_SIDE_EFFECTS__ */
function limited(name: string, most: number): (x: Value) => Value {
  return composite(
    name,
    (x) => build.minimum(build.maximum(x, 0), most),
    pullback((ct, _, y) => build.select(build.and(build.lt(build.constant(0, y.dtype), y), build.lt(y, most)), ct, 0)),
  );
}

const limitedToUnit: (x: Value) => Value = limited("limited_to_unit", 1);

/** 1 / (1 + exp(-x)). Its gradient is told by the result alone. */
export const sigmoidOf: (x: Value) => Value = composite(
  "sigmoid",
  (x) => {
    if (!isComplex(x.dtype)) return build.div(1, build.add(build.exp(build.neg(x)), 1));
    // Infinite complex numbers have no quotient, so the exponential must not overflow.
    const isLeft = build.lt(build.real(x), 0);
    const small = build.exp(build.select(isLeft, x, build.neg(x)));
    return build.div(build.select(isLeft, small, 1), build.add(small, 1));
  },
  pullback((ct, _, y) => build.mul(ct, build.conj(build.mul(y, build.sub(1, y))))),
);

/** log(1 + exp(x)), without overflow. */
export function softplusOf(x: Value): Value {
  const positive = build.select(build.lt(x, 0), 0, x);
  return build.add(positive, build.unary("log1p", build.exp(negatedSize(x))));
}

/**
 * The rectified linear unit, `max(0, x)`. Its gradient at 0 is 0.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * ops.relu(tensor([-1, 2])); // [0, 2]
 */
export const relu: UnaryOp = rectifier("relu", reluOf);

/**
 * `min(max(0, x), 6)`.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * ops.relu6(tensor([-1, 2, 8])); // [0, 2, 6]
 */
export const relu6: UnaryOp = rectifier("relu6", limited("relu6", 6));

/**
 * The logistic function `1 / (1 + exp(-x))`, from 0 to 1.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * ops.sigmoid(tensor([0, 2])); // [0.5, 0.8808]
 */
export const sigmoid: UnaryOp = floatOp("sigmoid", sigmoidOf);

/**
 * `log(sigmoid(x))`, without underflow.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * ops.logSigmoid(tensor([0, 2])); // [-0.69315, -0.12693]
 */
export const logSigmoid: UnaryOp = realFloatOp("log_sigmoid", (x) => build.neg(softplusOf(build.neg(x))));

/**
 * `x · sigmoid(x)`, also called swish (Elfwing et al. 2017).
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * ops.silu(tensor([-1, 2])); // [-0.26894, 1.7616]
 */
export const silu: UnaryOp = floatOp("silu", (x) => build.mul(x, sigmoidOf(x)));

/**
 * {@link silu}.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * ops.swish(tensor([-1, 2])); // [-0.26894, 1.7616]
 */
export const swish: UnaryOp = floatOp("silu", (x) => build.mul(x, sigmoidOf(x)));

/**
 * `log(1 + exp(x))`, a smooth relu.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * ops.softplus(tensor([0, 2])); // [0.69315, 2.1269]
 */
export const softplus: UnaryOp = realFloatOp("softplus", softplusOf);

/**
 * `x / (|x| + 1)`.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * ops.softsign(tensor([-1, 3])); // [-0.5, 0.75]
 */
export const softsign: UnaryOp = realFloatOp(
  "softsign",
  composite(
    "softsign",
    (x) => build.div(x, build.add(build.abs(x), 1)),
    pullback((ct, x) => {
      const size = build.add(build.abs(x), 1);
      return build.div(ct, build.mul(size, size));
    }),
  ),
);

/** An activation with one number that shapes it. */
/* @__NO_SIDE_EFFECTS__ */
function shapedOp<K extends string>(
  name: string,
  option: K,
  fallback: number,
  body: (x: Value, amount: number) => Value,
  takesIntegers = false,
): Op<[x: TensorLike, options?: { readonly [P in K]?: number }]> {
  return op(name, ["x"], (x: TensorLike, options: { readonly [P in K]?: number } = {}) => {
    const amount = numberInput(name, options[option] ?? fallback, option);
    const given = input(name, x);
    const stays = takesIntegers && isInteger(given.dtype) && Number.isInteger(amount);
    return new Tensor(body(stays ? given : realFloatInput(name, x), amount));
  });
}

/**
 * `x` above 0, `negativeSlope · x` (default 0.2) at 0 and below.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * ops.leakyRelu(tensor([-1, 2])); // [-0.2, 2]
 */
export const leakyRelu: Op<[x: TensorLike, options?: { readonly negativeSlope?: number }]> = shapedOp(
  "leaky_relu",
  "negativeSlope",
  0.2,
  (x, slope) => build.select(build.lt(build.constant(0, x.dtype), x), x, build.mul(x, slope)),
);

/** scale · (exp(x) - 1) below 0, `x` from 0 on. */
function exponentialUnit(x: Value, scale: number): Value {
  return build.select(build.lt(x, 0), build.mul(build.unary("expm1", build.minimum(x, 0)), scale), x);
}

/**
 * The exponential linear unit: `x` from 0 on, `alpha · (exp(x) - 1)` below. `alpha`: default 1. (Clevert et al. 2015)
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * ops.elu(tensor([-1, 2])); // [-0.63212, 2]
 */
export const elu: Op<[x: TensorLike, options?: { readonly alpha?: number }]> = shapedOp("elu", "alpha", 1, (x, alpha) =>
  // As in Keras, the gradient at 0 is that from below.
  build.select(build.lt(build.constant(0, x.dtype), x), x, build.mul(build.unary("expm1", build.minimum(x, 0)), alpha)),
);

/**
 * The continuously differentiable elu: `x` from 0 on, `alpha · (exp(x / alpha) - 1)` below. `alpha`: default 1. (Barron 2017)
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * ops.celu(tensor([-1, 2])); // [-0.63212, 2]
 */
export const celu: Op<[x: TensorLike, options?: { readonly alpha?: number }]> = shapedOp("celu", "alpha", 1, (x, alpha) =>
  // A sum of two ramps, as in Keras: at 0 both pass the gradient.
  build.add(build.maximum(x, 0), build.mul(build.unary("expm1", build.div(build.minimum(x, 0), alpha)), alpha)),
);

const seluAlpha = 1.6732632423543772;
const seluScale = 1.0507009873554805;

/**
 * The self-normalizing elu: 1.0507 · elu(x) with alpha 1.6733. (Klambauer et al. 2017)
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * ops.selu(tensor([-1, 2])); // [-1.1113, 2.1014]
 */
export const selu: UnaryOp = realFloatOp("selu", (x) => build.mul(exponentialUnit(x, seluAlpha), seluScale));

/**
 * x · Φ(x), with Φ the normal distribution function. (Hendrycks and Gimpel 2016)
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * ops.gelu(tensor([-1, 2])); // [-0.15881, 1.9546]
 */
export const gelu: Op<[x: TensorLike, options?: { readonly approximate?: boolean }]> = op(
  "gelu",
  ["x"],
  (x: TensorLike, options: { readonly approximate?: boolean } = {}) => {
    const value = realFloatInput("gelu", x);
    const half = build.mul(value, 0.5);
    if (options.approximate === false) {
      const scaled = build.mul(value, Math.SQRT1_2);
      // Where 1 + erf is small, it is erfc of the opposite.
      return new Tensor(build.mul(half, value.dtype === "float64" ? complementaryErf(build.neg(scaled)) : build.add(build.erf(scaled), 1)));
    }
    const cubed = build.mul(build.mul(value, value), value);
    const inside = build.mul(build.add(value, build.mul(cubed, 0.044715)), Math.sqrt(2 / Math.PI));
    return new Tensor(build.mul(half, build.add(build.tanh(inside), 1)));
  },
);

/** x / 6 + 1/2, limited to [0, 1]. */
const hardSigmoidOf = (x: Value): Value => limitedToUnit(build.add(build.div(x, 6), 0.5));

/**
 * A piecewise linear sigmoid: `x / 6 + 1/2` limited to [0, 1].
 *
 * @example
 * ops.hardSigmoid(tensor([-4, 0, 1.5])); // [0, 0.5, 0.75]
 */
export const hardSigmoid: UnaryOp = realFloatOp("hard_sigmoid", hardSigmoidOf);

/**
 * `x · hardSigmoid(x)`. (Howard et al. 2019)
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * ops.hardSilu(tensor([-4, 1.5])); // [0, 1.125]
 */
export const hardSilu: UnaryOp = realFloatOp("hard_silu", (x) => build.mul(x, hardSigmoidOf(x)));

/**
 * {@link hardSilu}.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * ops.hardSwish(tensor([-4, 1.5])); // [0, 1.125]
 */
export const hardSwish: UnaryOp = realFloatOp("hard_silu", (x) => build.mul(x, hardSigmoidOf(x)));

/**
 * `x` limited to [-1, 1].
 *
 * @example
 * ops.hardTanh(tensor([-4, 0.5])); // [-1, 0.5]
 */
export const hardTanh: UnaryOp = realFloatOp("hard_tanh", (x) => build.minimum(build.maximum(x, -1), 1));

/**
 * `x` where it is beyond ±threshold (default 0.5), else 0. Integers stay integers where the threshold is one.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * ops.hardShrink(tensor([-1, 0.3])); // [-1, 0]
 */
export const hardShrink: Op<[x: TensorLike, options?: { readonly threshold?: number }]> = shapedOp(
  "hard_shrink",
  "threshold",
  0.5,
  (x, limit) => build.select(build.lt(build.constant(limit, x.dtype), build.abs(x)), x, 0),
  true,
);

/**
 * `x` moved toward 0 by the threshold (default 0.5); 0 within ±threshold. Integers stay integers where the threshold is one.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * ops.softShrink(tensor([-1, 0.3])); // [-0.5, 0]
 */
export const softShrink: Op<[x: TensorLike, options?: { readonly threshold?: number }]> = shapedOp(
  "soft_shrink",
  "threshold",
  0.5,
  (x, limit) =>
    build.select(
      build.lt(build.constant(limit, x.dtype), x),
      build.sub(x, limit),
      // No number without a sign is below another's opposite.
      isUnsigned(x.dtype) ? 0 : build.select(build.lt(x, -limit), build.add(x, limit), build.zerosLike(x)),
    ),
  true,
);

/**
 * `x - tanh(x)`.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * ops.tanhShrink(tensor([0, 2])); // [0, 1.036]
 */
export const tanhShrink: UnaryOp = floatOp("tanh_shrink", (x) => build.sub(x, build.tanh(x)));

/**
 * `(x + sqrt(x² + b)) / 2`, a relu without exponentials; `b`: default 4. (Barron 2021)
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * ops.squareplus(tensor([0, 2])); // [1, 2.4142]
 */
export const squareplus: Op<[x: TensorLike, options?: { readonly b?: number }]> = shapedOp("squareplus", "b", 4, (x, b) =>
  build.mul(build.add(x, build.sqrt(build.add(build.mul(x, x), b))), 0.5),
);

/**
 * 0 up to -1, `(x + 1)² / 4` up to 1, then `x`.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * ops.sparsePlus(tensor([-2, 0, 2])); // [0, 0.25, 2]
 */
export const sparsePlus: UnaryOp = realFloatOp("sparse_plus", (x) => {
  const raised = build.add(x, 1);
  const middle = build.mul(build.mul(raised, raised), 0.25);
  return build.select(build.le(x, -1), build.zerosLike(x), build.select(build.lt(x, 1), middle, x));
});

/**
 * `(x + 1) / 2` limited to [0, 1].
 *
 * @example
 * ops.sparseSigmoid(tensor([-2, 0, 0.5])); // [0, 0.5, 0.75]
 */
export const sparseSigmoid: UnaryOp = realFloatOp("sparse_sigmoid", (x) => {
  const linear = build.mul(build.add(x, 1), 0.5);
  return build.select(
    build.le(x, -1),
    build.zerosLike(x),
    build.select(build.le(build.constant(1, x.dtype), x), build.onesLike(x), linear),
  );
});
