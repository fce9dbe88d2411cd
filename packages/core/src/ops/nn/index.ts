export {
  celu, elu, gelu, hardShrink, hardSigmoid, hardSilu, hardSwish, hardTanh, leakyRelu, logSigmoid, relu, relu6, selu, sigmoid, silu,
  softplus, softShrink, softsign, sparsePlus, sparseSigmoid, squareplus, swish, tanhShrink,
} from "./activations.ts";
export { type EncodingOptions, multiHot, type MultiHotOptions, oneHot } from "./encoding.ts";
export { logSoftmax, softmax, type SoftmaxOptions } from "./softmax.ts";
