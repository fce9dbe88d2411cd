import { type Field, field, type KerasIdentity, ops, type Tensor } from "@neurite/core";
import { Layer, type LayerOptions } from "../core/layer.ts";

/** Options of {@link UpSampling1D}. */
export interface UpSampling1DOptions extends LayerOptions {
  /** Default 2. */
  readonly size?: number;
}

/**
 * Repeats each step: [batch, steps, channels] → [batch, steps · size, channels].
 *
 * @example
 * new UpSampling1D({ size: 2 })(ops.ones([1, 3, 2])).shape; // [1, 6, 2]
 */
export class UpSampling1D extends Layer {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "UpSampling1D" };
  static override readonly fields: readonly Field[] = [field.integer("size", { default: 2, min: 1 })];
  declare readonly size: number;

  constructor(options: UpSampling1DOptions = {}) {
    super(options);
  }

  override call(inputs: Tensor): Tensor {
    return ops.repeat(inputs, this.size, { axis: 1 });
  }
}
