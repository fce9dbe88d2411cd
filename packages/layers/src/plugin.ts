import type { Entries, Plugin } from "@neurite/core";
import { activations } from "./activations/index.ts";
import { constraints } from "./constraints/index.ts";
import { initializers } from "./initializers/index.ts";
import { regularizers } from "./regularizers/index.ts";
import { Activation } from "./core/activation.ts";
import { Dense } from "./core/dense.ts";
import { Embedding } from "./core/embedding.ts";
import { ReversibleEmbedding } from "./core/reversible-embedding.ts";
import { IdentityLayer } from "./core/identity-layer.ts";
import { InputLayer } from "./core/input-layer.ts";
import { ELU } from "./activation-layers/elu.ts";
import { LeakyReLU } from "./activation-layers/leaky-re-lu.ts";
import { PReLU } from "./activation-layers/p-re-lu.ts";
import { ReLU } from "./activation-layers/re-lu.ts";
import { Softmax } from "./activation-layers/softmax.ts";
import { Conv1DTranspose } from "./convolutional/conv1d-transpose.ts";
import { Conv1D } from "./convolutional/conv1d.ts";
import { Conv2DTranspose } from "./convolutional/conv2d-transpose.ts";
import { Conv2D } from "./convolutional/conv2d.ts";
import { Conv3DTranspose } from "./convolutional/conv3d-transpose.ts";
import { Conv3D } from "./convolutional/conv3d.ts";
import { DepthwiseConv1D } from "./convolutional/depthwise-conv1d.ts";
import { DepthwiseConv2D } from "./convolutional/depthwise-conv2d.ts";
import { SeparableConv1D } from "./convolutional/separable-conv1d.ts";
import { SeparableConv2D } from "./convolutional/separable-conv2d.ts";
import { Add } from "./merging/add.ts";
import { Average } from "./merging/average.ts";
import { Concatenate } from "./merging/concatenate.ts";
import { Dot } from "./merging/dot.ts";
import { Maximum } from "./merging/maximum.ts";
import { Minimum } from "./merging/minimum.ts";
import { Multiply } from "./merging/multiply.ts";
import { Subtract } from "./merging/subtract.ts";
import { BatchNormalization } from "./normalization/batch-normalization.ts";
import { GroupNormalization } from "./normalization/group-normalization.ts";
import { LayerNormalization } from "./normalization/layer-normalization.ts";
import { RMSNormalization } from "./normalization/rms-normalization.ts";
import { UnitNormalization } from "./normalization/unit-normalization.ts";
import { AveragePooling1D } from "./pooling/average-pooling1d.ts";
import { AveragePooling2D } from "./pooling/average-pooling2d.ts";
import { AveragePooling3D } from "./pooling/average-pooling3d.ts";
import { GlobalAveragePooling1D } from "./pooling/global-average-pooling1d.ts";
import { GlobalAveragePooling2D } from "./pooling/global-average-pooling2d.ts";
import { GlobalAveragePooling3D } from "./pooling/global-average-pooling3d.ts";
import { GlobalMaxPooling1D } from "./pooling/global-max-pooling1d.ts";
import { GlobalMaxPooling2D } from "./pooling/global-max-pooling2d.ts";
import { GlobalMaxPooling3D } from "./pooling/global-max-pooling3d.ts";
import { MaxPooling1D } from "./pooling/max-pooling1d.ts";
import { MaxPooling2D } from "./pooling/max-pooling2d.ts";
import { MaxPooling3D } from "./pooling/max-pooling3d.ts";
import { SimpleRNN } from "./recurrent/simple-rnn.ts";
import { SimpleRNNCell } from "./recurrent/simple-rnn-cell.ts";
import { LSTM } from "./recurrent/lstm.ts";
import { LSTMCell } from "./recurrent/lstm-cell.ts";
import { GRU } from "./recurrent/gru.ts";
import { GRUCell } from "./recurrent/gru-cell.ts";
import { RNN } from "./recurrent/rnn.ts";
import { StackedRNNCells } from "./recurrent/stacked-rnn-cells.ts";
import { ConvLSTM1D } from "./recurrent/conv-lstm1d.ts";
import { ConvLSTM2D } from "./recurrent/conv-lstm2d.ts";
import { ConvLSTM3D } from "./recurrent/conv-lstm3d.ts";
import { Bidirectional } from "./wrappers/bidirectional.ts";
import { TimeDistributed } from "./wrappers/time-distributed.ts";
import { Lambda } from "./core/lambda.ts";
import { Masking } from "./core/masking.ts";
import { MultiHeadAttention } from "./attention/multi-head-attention.ts";
import { GroupQueryAttention } from "./attention/group-query-attention.ts";
import { Attention } from "./attention/attention.ts";
import { AdditiveAttention } from "./attention/additive-attention.ts";
import { EinsumDense } from "./core/einsum-dense.ts";
import { AdaptiveAveragePooling1D } from "./pooling/adaptive-average-pooling1d.ts";
import { AdaptiveAveragePooling2D } from "./pooling/adaptive-average-pooling2d.ts";
import { AdaptiveAveragePooling3D } from "./pooling/adaptive-average-pooling3d.ts";
import { AdaptiveMaxPooling1D } from "./pooling/adaptive-max-pooling1d.ts";
import { AdaptiveMaxPooling2D } from "./pooling/adaptive-max-pooling2d.ts";
import { AdaptiveMaxPooling3D } from "./pooling/adaptive-max-pooling3d.ts";
import { SpectralNormalization } from "./normalization/spectral-normalization.ts";
import { Normalization } from "./preprocessing/normalization.ts";
import { MelSpectrogram } from "./preprocessing/mel-spectrogram.ts";
import { Pipeline } from "./preprocessing/pipeline.ts";
import { STFTSpectrogram } from "./preprocessing/stft-spectrogram.ts";
import { Rescaling } from "./preprocessing/rescaling.ts";
import { ActivityRegularization } from "./regularization/activity-regularization.ts";
import { AlphaDropout } from "./regularization/alpha-dropout.ts";
import { Dropout } from "./regularization/dropout.ts";
import { GaussianDropout } from "./regularization/gaussian-dropout.ts";
import { GaussianNoise } from "./regularization/gaussian-noise.ts";
import { SpatialDropout1D } from "./regularization/spatial-dropout1d.ts";
import { SpatialDropout2D } from "./regularization/spatial-dropout2d.ts";
import { SpatialDropout3D } from "./regularization/spatial-dropout3d.ts";
import { Cropping1D } from "./reshaping/cropping1d.ts";
import { Cropping2D } from "./reshaping/cropping2d.ts";
import { Cropping3D } from "./reshaping/cropping3d.ts";
import { Flatten } from "./reshaping/flatten.ts";
import { Permute } from "./reshaping/permute.ts";
import { RepeatVector } from "./reshaping/repeat-vector.ts";
import { Reshape } from "./reshaping/reshape.ts";
import { UpSampling1D } from "./reshaping/up-sampling1d.ts";
import { UpSampling2D } from "./reshaping/up-sampling2d.ts";
import { UpSampling3D } from "./reshaping/up-sampling3d.ts";
import { ZeroPadding1D } from "./reshaping/zero-padding1d.ts";
import { ZeroPadding2D } from "./reshaping/zero-padding2d.ts";
import { ZeroPadding3D } from "./reshaping/zero-padding3d.ts";

/** Layer classes by class name; the HDF5 files of Keras call one by the name that it has inside. */
const layers: Entries = {
  Activation, ActivityRegularization, AdaptiveAveragePooling1D, AdaptiveAveragePooling2D, AdaptiveAveragePooling3D, AdaptiveMaxPooling1D, AdaptiveMaxPooling2D, AdaptiveMaxPooling3D, SpectralNormalization, Normalization, Add, AdditiveAttention, AlphaDropout, Attention, Average, AveragePooling1D, AveragePooling2D, AveragePooling3D,
  BatchNormalization, Bidirectional, Concatenate, Conv1D, ConvLSTM1D, ConvLSTM2D, ConvLSTM3D, Conv1DTranspose, Conv2D, Conv2DTranspose, Conv3D, Conv3DTranspose, Cropping1D, Cropping2D,
  Cropping3D, Dense, DepthwiseConv1D, DepthwiseConv2D, Dot, Dropout, ELU, EinsumDense, Embedding, Flatten, GRU, GRUCell, GaussianDropout, GaussianNoise,
  GlobalAveragePooling1D, GlobalAveragePooling2D, GlobalAveragePooling3D, GlobalMaxPooling1D, GlobalMaxPooling2D, GlobalMaxPooling3D,
  GroupNormalization, GroupQueryAttention, GroupedQueryAttention: GroupQueryAttention, Identity: IdentityLayer, InputLayer, LSTM, LSTMCell, Lambda, LayerNormalization, LeakyReLU, Masking, MaxPooling1D, MaxPooling2D, MaxPooling3D,
  Maximum, MelSpectrogram, Minimum, MultiHeadAttention, Multiply, PReLU, Permute, Pipeline, RMSNormalization, RNN, ReLU, RepeatVector, Rescaling, Reshape, ReversibleEmbedding, SeparableConv1D,
  STFTSpectrogram, SeparableConv2D, SimpleRNN, SimpleRNNCell, Softmax, SpatialDropout1D, SpatialDropout2D, SpatialDropout3D, StackedRNNCells, Subtract, TimeDistributed, UnitNormalization, UpSampling1D,
  UpSampling2D, UpSampling3D, ZeroPadding1D, ZeroPadding2D, ZeroPadding3D,
}; // prettier-ignore

/** The layers of this package, with what they know by name: activations, initializers, regularizers and constraints. */
export const layersPlugin: Plugin & {
  readonly name: "layers";
  readonly layers: Entries;
  readonly activations: typeof activations;
  readonly initializers: typeof initializers;
  readonly regularizers: typeof regularizers;
  readonly constraints: typeof constraints;
} = { name: "layers", layers, activations, initializers, regularizers, constraints };
