export {
  celu,
  elu,
  gelu,
  hardShrink,
  hardSigmoid,
  hardSilu,
  hardSwish,
  hardTanh,
  leakyRelu,
  logSigmoid,
  relu,
  relu6,
  selu,
  sigmoid,
  silu,
  softplus,
  softShrink,
  softsign,
  sparsePlus,
  sparseSigmoid,
  squareplus,
  swish,
  tanhShrink,
} from "./activations.ts";
export { type EncodingOptions, multiHot, type MultiHotOp, type MultiHotOptions, oneHot, type OneHotOp } from "./encoding.ts";
export { logSoftmax, softmax, type SoftmaxOptions } from "./softmax.ts";
export { type AttentionOptions, dotProductAttention } from "./attention.ts";
export { conv, type ConvOptions, convTranspose, type ConvTransposeOptions, depthwiseConv, separableConv } from "./conv.ts";
export { binaryCrossentropy, categoricalCrossentropy, type CrossentropyOptions, sparseCategoricalCrossentropy } from "./crossentropy.ts";
export {
  batchNormalization,
  type BatchNormalizationOptions,
  layerNormalization,
  type LayerNormalizationOptions,
  moments,
  normalize,
  type NormalizeOptions,
  rmsNormalization,
  type RmsNormalizationOptions,
} from "./normalization.ts";
export { adaptiveAveragePool, adaptiveMaxPool, averagePool, maxPool, type PoolOptions } from "./pool.ts";
export type { DataFormat, Padding } from "./windows.ts";
export { type BlockOptions, depthToSpace, fold, psnr, spaceToDepth, unfold, type UnfoldOptions } from "./blocks.ts";
export { glu, sparsemax } from "./gating.ts";
export { ctcDecode, type CtcDecodeOptions, ctcLoss } from "./ctc.ts";
