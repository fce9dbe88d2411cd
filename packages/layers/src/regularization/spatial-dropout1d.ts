import { type KerasIdentity, optionsOf } from "@neurite/core";
import type { InputSpec } from "../core/input-spec.ts";
import { spatialInputs } from "../core/spatial-inputs.ts";
import type { LayerOptions } from "../core/layer.ts";
import { SpatialDropout } from "./spatial-dropout.ts";

/** Options of {@link SpatialDropout1D}. */
export interface SpatialDropout1DOptions extends Pick<LayerOptions, "name" | "dtype"> {
  /** Makes the masks the same in every run. Default null. */
  readonly seed?: number | null;
}

/**
 * Dropout of whole channels: [batch, steps, channels]. (Tompson et al., 2014, https://arxiv.org/abs/1411.4280)
 *
 * @example
 * new SpatialDropout1D(0.5)(ops.ones([1, 4, 2])).shape; // [1, 4, 2]
 */
export class SpatialDropout1D extends SpatialDropout {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "SpatialDropout1D" };
  override readonly inputSpec: InputSpec = spatialInputs(1);

  constructor(rate: number, options: SpatialDropout1DOptions = {}) {
    super({ rate, ...optionsOf("SpatialDropout1D", options) } as LayerOptions);
  }

  protected override channelAxis(rank: number): number {
    return rank - 1;
  }
}
