import { type Field, field, type KerasIdentity, random, type Tensor } from "@neurite/core";
import type { DataFormat } from "../convolutional/conv.ts";
import { isTraining } from "../core/call-context.ts";
import { layerField } from "../core/fields.ts";
import { Layer, type LayerOptions } from "../core/layer.ts";

export interface SpatialDropout2DOptions extends LayerOptions {
  /** Makes the masks the same in every run. Default null. */
  readonly seed?: number | null;
  /** Default "channels_last". */
  readonly dataFormat?: DataFormat | null;
}

/** Dropout of whole channels: [batch, rows, columns, channels]. (Tompson et al., 2014, https://arxiv.org/abs/1411.4280) */
export class SpatialDropout2D extends Layer {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "SpatialDropout2D" };
  static override readonly fields: readonly Field[] = [field.number("rate", { min: 0, max: 1 }), field.integer("seed", { default: null }), layerField.dataFormat()];
  /** Fraction dropped, 0 to 1. */
  declare readonly rate: number;
  declare readonly seed: number | null;
  declare readonly dataFormat: DataFormat;
  readonly seedGenerator: random.SeedGenerator | null;

  constructor(rate: number, options: SpatialDropout2DOptions = {}) {
    super({ rate, ...options } as LayerOptions);
    this.seedGenerator = this.rate > 0 ? new random.SeedGenerator(this.seed) : null;
    this.built = true;
  }

  override call(inputs: Tensor): Tensor {
    if (!isTraining() || this.seedGenerator === null) return inputs;
    const channels = this.dataFormat === "channels_last" ? inputs.ndim - 1 : 1;
    const noiseShape = inputs.shape.map((dim, axis) => (axis === 0 || axis === channels ? dim : 1));
    return random.dropout(inputs, this.rate, { noiseShape, seed: this.seedGenerator });
  }
}
