import { type Field, type KerasIdentity, ops, type Tensor, withLeading } from "@neurite/core";
import { Pooling, poolingFields, type PoolingOptions } from "./pooling.ts";

/** Options of {@link MaxPooling1D}. */
export interface MaxPooling1DOptions extends PoolingOptions {
  /** Size of windows. Default 2. */
  readonly poolSize?: number | readonly number[];
}

/**
 * The largest element of each window of series, channel by channel.
 *
 * Input [batch, steps, channels]; the output has the spatial sizes divided by the strides.
 *
 * @example
 * const y = new MaxPooling1D({ poolSize: 2 })(x);
 */
export class MaxPooling1D extends Pooling {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "MaxPooling1D" };
  static override readonly fields: readonly Field[] = poolingFields(1, 2);

  /** @param poolSize The option of that name; or all options. */
  constructor(poolSize: number | readonly number[] | MaxPooling1DOptions = {}, options: MaxPooling1DOptions = {}) {
    super(withLeading(["poolSize"], [poolSize, options]));
  }

  /** @throws ShapeError when a window is larger than the input. */
  override call(inputs: Tensor): Tensor {
    const { poolSize, strides, padding, dataFormat } = this;
    return ops.maxPool(inputs, poolSize, { strides, padding, dataFormat });
  }
}
