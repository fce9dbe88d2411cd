import { type Field, type KerasIdentity, type Tensor, withLeading } from "@neurite/core";
import type { InputSpec } from "../core/input-spec.ts";
import { spatialInputs } from "../core/spatial-inputs.ts";
import { crop, pairField } from "./margins.ts";
import { Layer, type LayerOptions } from "../core/layer.ts";

/** Options of {@link Cropping1D}. */
export interface Cropping1DOptions extends LayerOptions {
  /** How much is cut off: one number, [start, end]. Default 1. */
  readonly cropping?: number | readonly number[];
}

/**
 * Cuts off the edges: [batch, steps, channels].
 *
 * @example
 * new Cropping1D({ cropping: 1 })(ops.ones([1, 5, 2])).shape; // [1, 3, 2]
 */
export class Cropping1D extends Layer {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "Cropping1D" };
  static override readonly fields: readonly Field[] = [pairField("cropping", 1)];
  declare readonly cropping: readonly [number, number];
  override readonly inputSpec: InputSpec = spatialInputs(1);

  /** @param cropping The option of that name; or all options. */
  constructor(cropping: number | readonly number[] | Cropping1DOptions = {}, options: Cropping1DOptions = {}) {
    super(withLeading(["cropping"], [cropping, options]));
  }

  /** @throws ShapeError when nothing is left. */
  override call(inputs: Tensor): Tensor {
    return crop(inputs, [this.cropping], "channels_last");
  }
}
