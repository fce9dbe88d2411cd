import { type Field, type KerasIdentity, optionsOf } from "@neurite/core";
import type { DataFormat } from "../core/spatial-inputs.ts";
import { layerField } from "../core/fields.ts";
import { spatialInputs } from "../core/spatial-inputs.ts";
import type { LayerOptions } from "../core/layer.ts";
import { SpatialDropout } from "./spatial-dropout.ts";

/** Options of {@link SpatialDropout3D}. */
export interface SpatialDropout3DOptions extends Pick<LayerOptions, "name" | "dtype"> {
  /** Makes the masks the same in every run. Default null. */
  readonly seed?: number | null;
  /** Default "channels_last". */
  readonly dataFormat?: DataFormat | null;
}

/**
 * Dropout of whole channels: [batch, depth, rows, columns, channels]. (Tompson et al., 2014, https://arxiv.org/abs/1411.4280)
 *
 * @example
 * new SpatialDropout3D(0.5)(ops.ones([1, 2, 2, 2, 2])).shape; // [1, 2, 2, 2, 2]
 */
export class SpatialDropout3D extends SpatialDropout {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "SpatialDropout3D" };
  static override readonly fields: readonly Field[] = [layerField.dataFormat()];
  declare readonly dataFormat: DataFormat;

  constructor(rate: number, options: SpatialDropout3DOptions = {}) {
    super({ rate, ...optionsOf("SpatialDropout3D", options) } as LayerOptions);
    this.inputSpec = spatialInputs(3, this.dataFormat);
  }

  protected override channelAxis(rank: number): number {
    return this.dataFormat === "channels_last" ? rank - 1 : 1;
  }
}
