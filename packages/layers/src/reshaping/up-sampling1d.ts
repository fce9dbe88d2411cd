import { type Field, field, type KerasIdentity, ops, type Tensor, withLeading } from "@neurite/core";
import type { InputSpec } from "../core/input-spec.ts";
import { spatialInputs } from "../core/spatial-inputs.ts";
import { Layer, type LayerOptions } from "../core/layer.ts";

/** Options of {@link UpSampling1D}. */
export interface UpSampling1DOptions extends LayerOptions {
  /** Default 2. */
  readonly size?: number;
}

/**
 * Repeats each step: [batch, steps, channels] → [batch, steps · size, channels].
 *
 * @example
 * new UpSampling1D({ size: 2 })(ops.ones([1, 3, 2])).shape; // [1, 6, 2]
 */
export class UpSampling1D extends Layer {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "UpSampling1D" };
  static override readonly fields: readonly Field[] = [field.integer("size", { default: 2, min: 1 })];
  declare readonly size: number;
  override readonly inputSpec: InputSpec = spatialInputs(1);

  /** @param size The option of that name; or all options. */
  constructor(size: number | readonly number[] | UpSampling1DOptions = {}, options: UpSampling1DOptions = {}) {
    super(withLeading(["size"], [size, options]));
  }

  override call(inputs: Tensor): Tensor {
    return ops.repeat(inputs, this.size, { axis: 1 });
  }
}
