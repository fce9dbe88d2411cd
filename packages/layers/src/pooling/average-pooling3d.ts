import { type Field, type KerasIdentity, ops, optionsOf, type Tensor } from "@neurite/core";
import { Pooling, poolingFields, type PoolingOptions } from "./pooling.ts";

/**
 * The mean of each window of volumes, channel by channel.
 *
 * Input [batch, depth, rows, columns, channels]; the output has the spatial sizes divided by the strides.
 *
 * @example
 * const y = new AveragePooling3D(2)(x);
 */
export class AveragePooling3D extends Pooling {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "AveragePooling3D" };
  static override readonly fields: readonly Field[] = poolingFields(3);

  constructor(poolSize: number | readonly number[], options: PoolingOptions = {}) {
    super({ poolSize, ...optionsOf("AveragePooling3D", options) } as PoolingOptions);
  }

  /** @throws ShapeError when a window is larger than the input. */
  override call(inputs: Tensor): Tensor {
    const { poolSize, strides, padding, dataFormat } = this;
    return ops.averagePool(inputs, poolSize, { strides, padding, dataFormat });
  }
}
