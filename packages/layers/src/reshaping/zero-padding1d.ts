import { type Field, type KerasIdentity, ops, type Tensor, withLeading } from "@neurite/core";
import type { DataFormat } from "../core/spatial-inputs.ts";
import { spatialInputs } from "../core/spatial-inputs.ts";
import { pairField, spatialMargins } from "./margins.ts";
import { layerField } from "../core/fields.ts";
import { Layer, type LayerOptions } from "../core/layer.ts";

/** Options of {@link ZeroPadding1D}. */
export interface ZeroPadding1DOptions extends LayerOptions {
  /** How much is added: one number, [start, end]. Default 1. */
  readonly padding?: number | readonly number[];
  /** Default "channels_last". */
  readonly dataFormat?: DataFormat | null;
}

/**
 * Zeros around: [batch, steps, channels].
 *
 * @example
 * new ZeroPadding1D({ padding: 1 })(ops.ones([1, 3, 2])).shape; // [1, 5, 2]
 */
export class ZeroPadding1D extends Layer {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "ZeroPadding1D" };
  static override readonly fields: readonly Field[] = [pairField("padding", 1), layerField.dataFormat()];
  declare readonly padding: readonly [number, number];
  declare readonly dataFormat: DataFormat;

  /** @param padding The option of that name; or all options. */
  constructor(padding: number | readonly number[] | ZeroPadding1DOptions = {}, options: ZeroPadding1DOptions = {}) {
    super(withLeading(["padding"], [padding, options]));
    this.inputSpec = spatialInputs(1, this.dataFormat);
  }

  override call(inputs: Tensor): Tensor {
    return ops.pad(inputs, spatialMargins([this.padding], this.dataFormat));
  }
}
