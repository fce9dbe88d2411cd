import type { Entries, Plugin } from "@neurite/core";
import { activations } from "./activations/index.ts";
import { constraints } from "./constraints/index.ts";
import { initializers } from "./initializers/index.ts";
import { regularizers } from "./regularizers/index.ts";
import { Activation } from "./core/activation.ts";
import { Dense } from "./core/dense.ts";
import { InputLayer } from "./core/input-layer.ts";
import { Conv1D } from "./convolutional/conv1d.ts";
import { Conv2D } from "./convolutional/conv2d.ts";
import { Conv3D } from "./convolutional/conv3d.ts";
import { Add } from "./merging/add.ts";
import { Average } from "./merging/average.ts";
import { Concatenate } from "./merging/concatenate.ts";
import { Maximum } from "./merging/maximum.ts";
import { Minimum } from "./merging/minimum.ts";
import { Multiply } from "./merging/multiply.ts";
import { Subtract } from "./merging/subtract.ts";
import { BatchNormalization } from "./normalization/batch-normalization.ts";
import { LayerNormalization } from "./normalization/layer-normalization.ts";
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
import { AlphaDropout } from "./regularization/alpha-dropout.ts";
import { Dropout } from "./regularization/dropout.ts";
import { Flatten } from "./reshaping/flatten.ts";
import { Reshape } from "./reshaping/reshape.ts";
import { ZeroPadding2D } from "./reshaping/zero-padding2d.ts";

/** Layer classes by class name. */
const layers: Entries = {
  Activation, Add, AlphaDropout, Average, AveragePooling1D, AveragePooling2D, AveragePooling3D, BatchNormalization, Concatenate, Conv1D,
  Conv2D, Conv3D, Dense, Dropout, Flatten, GlobalAveragePooling1D, GlobalAveragePooling2D, GlobalAveragePooling3D, GlobalMaxPooling1D,
  GlobalMaxPooling2D, GlobalMaxPooling3D, InputLayer, LayerNormalization, MaxPooling1D, MaxPooling2D, MaxPooling3D, Maximum, Minimum,
  Multiply, Reshape, Subtract, ZeroPadding2D,
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
