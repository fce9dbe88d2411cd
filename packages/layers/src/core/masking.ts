import { field, type Field, type KerasIdentity, ops, type Tensor, withLeading } from "@neurite/core";
import { Layer, type LayerOptions } from "./layer.ts";
import type { MaskTree } from "./masks.ts";

/** Options of {@link Masking}. */
export interface MaskingOptions extends LayerOptions {
  /** What all features of a padded step are. Default 0. */
  readonly maskValue?: number;
}

/**
 * Marks the steps whose features all are `maskValue` as padding, for the layers after it, and sets them to zero:
 * [batch, timesteps, features] → the same.
 *
 * @example
 * const outputs = new LSTM(32)(new Masking({ maskValue: -1 })(inputs));
 */
export class Masking extends Layer {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "Masking" };
  static override readonly fields: readonly Field[] = [field.number("maskValue", { default: 0 })];
  declare readonly maskValue: number;

  /** @param maskValue The option of that name; or all options. */
  constructor(maskValue: number | MaskingOptions = {}, options: MaskingOptions = {}) {
    super(withLeading(["maskValue"], [maskValue, options]));
    this.built = true;
  }

  override computeMask(inputs: unknown): MaskTree {
    return ops.any(ops.notEqual(inputs as Tensor, this.maskValue), { axis: -1 });
  }

  override call(inputs: Tensor): Tensor {
    const kept = ops.any(ops.notEqual(inputs, this.maskValue), { axis: -1, keepdims: true });
    return ops.multiply(inputs, ops.cast(kept, inputs.dtype));
  }
}
