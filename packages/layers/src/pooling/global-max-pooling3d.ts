import { type KerasIdentity, ops, type Tensor } from "@neurite/core";
import { GlobalPooling } from "./global-pooling.ts";

/**
 * The largest element of each channel over all of volumes: [batch, depth, rows, columns, channels] → [batch, channels].
 *
 * @example
 * new GlobalMaxPooling3D()(ops.ones([1, 4, 4, 4, 2])).shape; // [1, 2]
 */
export class GlobalMaxPooling3D extends GlobalPooling {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "GlobalMaxPooling3D" };

  override call(inputs: Tensor): Tensor {
    return ops.max(inputs, { axis: this.spatialAxes(inputs.ndim), keepdims: this.keepdims });
  }
}
