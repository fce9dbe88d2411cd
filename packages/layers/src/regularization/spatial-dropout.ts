import { field, type Field, random, type Tensor } from "@neurite/core";
import { DropoutLayer } from "./noise-layer.ts";

/**
 * Base of dropouts of whole channels: [batch, ...spatial, channels], or channels first; the shape stays.
 *
 * @example
 * new SpatialDropout1D(0.5)(tensor([[[1, 2]]])); // [[[1, 2]]]
 */
export abstract class SpatialDropout extends DropoutLayer {
  static override readonly fields: readonly Field[] = [field.boolean("trainable", { default: true, omitted: "always" })];

  /** The axis of the channels. */
  protected abstract channelAxis(rank: number): number;

  protected override disturb(inputs: Tensor, seed: random.SeedGenerator): Tensor {
    const channels = this.channelAxis(inputs.ndim);
    const noiseShape = inputs.shape.map((dim, axis) => (axis === 0 || axis === channels ? dim : 1));
    return random.dropout(inputs, this.rate, { noiseShape, seed });
  }

  /** As Keras writes it: its constructors of this kind take neither a policy nor `trainable`. */
  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), dtype: this.ownPolicy.name };
  }
}
