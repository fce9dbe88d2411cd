import { field, type Field, type KerasIdentity, ops, type SymbolicShape, type Tensor } from "@neurite/core";
import { uncast } from "../core/fields.ts";
import { affineFields, AffineNormalization, type AffineOptions } from "./affine-normalization.ts";

/** Options of {@link LayerNormalization}. */
export interface LayerNormalizationOptions extends AffineOptions {
  /** Axes to normalize over. Default -1. */
  readonly axis?: number | readonly number[];
  /**
   * Divides by the standard deviation without taking the mean away, and has gamma and no beta, whatever `scale` and `center` say. Default false.
   * Kept for files: Keras advises against it, and `RMSNormalization` divides by the root of the mean square.
   */
  readonly rmsScaling?: boolean;
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
    uncast,
    field.axes("axis", { default: -1 }),
    ...affineFields,
    field.boolean("rmsScaling", { default: false }),
  ];
  declare readonly axis: number | readonly number[];
  declare readonly rmsScaling: boolean;

  constructor(options: LayerNormalizationOptions = {}) {
    super(options);
  }

  /** @throws ShapeError when a normalized axis is not known. */
  override build(inputShape: SymbolicShape): void {
    const axes = typeof this.axis === "number" ? [this.axis] : [...this.axis].sort((a, b) => a - b);
    (this as { axis: readonly number[] }).axis = axes; // as Keras writes it from here on
    const { rmsScaling } = this;
    this.addAffine(
      axes.map((axis) => this.knownSize(inputShape, axis)),
      { scale: this.scale || rmsScaling, center: this.center && !rmsScaling },
    );
  }

  override call(inputs: Tensor): Tensor {
    const { gamma, beta, axis, epsilon, rmsScaling } = this;
    return ops.cast(ops.layerNormalization(inputs, { gamma, beta, axis, epsilon, rmsScaling }), this.computeDtype) as Tensor;
  }
}
