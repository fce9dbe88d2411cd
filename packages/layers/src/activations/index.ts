import { ops } from "@neurite/core";

export { exponential, gelu, linear, mish, relu, type ActivationOp, type GeluOptions, type ReluOptions } from "./functions.ts";
export { getActivation, serializeActivation, type ActivationLike } from "./activation-field.ts";
export { activations, type ActivationFunction, type ActivationName } from "./table.ts";

export const celu: typeof ops.celu = ops.celu;
export const elu: typeof ops.elu = ops.elu;
export const glu: typeof ops.glu = ops.glu;
export const hardShrink: typeof ops.hardShrink = ops.hardShrink;
export const hardSigmoid: typeof ops.hardSigmoid = ops.hardSigmoid;
export const hardSilu: typeof ops.hardSilu = ops.hardSilu;
export const hardTanh: typeof ops.hardTanh = ops.hardTanh;
export const leakyRelu: typeof ops.leakyRelu = ops.leakyRelu;
export const logSigmoid: typeof ops.logSigmoid = ops.logSigmoid;
export const logSoftmax: typeof ops.logSoftmax = ops.logSoftmax;
export const relu6: typeof ops.relu6 = ops.relu6;
export const selu: typeof ops.selu = ops.selu;
export const sigmoid: typeof ops.sigmoid = ops.sigmoid;
export const silu: typeof ops.silu = ops.silu;
export const softShrink: typeof ops.softShrink = ops.softShrink;
export const softmax: typeof ops.softmax = ops.softmax;
export const softplus: typeof ops.softplus = ops.softplus;
export const softsign: typeof ops.softsign = ops.softsign;
export const sparsePlus: typeof ops.sparsePlus = ops.sparsePlus;
export const sparseSigmoid: typeof ops.sparseSigmoid = ops.sparseSigmoid;
export const sparsemax: typeof ops.sparsemax = ops.sparsemax;
export const squareplus: typeof ops.squareplus = ops.squareplus;
export const tanh: typeof ops.tanh = ops.tanh;
export const tanhShrink: typeof ops.tanhShrink = ops.tanhShrink;
export const threshold: typeof ops.threshold = ops.threshold;
/** Another name of {@link silu}. */
export const swish: typeof ops.silu = ops.silu;
/** Another name of {@link hardSilu}. */
export const hardSwish: typeof ops.hardSilu = ops.hardSilu;
