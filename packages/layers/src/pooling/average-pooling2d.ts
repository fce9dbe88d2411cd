import { type Field, type KerasIdentity, ops, optionsOf, type Tensor } from "@neurite/core";
import { Pooling, poolingFields, type PoolingOptions } from "./pooling.ts";

/**
 * The mean of each window of images, channel by channel.
 *
 * Input [batch, rows, columns, channels]; the output has the spatial sizes divided by the strides.
 *
 * @example
 * const y = new AveragePooling2D(2)(x);
 */
export class AveragePooling2D extends Pooling {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "AveragePooling2D" };
  static override readonly fields: readonly Field[] = poolingFields(2);

  constructor(poolSize: number | readonly number[], options: PoolingOptions = {}) {
    super({ poolSize, ...optionsOf("AveragePooling2D", options) } as PoolingOptions);
  }

  /** @throws ShapeError when a window is larger than the input. */
  override call(inputs: Tensor): Tensor {
    const { poolSize, strides, padding, dataFormat } = this;
    return ops.averagePool(inputs, poolSize, { strides, padding, dataFormat });
  }
}
