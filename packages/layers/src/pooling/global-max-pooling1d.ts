import { type KerasIdentity, ops, type Tensor } from "@neurite/core";
import type { InputSpec } from "../core/input-spec.ts";
import { spatialInputs } from "../core/spatial-inputs.ts";
import { GlobalPooling } from "./global-pooling.ts";

/**
 * The largest element of each channel over all of series: [batch, steps, channels] → [batch, channels].
 *
 * @example
 * new GlobalMaxPooling1D()(ops.ones([1, 6, 2])).shape; // [1, 2]
 */
export class GlobalMaxPooling1D extends GlobalPooling {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "GlobalMaxPooling1D" };
  override readonly inputSpec: InputSpec = spatialInputs(1, this.dataFormat);

  override call(inputs: Tensor): Tensor {
    return ops.max(inputs, { axis: this.spatialAxes(inputs.ndim), keepdims: this.keepdims });
  }
}
