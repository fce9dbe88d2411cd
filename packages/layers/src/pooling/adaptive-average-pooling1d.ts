import { type Field, type KerasIdentity, ops, type Tensor } from "@neurite/core";
import { AdaptivePooling, adaptivePoolingFields, type AdaptivePoolingOptions } from "./adaptive-pooling.ts";

/**
 * The mean of each of `outputSize` windows that cover the input evenly, channel by channel: [batch, steps, channels] → the same with other spatial sizes.
 *
 * @example
 * new AdaptiveAveragePooling1D(2)(ops.ones([1, 6, 2])).shape; // [1, 2, 2]
 */
export class AdaptiveAveragePooling1D extends AdaptivePooling {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "AdaptiveAveragePooling1D" };
  static override readonly fields: readonly Field[] = adaptivePoolingFields(1);

  constructor(outputSize: number | readonly number[], options: AdaptivePoolingOptions = {}) {
    super(outputSize, options);
  }

  override call(inputs: Tensor): Tensor {
    return ops.adaptiveAveragePool(inputs, this.outputSize, { dataFormat: this.dataFormat });
  }
}
