import { type KerasIdentity, ops, type Tensor } from "@neurite/core";
import { GlobalPooling } from "./global-pooling.ts";

/** The mean of each channel over all of series: [batch, steps, channels] → [batch, channels]. */
export class GlobalAveragePooling1D extends GlobalPooling {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "GlobalAveragePooling1D" };

  override call(inputs: Tensor): Tensor {
    return ops.mean(inputs, { axis: this.spatialAxes(inputs.ndim), keepdims: this.keepdims });
  }
}
