import { type Field, field, type KerasIdentity, ops, type Tensor, withLeading } from "@neurite/core";
import { Layer, type LayerOptions } from "../core/layer.ts";

/** Options of {@link LeakyReLU}. */
export interface LeakyReLUOptions extends LayerOptions {
  /** Default 0.3. */
  readonly negativeSlope?: number;
}

/**
 * `x` above 0, `negativeSlope · x` below.
 *
 * Inputs have any shape, [batch, …], outputs the same.
 *
 * @example
 * new LeakyReLU()(tensor([-1, 2])); // [-0.3, 2]
 */
export class LeakyReLU extends Layer {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "LeakyReLU" };
  static override readonly fields: readonly Field[] = [field.number("negativeSlope", { default: 0.3, min: 0 })];
  declare readonly negativeSlope: number;

  /** @param negativeSlope The option of that name; or all options. */
  constructor(negativeSlope: number | LeakyReLUOptions = {}, options: LeakyReLUOptions = {}) {
    super(withLeading(["negativeSlope"], [negativeSlope, options]));
    this.built = true;
  }

  override call(inputs: Tensor): Tensor {
    return ops.leakyRelu(inputs, { negativeSlope: this.negativeSlope });
  }
}
