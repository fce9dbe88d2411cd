import { type Field, type KerasIdentity, optionsOf } from "@neurite/core";
import type { DataFormat } from "../core/spatial-inputs.ts";
import { layerField } from "../core/fields.ts";
import { spatialInputs } from "../core/spatial-inputs.ts";
import type { LayerOptions } from "../core/layer.ts";
import { SpatialDropout } from "./spatial-dropout.ts";

/** Options of {@link SpatialDropout2D}. */
export interface SpatialDropout2DOptions extends Pick<LayerOptions, "name" | "dtype"> {
  /** Makes the masks the same in every run. Default null. */
  readonly seed?: number | null;
  /** Default "channels_last". */
  readonly dataFormat?: DataFormat | null;
}

/**
 * Dropout of whole channels: [batch, rows, columns, channels]. (Tompson et al., 2014, https://arxiv.org/abs/1411.4280)
 *
 * @example
 * new SpatialDropout2D(0.5)(ops.ones([1, 4, 4, 2])).shape; // [1, 4, 4, 2]
 */
export class SpatialDropout2D extends SpatialDropout {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "SpatialDropout2D" };
  static override readonly fields: readonly Field[] = [layerField.dataFormat()];
  declare readonly dataFormat: DataFormat;

  constructor(rate: number, options: SpatialDropout2DOptions = {}) {
    super({ rate, ...optionsOf("SpatialDropout2D", options) } as LayerOptions);
    this.inputSpec = spatialInputs(2, this.dataFormat);
  }

  protected override channelAxis(rank: number): number {
    return this.dataFormat === "channels_last" ? rank - 1 : 1;
  }
}
