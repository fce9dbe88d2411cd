import { type Field, type KerasIdentity, ops, type Tensor, withLeading } from "@neurite/core";
import type { DataFormat } from "../core/spatial-inputs.ts";
import { spatialInputs } from "../core/spatial-inputs.ts";
import { type Margins, marginsField, spatialMargins } from "./margins.ts";
import { layerField } from "../core/fields.ts";
import { Layer, type LayerOptions } from "../core/layer.ts";

/** Options of {@link ZeroPadding3D}. */
export interface ZeroPadding3DOptions extends LayerOptions {
  /** How much is added: one number, one for each axis, or [before, after] for each. Default 1. */
  readonly padding?: number | readonly number[] | Margins;
  /** Default "channels_last". */
  readonly dataFormat?: DataFormat | null;
}

/**
 * Zeros around: [batch, depth, rows, columns, channels].
 *
 * @example
 * new ZeroPadding3D({ padding: 1 })(ops.ones([1, 3, 3, 3, 2])).shape; // [1, 5, 5, 5, 2]
 */
export class ZeroPadding3D extends Layer {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "ZeroPadding3D" };
  static override readonly fields: readonly Field[] = [marginsField("padding", 3, 1), layerField.dataFormat()];
  declare readonly padding: Margins;
  declare readonly dataFormat: DataFormat;

  /** @param padding The option of that name; or all options. */
  constructor(padding: number | readonly number[] | Margins | ZeroPadding3DOptions = {}, options: ZeroPadding3DOptions = {}) {
    super(withLeading(["padding"], [padding, options]));
    this.inputSpec = spatialInputs(3, this.dataFormat);
  }

  override call(inputs: Tensor): Tensor {
    return ops.pad(inputs, spatialMargins(this.padding, this.dataFormat));
  }
}
