import { field, type Field } from "@neurite/core";
import type { DataFormat } from "../core/spatial-inputs.ts";
import { layerField } from "../core/fields.ts";
import { Layer, type LayerOptions } from "../core/layer.ts";

/** Options of {@link GlobalPooling}. */
export interface GlobalPoolingOptions extends LayerOptions {
  /** Default "channels_last". */
  readonly dataFormat?: DataFormat | null;
  /** Keeps the spatial axes with size 1. Default false. */
  readonly keepdims?: boolean;
}

/**
 * Base of the pools over all of an image, a series or a volume: [batch, ...spatial, channels] gives [batch, channels], or with `keepdims`
 * [batch, 1, …, channels].
 *
 * @example
 * new GlobalMaxPooling1D()(tensor([[[1], [3], [2]]])); // [[3]]
 */
export abstract class GlobalPooling extends Layer {
  static override readonly fields: readonly Field[] = [layerField.dataFormat(), field.boolean("keepdims", { default: false })];
  declare readonly dataFormat: DataFormat;
  declare readonly keepdims: boolean;

  constructor(options: GlobalPoolingOptions = {}) {
    super(options);
    this.built = true;
  }

  /** The axes between batch and channels. */
  protected spatialAxes(rank: number): number[] {
    return Array.from({ length: rank - 2 }, (_, i) => i + (this.dataFormat === "channels_last" ? 1 : 2));
  }
}
