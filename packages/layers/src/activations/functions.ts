/** The activations that differ from the op of the same name, by their defaults or because there is no such op. */
import { defineOp, ops, type SymbolicTensor, type Tensor, type TensorLike } from "@neurite/core";

/** What every activation can be called with: tensors give a tensor, symbolic tensors a symbolic one. */
export interface ActivationOp<O = Record<never, never>> {
  (x: SymbolicTensor, options?: O): SymbolicTensor;
  (x: TensorLike, options?: O): Tensor;
}

/** Options of {@link relu}. */
export interface ReluOptions {
  /** Slope below the threshold. Default 0. */
  readonly negativeSlope?: number;
  /** Values above it become it. Default null: none. */
  readonly maxValue?: number | null;
  /** Values up to it are damped. Default 0. */
  readonly threshold?: number;
}

/**
 * `max(x, 0)`; with options a leaky, capped or shifted one.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * relu(tensor([-1, 2])); // [0, 2]
 */
export const relu: ActivationOp<ReluOptions> = defineOp("relu", ["x"], ((x: TensorLike, options: ReluOptions = {}) => {
  const { negativeSlope = 0, maxValue = null, threshold = 0 } = options;
  if (negativeSlope === 0 && threshold === 0) {
    if (maxValue === null) return ops.relu(x);
    return maxValue === 6 ? ops.relu6(x) : ops.clip(x, 0, maxValue);
  }
  const above = maxValue === null ? x : ops.minimum(x, maxValue);
  return ops.where(ops.greater(x, threshold), above, ops.multiply(ops.subtract(x, threshold), negativeSlope));
}) as ActivationOp<ReluOptions>);

/**
 * `x` itself.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * linear(tensor([-1, 2])); // [-1, 2]
 */
export const linear: ActivationOp = ((x: SymbolicTensor | TensorLike) => x) as ActivationOp;
Object.defineProperty(linear, "name", { value: "linear" });

/**
 * `exp(x)`.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * exponential(tensor([0, 1])); // [1, 2.7183]
 */
export const exponential: ActivationOp = defineOp("exponential", ["x"], ((x: TensorLike) => ops.exp(x)) as ActivationOp);

/** Options of {@link gelu}. */
export interface GeluOptions {
  /** The formula with tanh instead of erf. Default false. */
  readonly approximate?: boolean;
}

/**
 * `x · Φ(x)`, Φ the normal distribution function. (Hendrycks & Gimpel, 2016, https://arxiv.org/abs/1606.08415)
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * gelu(tensor([-1, 2])); // [-0.15866, 1.9545]
 */
export const gelu: ActivationOp<GeluOptions> = defineOp("gelu", ["x"], ((x: TensorLike, options: GeluOptions = {}) =>
  ops.gelu(x, { approximate: options.approximate ?? false })) as ActivationOp<GeluOptions>);

/**
 * `x · tanh(softplus(x))`. (Misra, 2019, https://arxiv.org/abs/1908.08681)
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * mish(tensor([-1, 2])); // [-0.3034, 1.944]
 */
export const mish: ActivationOp = defineOp("mish", ["x"], ((x: TensorLike) => ops.multiply(x, ops.tanh(ops.softplus(x)))) as ActivationOp);
