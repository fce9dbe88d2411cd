import { field, type Field, random, type Tensor } from "@neurite/core";
import { isTraining } from "../core/call-context.ts";
import { Layer, type LayerOptions } from "../core/layer.ts";

/** Base of dropouts of whole channels. */
export abstract class SpatialDropout extends Layer {
  static override readonly fields: readonly Field[] = [
    field.boolean("trainable", { default: true, omitted: "always" }),
    field.number("rate", { min: 0, max: 1 }),
    field.integer("seed", { default: null }),
  ];
  /** Fraction dropped, 0 to 1. */
  declare readonly rate: number;
  declare readonly seed: number | null;
  readonly seedGenerator: random.SeedGenerator | null;

  constructor(options: LayerOptions) {
    super(options);
    this.seedGenerator = this.rate > 0 ? new random.SeedGenerator(this.seed) : null;
    this.built = true;
  }

  /** The axis of the channels. */
  protected abstract channelAxis(rank: number): number;

  override call(inputs: Tensor): Tensor {
    if (!isTraining() || this.seedGenerator === null) return inputs;
    const channels = this.channelAxis(inputs.ndim);
    const noiseShape = inputs.shape.map((dim, axis) => (axis === 0 || axis === channels ? dim : 1));
    return random.dropout(inputs, this.rate, { noiseShape, seed: this.seedGenerator });
  }

  /** As Keras writes it: its constructors of this kind take neither a policy nor `trainable`. */
  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), dtype: this.dtypePolicy.name };
  }
}
