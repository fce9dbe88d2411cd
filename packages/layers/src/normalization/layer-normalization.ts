import { field, type Field, type KerasIdentity, ops, type SymbolicShape, type Tensor } from "@neurite/core";
import { affineFields, AffineNormalization, type AffineOptions } from "./affine-normalization.ts";

/** Options of {@link LayerNormalization}. */
export interface LayerNormalizationOptions extends AffineOptions {
  /** Axes to normalize over. Default -1. */
  readonly axis?: number | readonly number[];
}

/**
 * Gives the features of each sample mean 0 and variance 1, the same way in training and inference. (Ba et al., 2016,
 * https://arxiv.org/abs/1607.06450)
 *
 * Output of the input's shape. Weights: gamma and beta, of the shape of the normalized axes.
 *
 * @example
 * new LayerNormalization()(tensor([[1, 3]])); // [[-0.9995, 0.9995]]
 */
export class LayerNormalization extends AffineNormalization {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "LayerNormalization" };
  static override readonly fields: readonly Field[] = [
    field.axes("axis", { default: -1 }),
    ...affineFields,
    field.unsupported("rmsScaling", false),
  ];
  declare readonly axis: number | readonly number[];

  constructor(options: LayerNormalizationOptions = {}) {
    super(options);
  }

  /** @throws ShapeError when a normalized axis is not known. */
  override build(inputShape: SymbolicShape): void {
    const axes = typeof this.axis === "number" ? [this.axis] : [...this.axis].sort((a, b) => a - b);
    (this as { axis: readonly number[] }).axis = axes; // as Keras writes it from here on
    this.addAffine(axes.map((axis) => this.knownSize(inputShape, axis)));
  }

  override call(inputs: Tensor): Tensor {
    const { gamma, beta, axis, epsilon } = this;
    return ops.cast(ops.layerNormalization(inputs, { gamma, beta, axis, epsilon }), inputs.dtype);
  }
}
