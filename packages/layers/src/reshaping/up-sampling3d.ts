import { type Field, field, type KerasIdentity, ops, type Tensor, withLeading } from "@neurite/core";
import type { DataFormat } from "../core/spatial-inputs.ts";
import { layerField } from "../core/fields.ts";
import { spatialInputs } from "../core/spatial-inputs.ts";
import { Layer, type LayerOptions } from "../core/layer.ts";

/** Options of {@link UpSampling3D}. */
export interface UpSampling3DOptions extends LayerOptions {
  /** Factors: one number, or one for each axis. Default 2. */
  readonly size?: number | readonly number[];
  /** Default "channels_last". */
  readonly dataFormat?: DataFormat | null;
}

/**
 * Enlarges volumes: [batch, depth, rows, columns, channels], each spatial axis by a factor.
 *
 * @example
 * new UpSampling3D({ size: 2 })(ops.ones([1, 3, 3, 3, 2])).shape; // [1, 6, 6, 6, 2]
 */
export class UpSampling3D extends Layer {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "UpSampling3D" };
  static override readonly fields: readonly Field[] = [field.sizes("size", 3, { default: 2 }), layerField.dataFormat()];
  declare readonly size: readonly number[];
  declare readonly dataFormat: DataFormat;

  /** @param size The option of that name; or all options. */
  constructor(size: number | readonly number[] | UpSampling3DOptions = {}, options: UpSampling3DOptions = {}) {
    super(withLeading(["size"], [size, options]));
    this.inputSpec = spatialInputs(3, this.dataFormat);
  }

  override call(inputs: Tensor): Tensor {
    const first = this.dataFormat === "channels_last" ? 1 : 2;
    return this.size.reduce<Tensor>((x, factor, i) => ops.repeat(x, factor, { axis: first + i }), inputs);
  }
}
