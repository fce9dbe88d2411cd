import { field, type Field, identityOf, optionsOf } from "@neurite/core";
import type { DataFormat } from "../core/spatial-inputs.ts";
import { layerField } from "../core/fields.ts";
import { spatialInputs } from "../core/spatial-inputs.ts";
import { Layer, type LayerOptions } from "../core/layer.ts";

/** Options of the adaptive pools. */
export interface AdaptivePoolingOptions extends LayerOptions {
  /** Default "channels_last". */
  readonly dataFormat?: DataFormat | null;
}

/** The fields of an adaptive pool over `rank` spatial axes. */
export function adaptivePoolingFields(rank: number): readonly Field[] {
  return [field.sizes("outputSize", rank), layerField.dataFormat()];
}

/** Base of the pools whose windows are such that the output has the spatial sizes asked for. */
export abstract class AdaptivePooling extends Layer {
  declare readonly outputSize: readonly number[];
  declare readonly dataFormat: DataFormat;

  protected constructor(outputSize: number | readonly number[], options: AdaptivePoolingOptions) {
    super({ outputSize, ...optionsOf(identityOf(new.target as never).className, options) } as LayerOptions);
    this.inputSpec = spatialInputs(this.outputSize.length, this.dataFormat);
  }
}
