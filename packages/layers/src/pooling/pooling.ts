import { field, type Field } from "@neurite/core";
import type { DataFormat } from "../core/spatial-inputs.ts";
import { layerField } from "../core/fields.ts";
import { spatialInputs } from "../core/spatial-inputs.ts";
import { Layer, type LayerOptions } from "../core/layer.ts";

/** Options of {@link Pooling}. */
export interface PoolingOptions extends LayerOptions {
  /** Distance between windows. Default: the windows' size. */
  readonly strides?: number | readonly number[] | null;
  /** "valid" (the default): windows lie inside the input; "same": windows may reach over the edge. */
  readonly padding?: "valid" | "same";
  /** Default "channels_last". */
  readonly dataFormat?: DataFormat | null;
}

/** The fields of a pool over `rank` spatial axes; `poolSize` is required without a default. */
export function poolingFields(rank: number, poolSize?: number): readonly Field[] {
  return [
    field.sizes("poolSize", rank, poolSize === undefined ? {} : { default: poolSize }),
    field.choice("padding", ["valid", "same"], { default: "valid" }),
    field.sizes("strides", rank, { default: null }),
    layerField.dataFormat(),
  ];
}

/**
 * Base of the pools over 1, 2 or 3 spatial axes: [batch, ...spatial, channels] gives [batch, ...out, channels].
 *
 * @example
 * new MaxPooling1D(2)(tensor([[[1], [3], [2], [0]]])); // [[[3], [2]]]
 */
export abstract class Pooling extends Layer {
  declare readonly poolSize: readonly number[];
  declare readonly padding: "valid" | "same";
  declare readonly strides: readonly number[];
  declare readonly dataFormat: DataFormat;

  constructor(options: LayerOptions) {
    super(options);
    this.built = true;
    this.inputSpec = spatialInputs(this.poolSize.length, this.dataFormat);
    if (this.strides === null) (this as { strides: readonly number[] }).strides = this.poolSize;
  }
}
