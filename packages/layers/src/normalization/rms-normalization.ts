import { type Field, field, type KerasIdentity, ops, ShapeError, type SymbolicShape, type Tensor, type Variable } from "@neurite/core";
import { Layer, type LayerOptions } from "../core/layer.ts";

/** Options of {@link RMSNormalization}. */
export interface RMSNormalizationOptions extends LayerOptions {
  /** Default -1. */
  readonly axis?: number | readonly number[];
  /** Added to the mean square. Default 1e-6. */
  readonly epsilon?: number;
}

/**
 * Divides by the root mean square along an axis and multiplies by a learned scale. (Zhang & Sennrich, 2019,
 * https://arxiv.org/abs/1910.07467)
 *
 * Weights: scale, of the size of the axis.
 *
 * Inputs have any shape, [batch, …], outputs the same.
 *
 * @example
 * new RMSNormalization()(tensor([[3, 4]])); // [[0.84853, 1.1314]]
 */
export class RMSNormalization extends Layer {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "RMSNormalization" };
  static override readonly fields: readonly Field[] = [
    field.axes("axis", { default: -1 }),
    field.number("epsilon", { default: 1e-6, min: 0 }),
  ];
  declare readonly axis: number | readonly number[];
  declare readonly epsilon: number;
  scale!: Variable;

  constructor(options: RMSNormalizationOptions = {}) {
    super(options);
  }

  /** @throws ShapeError when a size along the axis is not known. */
  override build(inputShape: SymbolicShape): void {
    const axes = typeof this.axis === "number" ? [this.axis] : this.axis;
    (this as { axis: readonly number[] }).axis = axes; // as Keras writes it from here on
    const shape = axes.map((axis) => {
      const size = inputShape.at(axis);
      if (typeof size !== "number")
        throw new ShapeError(`[RMSNormalization] axis ${axis} of the input must be known: got [${inputShape.map((dim) => dim ?? "?")}]`);
      return size;
    });
    this.scale = this.addWeight({ name: "scale", shape, initializer: "ones" });
  }

  override call(inputs: Tensor): Tensor {
    return ops.cast(ops.rmsNormalization(inputs, { scale: this.scale, axis: this.axis, epsilon: this.epsilon }), inputs.dtype);
  }
}
