import { type Field, type KerasIdentity, ops, optionsOf, type Tensor } from "@neurite/core";
import { Pooling, poolingFields, type PoolingOptions } from "./pooling.ts";

/**
 * The mean of each window of series, channel by channel.
 *
 * Input [batch, steps, channels]; the output has the spatial sizes divided by the strides.
 *
 * @example
 * const y = new AveragePooling1D(2)(x);
 */
export class AveragePooling1D extends Pooling {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "AveragePooling1D" };
  static override readonly fields: readonly Field[] = poolingFields(1);

  constructor(poolSize: number | readonly number[], options: PoolingOptions = {}) {
    super({ poolSize, ...optionsOf("AveragePooling1D", options) } as PoolingOptions);
  }

  /** @throws ShapeError when a window is larger than the input. */
  override call(inputs: Tensor): Tensor {
    const { poolSize, strides, padding, dataFormat } = this;
    return ops.averagePool(inputs, poolSize, { strides, padding, dataFormat });
  }
}
