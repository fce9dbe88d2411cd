import { type Field, type KerasIdentity, ops, type Tensor, withLeading } from "@neurite/core";
import { Pooling, poolingFields, type PoolingOptions } from "./pooling.ts";

/** Options of {@link MaxPooling2D}. */
export interface MaxPooling2DOptions extends PoolingOptions {
  /** Size of windows. Default 2. */
  readonly poolSize?: number | readonly number[];
}

/**
 * The largest element of each window of images, channel by channel.
 *
 * Input [batch, rows, columns, channels]; the output has the spatial sizes divided by the strides.
 *
 * @example
 * const y = new MaxPooling2D(2)(x);
 */
export class MaxPooling2D extends Pooling {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "MaxPooling2D" };
  static override readonly fields: readonly Field[] = poolingFields(2, 2);

  /** @param poolSize The option of that name; or all options. */
  constructor(poolSize: number | readonly number[] | MaxPooling2DOptions = {}, options: MaxPooling2DOptions = {}) {
    super(withLeading(["poolSize"], [poolSize, options]));
  }

  /** @throws ShapeError when a window is larger than the input. */
  override call(inputs: Tensor): Tensor {
    const { poolSize, strides, padding, dataFormat } = this;
    return ops.maxPool(inputs, poolSize, { strides, padding, dataFormat });
  }
}
