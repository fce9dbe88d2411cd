import { type Field, type KerasIdentity, ops, type Tensor } from "@neurite/core";
import { layerField } from "../core/fields.ts";
import { InputSpec } from "../core/input-spec.ts";
import { Layer, type LayerOptions } from "../core/layer.ts";

/** Options of {@link Flatten}. */
export interface FlattenOptions extends LayerOptions {
  /** With "channels_first" the channels are moved last before flattening. Default "channels_last". */
  readonly dataFormat?: "channels_last" | "channels_first";
}

/**
 * Makes one axis of all but the batch: [batch, …] → [batch, features]. [batch] → [batch, 1].
 *
 * @example
 * new Flatten({ inputShape: [28, 28] })
 */
export class Flatten extends Layer {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "Flatten" };
  static override readonly fields: readonly Field[] = [layerField.dataFormat()];
  declare readonly dataFormat: "channels_last" | "channels_first";
  override readonly inputSpec: InputSpec = new InputSpec({ minNdim: 1 });

  constructor(options: FlattenOptions = {}) {
    super(options);
  }

  override call(inputs: Tensor): Tensor {
    const { ndim } = inputs;
    const swap = this.dataFormat === "channels_first" && ndim > 2;
    const x = swap ? ops.transpose(inputs, { axes: [0, ...Array.from({ length: ndim - 2 }, (_, i) => i + 2), 1] }) : inputs;
    const features = x.shape.slice(1).reduce((product, dim) => product * dim, 1);
    return ops.reshape(x, [x.shape[0] as number, features]);
  }
}
