import { ops, type Tensor } from "@neurite/core";
import { exponential, gelu, linear, mish, relu } from "./functions.ts";

/** From what a layer computed to what it gives, of the same shape. */
export type ActivationFunction = (x: Tensor) => Tensor;

/** String identifiers of the activations, as Keras spells them. */
export type ActivationName =
  | "celu" | "elu" | "exponential" | "gelu" | "glu" | "hard_shrink" | "hard_sigmoid" | "hard_silu" | "hard_swish" | "hard_tanh"
  | "leaky_relu" | "linear" | "log_sigmoid" | "log_softmax" | "mish" | "relu" | "relu6" | "selu" | "sigmoid" | "silu" | "soft_shrink"
  | "softmax" | "softplus" | "softsign" | "sparse_plus" | "sparse_sigmoid" | "sparsemax" | "squareplus" | "swish" | "tanh" | "tanh_shrink"; // prettier-ignore

/** Activation functions by identifier. */
export const activations: Readonly<Record<ActivationName, ActivationFunction>> = {
  celu: ops.celu,
  elu: ops.elu,
  exponential,
  gelu,
  glu: ops.glu,
  hard_shrink: ops.hardShrink,
  hard_sigmoid: ops.hardSigmoid,
  hard_silu: ops.hardSilu,
  hard_swish: ops.hardSilu,
  hard_tanh: ops.hardTanh,
  leaky_relu: ops.leakyRelu,
  linear,
  log_sigmoid: ops.logSigmoid,
  log_softmax: ops.logSoftmax,
  mish,
  relu,
  relu6: ops.relu6,
  selu: ops.selu,
  sigmoid: ops.sigmoid,
  silu: ops.silu,
  soft_shrink: ops.softShrink,
  softmax: ops.softmax,
  softplus: ops.softplus,
  softsign: ops.softsign,
  sparse_plus: ops.sparsePlus,
  sparse_sigmoid: ops.sparseSigmoid,
  sparsemax: ops.sparsemax,
  squareplus: ops.squareplus,
  swish: ops.silu,
  tanh: ops.tanh,
  tanh_shrink: ops.tanhShrink,
};
