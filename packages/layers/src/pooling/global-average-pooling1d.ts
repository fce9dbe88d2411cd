import { type KerasIdentity, ops, type Tensor } from "@neurite/core";
import type { InputSpec } from "../core/input-spec.ts";
import { spatialInputs } from "../core/spatial-inputs.ts";
import type { CallOptions } from "../core/layer-options.ts";
import { GlobalPooling } from "./global-pooling.ts";

/**
 * The mean of each channel over the steps of a series that are no padding: [batch, steps, channels] → [batch, channels].
 *
 * @example
 * new GlobalAveragePooling1D()(ops.ones([1, 6, 2])).shape; // [1, 2]
 */
export class GlobalAveragePooling1D extends GlobalPooling {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "GlobalAveragePooling1D" };
  override readonly inputSpec: InputSpec = spatialInputs(1, this.dataFormat);

  override get takesMask(): boolean {
    return true;
  }

  override computeMask(): null {
    return null;
  }

  override call(inputs: Tensor, { mask = null }: CallOptions = {}): Tensor {
    const [axis] = this.spatialAxes(inputs.ndim) as [number];
    if (mask === null) return ops.mean(inputs, { axis, keepdims: this.keepdims });
    const counted = ops.cast(ops.expandDims(mask, axis === 1 ? 2 : 1), "bool");
    const sum = ops.sum(ops.where(counted, inputs, ops.zerosLike(inputs)), { axis, keepdims: this.keepdims });
    return ops.divide(sum, ops.sum(ops.cast(counted, inputs.dtype), { axis, keepdims: this.keepdims }));
  }
}
