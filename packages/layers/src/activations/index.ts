import { ops } from "@neurite/core";

export { exponential, gelu, linear, mish, relu, type ActivationOp, type GeluOptions, type ReluOptions } from "./functions.ts";
export { getActivation, serializeActivation, type ActivationLike } from "./activation-field.ts";
export { activations, type ActivationFunction, type ActivationName } from "./table.ts";

/**
 * Continuously differentiable exponential linear unit: {@link ops.celu}.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * celu(tensor([-1, 2])); // [-0.63212, 2]
 */
export const celu: typeof ops.celu = ops.celu;
/**
 * Exponential linear unit: {@link ops.elu}.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * elu(tensor([-1, 2])); // [-0.63212, 2]
 */
export const elu: typeof ops.elu = ops.elu;
/**
 * Gated linear unit: one half times the sigmoid of the other: {@link ops.glu}.
 *
 * [..., 2 · n] gives [..., n].
 *
 * @example
 * glu(tensor([1, 2, 0, 0])); // [0.5, 1]
 */
export const glu: typeof ops.glu = ops.glu;
/**
 * Zero near zero, else the value: {@link ops.hardShrink}.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * hardShrink(tensor([-1, 0.3])); // [-1, 0]
 */
export const hardShrink: typeof ops.hardShrink = ops.hardShrink;
/**
 * Piecewise linear sigmoid: {@link ops.hardSigmoid}.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * hardSigmoid(tensor([-4, 0, 1.5])); // [0, 0.5, 0.75]
 */
export const hardSigmoid: typeof ops.hardSigmoid = ops.hardSigmoid;
/**
 * Value times its hard sigmoid: {@link ops.hardSilu}.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * hardSilu(tensor([-4, 1.5])); // [0, 1.125]
 */
export const hardSilu: typeof ops.hardSilu = ops.hardSilu;
/**
 * The value, clipped to -1…1: {@link ops.hardTanh}.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * hardTanh(tensor([-4, 0.5])); // [-1, 0.5]
 */
export const hardTanh: typeof ops.hardTanh = ops.hardTanh;
/**
 * Negative values scaled down, others as they are: {@link ops.leakyRelu}.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * leakyRelu(tensor([-1, 2])); // [-0.2, 2]
 */
export const leakyRelu: typeof ops.leakyRelu = ops.leakyRelu;
/**
 * Logarithm of the sigmoid: {@link ops.logSigmoid}.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * logSigmoid(tensor([0, 2])); // [-0.69315, -0.12693]
 */
export const logSigmoid: typeof ops.logSigmoid = ops.logSigmoid;
/**
 * Logarithm of the softmax: {@link ops.logSoftmax}.
 *
 * `x` has any shape, the result the same; the axis is the last one of [..., classes] by default.
 *
 * @example
 * logSoftmax(tensor([0, 1])); // [-1.3133, -0.31326]
 */
export const logSoftmax: typeof ops.logSoftmax = ops.logSoftmax;
/**
 * The value, clipped to 0…6: {@link ops.relu6}.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * relu6(tensor([-1, 2, 8])); // [0, 2, 6]
 */
export const relu6: typeof ops.relu6 = ops.relu6;
/**
 * Scaled exponential linear unit: {@link ops.selu}.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * selu(tensor([-1, 2])); // [-1.1113, 2.1014]
 */
export const selu: typeof ops.selu = ops.selu;
/**
 * `1 / (1 + exp(-x))`: {@link ops.sigmoid}.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * sigmoid(tensor([0, 2])); // [0.5, 0.8808]
 */
export const sigmoid: typeof ops.sigmoid = ops.sigmoid;
/**
 * Value times its sigmoid: {@link ops.silu}.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * silu(tensor([-1, 2])); // [-0.26894, 1.7616]
 */
export const silu: typeof ops.silu = ops.silu;
/**
 * Zero near zero, else the value moved toward it: {@link ops.softShrink}.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * softShrink(tensor([-1, 0.3])); // [-0.5, 0]
 */
export const softShrink: typeof ops.softShrink = ops.softShrink;
/**
 * Values that sum to 1 along an axis: {@link ops.softmax}.
 *
 * `x` has any shape, the result the same; the axis is the last one of [..., classes] by default.
 *
 * @example
 * softmax(tensor([0, 1])); // [0.26894, 0.73106]
 */
export const softmax: typeof ops.softmax = ops.softmax;
/**
 * `log(1 + exp(x))`: {@link ops.softplus}.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * softplus(tensor([0, 2])); // [0.69315, 2.1269]
 */
export const softplus: typeof ops.softplus = ops.softplus;
/**
 * `x / (1 + |x|)`: {@link ops.softsign}.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * softsign(tensor([-1, 3])); // [-0.5, 0.75]
 */
export const softsign: typeof ops.softsign = ops.softsign;
/**
 * Smooth ReLU that is exactly zero below -1: {@link ops.sparsePlus}.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * sparsePlus(tensor([-2, 0, 2])); // [0, 0.25, 2]
 */
export const sparsePlus: typeof ops.sparsePlus = ops.sparsePlus;
/**
 * Piecewise linear sigmoid from -1 to 1: {@link ops.sparseSigmoid}.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * sparseSigmoid(tensor([-2, 0, 0.5])); // [0, 0.5, 0.75]
 */
export const sparseSigmoid: typeof ops.sparseSigmoid = ops.sparseSigmoid;
/**
 * Softmax that gives zeros: {@link ops.sparsemax}.
 *
 * `x` has any shape, the result the same; the axis is the last one of [..., classes] by default.
 *
 * @example
 * sparsemax(tensor([1, 2, 0])); // [0, 1, 0]
 */
export const sparsemax: typeof ops.sparsemax = ops.sparsemax;
/**
 * `(x + sqrt(x² + b)) / 2`: {@link ops.squareplus}.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * squareplus(tensor([0, 2])); // [1, 2.4142]
 */
export const squareplus: typeof ops.squareplus = ops.squareplus;
/**
 * Hyperbolic tangent: {@link ops.tanh}.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * tanh(tensor([0, 1])); // [0, 0.76159]
 */
export const tanh: typeof ops.tanh = ops.tanh;
/**
 * `x - tanh(x)`: {@link ops.tanhShrink}.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * tanhShrink(tensor([0, 2])); // [0, 1.036]
 */
export const tanhShrink: typeof ops.tanhShrink = ops.tanhShrink;
/**
 * The value where it exceeds a threshold, else a default: {@link ops.threshold}.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * threshold(tensor([0.5, 2]), 1, 0); // [0, 2]
 */
export const threshold: typeof ops.threshold = ops.threshold;
/**
 * Another name of {@link silu}.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * swish(tensor([-1, 2])); // [-0.26894, 1.7616]
 */
export const swish: typeof ops.silu = ops.silu;
/**
 * Another name of {@link hardSilu}.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * hardSwish(tensor([-4, 1.5])); // [0, 1.125]
 */
export const hardSwish: typeof ops.hardSilu = ops.hardSilu;
