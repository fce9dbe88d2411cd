import { type Field, field, type KerasIdentity, ops, type Tensor, withLeading } from "@neurite/core";
import type { DataFormat } from "../core/spatial-inputs.ts";
import { layerField } from "../core/fields.ts";
import { spatialInputs } from "../core/spatial-inputs.ts";
import { Layer, type LayerOptions } from "../core/layer.ts";

/** Options of {@link UpSampling2D}. */
export interface UpSampling2DOptions extends LayerOptions {
  /** Factors: one number, or one for each axis. Default 2. */
  readonly size?: number | readonly number[];
  /** Default "channels_last". */
  readonly dataFormat?: DataFormat | null;
  /** Default "nearest". */
  readonly interpolation?: "nearest" | "bilinear" | "bicubic" | "lanczos3" | "lanczos5";
}

/**
 * Enlarges images: [batch, rows, columns, channels], each spatial axis by a factor.
 *
 * @example
 * new UpSampling2D(2)(ops.ones([1, 3, 3, 2])).shape; // [1, 6, 6, 2]
 */
export class UpSampling2D extends Layer {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "UpSampling2D" };
  static override readonly fields: readonly Field[] = [
    field.sizes("size", 2, { default: 2 }),
    layerField.dataFormat(),
    field.choice("interpolation", ["nearest", "bilinear", "bicubic", "lanczos3", "lanczos5"], { default: "nearest" }),
  ];
  declare readonly size: readonly number[];
  declare readonly dataFormat: DataFormat;
  declare readonly interpolation: "nearest" | "bilinear" | "bicubic" | "lanczos3" | "lanczos5";

  /** @param size The option of that name; or all options. */
  constructor(size: number | readonly number[] | UpSampling2DOptions = {}, options: UpSampling2DOptions = {}) {
    super(withLeading(["size"], [size, options]));
    this.inputSpec = spatialInputs(2, this.dataFormat);
  }

  override call(inputs: Tensor): Tensor {
    const first = this.dataFormat === "channels_last" ? 1 : 2;
    if (this.interpolation !== "nearest") {
      const size = this.size.map((factor, i) => factor * (inputs.shape[first + i] as number));
      return ops.image.resize(inputs, size as [number, number], { interpolation: this.interpolation, dataFormat: this.dataFormat });
    }
    return this.size.reduce<Tensor>((x, factor, i) => ops.repeat(x, factor, { axis: first + i }), inputs);
  }
}
