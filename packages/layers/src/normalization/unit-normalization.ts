import { type Field, field, type KerasIdentity, ops, type Tensor, withLeading } from "@neurite/core";
import { Layer, type LayerOptions } from "../core/layer.ts";

/** Options of {@link UnitNormalization}. */
export interface UnitNormalizationOptions extends LayerOptions {
  /** Axis, or axes, whose vector gets length 1. Default -1. */
  readonly axis?: number | readonly number[];
}

/**
 * Scales each sample to length 1 along an axis.
 *
 * Inputs have any shape, [batch, …], outputs the same.
 *
 * @example
 * new UnitNormalization()(tensor([[3, 4]])); // [[0.6, 0.8]]
 */
export class UnitNormalization extends Layer {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "UnitNormalization" };
  static override readonly fields: readonly Field[] = [field.axes("axis", { default: -1 })];
  declare readonly axis: number | readonly number[];

  /** @param axis The option of that name; or all options. */
  constructor(axis: number | readonly number[] | UnitNormalizationOptions = {}, options: UnitNormalizationOptions = {}) {
    super(withLeading(["axis"], [axis, options]));
    this.built = true;
  }

  override call(inputs: Tensor): Tensor {
    return ops.normalize(inputs, { axis: this.axis, order: 2, epsilon: 1e-12 });
  }
}
