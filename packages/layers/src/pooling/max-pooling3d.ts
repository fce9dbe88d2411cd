import { type Field, type KerasIdentity, ops, type Tensor, withLeading } from "@neurite/core";
import { Pooling, poolingFields, type PoolingOptions } from "./pooling.ts";

/** Options of {@link MaxPooling3D}. */
export interface MaxPooling3DOptions extends PoolingOptions {
  /** Size of windows. Default 2. */
  readonly poolSize?: number | readonly number[];
}

/**
 * The largest element of each window of volumes, channel by channel.
 *
 * Input [batch, depth, rows, columns, channels]; the output has the spatial sizes divided by the strides.
 *
 * @example
 * const y = new MaxPooling3D({ poolSize: 2 })(x);
 */
export class MaxPooling3D extends Pooling {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "MaxPooling3D" };
  static override readonly fields: readonly Field[] = poolingFields(3, 2);

  /** @param poolSize The option of that name; or all options. */
  constructor(poolSize: number | readonly number[] | MaxPooling3DOptions = {}, options: MaxPooling3DOptions = {}) {
    super(withLeading(["poolSize"], [poolSize, options]));
  }

  /** @throws ShapeError when a window is larger than the input. */
  override call(inputs: Tensor): Tensor {
    const { poolSize, strides, padding, dataFormat } = this;
    return ops.maxPool(inputs, poolSize, { strides, padding, dataFormat });
  }
}
