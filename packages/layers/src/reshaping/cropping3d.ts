import { type Field, type KerasIdentity, type Tensor, withLeading } from "@neurite/core";
import type { DataFormat } from "../core/spatial-inputs.ts";
import { spatialInputs } from "../core/spatial-inputs.ts";
import { crop, type Margins, marginsField } from "./margins.ts";
import { layerField } from "../core/fields.ts";
import { Layer, type LayerOptions } from "../core/layer.ts";

/** Options of {@link Cropping3D}. */
export interface Cropping3DOptions extends LayerOptions {
  /** How much is cut off: one number, one for each axis, or [before, after] for each. Default 1. */
  readonly cropping?: number | readonly number[] | Margins;
  /** Default "channels_last". */
  readonly dataFormat?: DataFormat | null;
}

/**
 * Cuts off the edges: [batch, depth, rows, columns, channels].
 *
 * @example
 * new Cropping3D({ cropping: 1 })(ops.ones([1, 5, 5, 5, 2])).shape; // [1, 3, 3, 3, 2]
 */
export class Cropping3D extends Layer {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "Cropping3D" };
  static override readonly fields: readonly Field[] = [marginsField("cropping", 3, 1), layerField.dataFormat()];
  declare readonly cropping: Margins;
  declare readonly dataFormat: DataFormat;

  /** @param cropping The option of that name; or all options. */
  constructor(cropping: number | readonly number[] | Margins | Cropping3DOptions = {}, options: Cropping3DOptions = {}) {
    super(withLeading(["cropping"], [cropping, options]));
    this.inputSpec = spatialInputs(3, this.dataFormat);
  }

  /** @throws ShapeError when nothing is left. */
  override call(inputs: Tensor): Tensor {
    return crop(inputs, this.cropping, this.dataFormat);
  }
}
