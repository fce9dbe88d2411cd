export * from "./activations/index.ts";
export * from "./constraints/index.ts";
export * from "./initializers/index.ts";
export * from "./regularizers/index.ts";

export { Activation } from "./core/activation.ts";
export { isTraining, withTraining } from "./core/call-context.ts";
export { Dense, type DenseOptions } from "./core/dense.ts";
export { DTypePolicyMap } from "./core/dtype-policy-map.ts";
export { DTypePolicy, type DTypePolicyName } from "./core/dtype-policy.ts";
export { EinsumDense, type EinsumDenseOptions } from "./core/einsum-dense.ts";
export { Embedding, type EmbeddingOptions } from "./core/embedding.ts";
export { layerField } from "./core/fields.ts";
export { IdentityLayer } from "./core/identity-layer.ts";
export { Input, InputLayer, type InputLayerOptions, type InputOptions, type InputTensorOptions } from "./core/input-layer.ts";
export { InputSpec, type InputSpecOptions, type InputSpecTree } from "./core/input-spec.ts";
export { Lambda, type LambdaFunction, type LambdaOptions } from "./core/lambda.ts";
export type { AddWeightOptions } from "./core/layer-options.ts";
export { isLayer, type SeedState } from "./core/layer-state.ts";
export { Layer, type CallOptions, type LayerOptions } from "./core/layer.ts";
export { type LoraOptions, LowRankUpdate } from "./core/low-rank.ts";
export { Masking, type MaskingOptions } from "./core/masking.ts";
export type { MaskTree } from "./core/masks.ts";
export { type DTypePolicyLike, getDTypePolicy, setDTypePolicy } from "./core/named-policy.ts";
export { rematScope, type RematScopeOptions } from "./core/remat-scope.ts";
export { ReversibleEmbedding, type ReversibleEmbeddingOptions } from "./core/reversible-embedding.ts";
export { graphShape, isShape, mapShapes, shapesOf, symbolicShape, type ShapeTree } from "./core/shapes.ts";
export type { DataFormat } from "./core/spatial-inputs.ts";

export { ELU, type ELUOptions } from "./activation-layers/elu.ts";
export { LeakyReLU, type LeakyReLUOptions } from "./activation-layers/leaky-re-lu.ts";
export { PReLU, type PReLUOptions } from "./activation-layers/p-re-lu.ts";
export { ReLU, type ReLUOptions } from "./activation-layers/re-lu.ts";
export { Softmax, type SoftmaxOptions } from "./activation-layers/softmax.ts";

export { AdditiveAttention } from "./attention/additive-attention.ts";
export { Attention, type AttentionOptions, type PlainAttentionCallOptions } from "./attention/attention.ts";
export { GroupQueryAttention } from "./attention/group-query-attention.ts";
export { MultiHeadAttention, type MultiHeadAttentionOptions } from "./attention/multi-head-attention.ts";
export { ProjectedAttention, type AttentionCallOptions, type ProjectedAttentionOptions } from "./attention/projected-attention.ts";

export { ConvTranspose, type ConvTransposeOptions } from "./convolutional/conv-transpose.ts";
export { Conv, type ConvOptions } from "./convolutional/conv.ts";
export { Conv1DTranspose } from "./convolutional/conv1d-transpose.ts";
export { Conv1D, type Conv1DOptions } from "./convolutional/conv1d.ts";
export { Conv2DTranspose } from "./convolutional/conv2d-transpose.ts";
export { Conv2D } from "./convolutional/conv2d.ts";
export { Conv3DTranspose } from "./convolutional/conv3d-transpose.ts";
export { Conv3D } from "./convolutional/conv3d.ts";
export { DepthwiseConv, type DepthwiseConvOptions } from "./convolutional/depthwise-conv.ts";
export { DepthwiseConv1D } from "./convolutional/depthwise-conv1d.ts";
export { DepthwiseConv2D } from "./convolutional/depthwise-conv2d.ts";
export { SeparableConv, type SeparableConvOptions } from "./convolutional/separable-conv.ts";
export { SeparableConv1D } from "./convolutional/separable-conv1d.ts";
export { SeparableConv2D } from "./convolutional/separable-conv2d.ts";

export { Add } from "./merging/add.ts";
export { Average } from "./merging/average.ts";
export { Concatenate, type ConcatenateOptions } from "./merging/concatenate.ts";
export { Dot, type DotOptions } from "./merging/dot.ts";
export * from "./merging/functions.ts";
export { Maximum } from "./merging/maximum.ts";
export { Merge } from "./merging/merge.ts";
export { Minimum } from "./merging/minimum.ts";
export { Multiply } from "./merging/multiply.ts";
export { Subtract } from "./merging/subtract.ts";

export { BatchNormalization, type BatchNormalizationOptions } from "./normalization/batch-normalization.ts";
export type { RenormClipping } from "./normalization/batch-renormalization.ts";
export { GroupNormalization, type GroupNormalizationOptions } from "./normalization/group-normalization.ts";
export { LayerNormalization, type LayerNormalizationOptions } from "./normalization/layer-normalization.ts";
export { RMSNormalization, type RMSNormalizationOptions } from "./normalization/rms-normalization.ts";
export { SpectralNormalization, type SpectralNormalizationOptions } from "./normalization/spectral-normalization.ts";
export { UnitNormalization, type UnitNormalizationOptions } from "./normalization/unit-normalization.ts";

export { AdaptiveAveragePooling1D } from "./pooling/adaptive-average-pooling1d.ts";
export { AdaptiveAveragePooling2D } from "./pooling/adaptive-average-pooling2d.ts";
export { AdaptiveAveragePooling3D } from "./pooling/adaptive-average-pooling3d.ts";
export { AdaptiveMaxPooling1D } from "./pooling/adaptive-max-pooling1d.ts";
export { AdaptiveMaxPooling2D } from "./pooling/adaptive-max-pooling2d.ts";
export { AdaptiveMaxPooling3D } from "./pooling/adaptive-max-pooling3d.ts";
export type { AdaptivePoolingOptions } from "./pooling/adaptive-pooling.ts";
export { AveragePooling1D } from "./pooling/average-pooling1d.ts";
export { AveragePooling2D } from "./pooling/average-pooling2d.ts";
export { AveragePooling3D } from "./pooling/average-pooling3d.ts";
export { GlobalAveragePooling1D } from "./pooling/global-average-pooling1d.ts";
export { GlobalAveragePooling2D } from "./pooling/global-average-pooling2d.ts";
export { GlobalAveragePooling3D } from "./pooling/global-average-pooling3d.ts";
export { GlobalMaxPooling1D } from "./pooling/global-max-pooling1d.ts";
export { GlobalMaxPooling2D } from "./pooling/global-max-pooling2d.ts";
export { GlobalMaxPooling3D } from "./pooling/global-max-pooling3d.ts";
export { GlobalPooling, type GlobalPoolingOptions } from "./pooling/global-pooling.ts";
export { MaxPooling1D, type MaxPooling1DOptions } from "./pooling/max-pooling1d.ts";
export { MaxPooling2D, type MaxPooling2DOptions } from "./pooling/max-pooling2d.ts";
export { MaxPooling3D, type MaxPooling3DOptions } from "./pooling/max-pooling3d.ts";
export { Pooling, type PoolingOptions } from "./pooling/pooling.ts";

export { MelSpectrogram, type MelSpectrogramOptions } from "./preprocessing/mel-spectrogram.ts";
export { Normalization, type NormalizationOptions } from "./preprocessing/normalization.ts";
export { Pipeline } from "./preprocessing/pipeline.ts";
export { Rescaling, type RescalingOptions } from "./preprocessing/rescaling.ts";
export { STFTSpectrogram, type STFTSpectrogramOptions } from "./preprocessing/stft-spectrogram.ts";

export { GroupedKernel } from "./quantization/grouped-kernel.ts";
export { QuantizedMatrix } from "./quantization/quantized-matrix.ts";
export {
  AWQDTypePolicy,
  GPTQDTypePolicy,
  GroupedDTypePolicy,
  Int4DTypePolicy,
  type QuantizationMode,
  QuantizedDTypePolicy,
  QuantizedFloat8DTypePolicy,
  type QuantizedPolicyName,
} from "./quantization/quantized-policy.ts";

export type { CellOptions, GatedCellOptions } from "./recurrent/cell-fields.ts";
export type { RecurrentCell, StateSize, States } from "./recurrent/cell.ts";
export { ConvLSTM, type ConvLSTMOptions } from "./recurrent/conv-lstm.ts";
export { ConvLSTM1D } from "./recurrent/conv-lstm1d.ts";
export { ConvLSTM2D } from "./recurrent/conv-lstm2d.ts";
export { ConvLSTM3D } from "./recurrent/conv-lstm3d.ts";
export { GRUCell, type GRUCellOptions } from "./recurrent/gru-cell.ts";
export { GRU, type GRUOptions } from "./recurrent/gru.ts";
export { LSTMCell, type LSTMCellOptions } from "./recurrent/lstm-cell.ts";
export { LSTM, type LSTMOptions } from "./recurrent/lstm.ts";
export { RecurrentLayer, type RecurrentCallOptions, type RecurrentOptions } from "./recurrent/recurrent-layer.ts";
export { RNN } from "./recurrent/rnn.ts";
export { SimpleRNNCell } from "./recurrent/simple-rnn-cell.ts";
export { SimpleRNN, type SimpleRNNOptions } from "./recurrent/simple-rnn.ts";
export { StackedRNNCells } from "./recurrent/stacked-rnn-cells.ts";

export { ActivityRegularization, type ActivityRegularizationOptions } from "./regularization/activity-regularization.ts";
export { AlphaDropout } from "./regularization/alpha-dropout.ts";
export { Dropout, type DropoutOptions } from "./regularization/dropout.ts";
export { GaussianDropout, type GaussianDropoutOptions } from "./regularization/gaussian-dropout.ts";
export { GaussianNoise, type GaussianNoiseOptions } from "./regularization/gaussian-noise.ts";
export { SpatialDropout } from "./regularization/spatial-dropout.ts";
export { SpatialDropout1D, type SpatialDropout1DOptions } from "./regularization/spatial-dropout1d.ts";
export { SpatialDropout2D, type SpatialDropout2DOptions } from "./regularization/spatial-dropout2d.ts";
export { SpatialDropout3D, type SpatialDropout3DOptions } from "./regularization/spatial-dropout3d.ts";

export { Cropping1D, type Cropping1DOptions } from "./reshaping/cropping1d.ts";
export { Cropping2D, type Cropping2DOptions } from "./reshaping/cropping2d.ts";
export { Cropping3D, type Cropping3DOptions } from "./reshaping/cropping3d.ts";
export { Flatten, type FlattenOptions } from "./reshaping/flatten.ts";
export type { Margins } from "./reshaping/margins.ts";
export { Permute } from "./reshaping/permute.ts";
export { RepeatVector } from "./reshaping/repeat-vector.ts";
export { Reshape } from "./reshaping/reshape.ts";
export { UpSampling1D, type UpSampling1DOptions } from "./reshaping/up-sampling1d.ts";
export { UpSampling2D, type UpSampling2DOptions } from "./reshaping/up-sampling2d.ts";
export { UpSampling3D, type UpSampling3DOptions } from "./reshaping/up-sampling3d.ts";
export { ZeroPadding1D, type ZeroPadding1DOptions } from "./reshaping/zero-padding1d.ts";
export { ZeroPadding2D, type ZeroPadding2DOptions } from "./reshaping/zero-padding2d.ts";
export { ZeroPadding3D, type ZeroPadding3DOptions } from "./reshaping/zero-padding3d.ts";

export { Bidirectional, type BidirectionalOptions, type MergeMode } from "./wrappers/bidirectional.ts";
export { TimeDistributed } from "./wrappers/time-distributed.ts";
export { Wrapper } from "./wrappers/wrapper.ts";

export * from "./second-names.ts";
export { layersPlugin } from "./plugin.ts";
