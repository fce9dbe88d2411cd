import { type Field, field, type KerasIdentity, ops, type Tensor, withLeading } from "@neurite/core";
import { Layer, type LayerOptions } from "../core/layer.ts";

/** Options of {@link ELU}. */
export interface ELUOptions extends LayerOptions {
  /** Default 1. */
  readonly alpha?: number;
}

/**
 * `x` above 0, `alpha · (exp(x) - 1)` below. (Clevert et al., 2015, https://arxiv.org/abs/1511.07289)
 *
 * Inputs have any shape, [batch, …], outputs the same.
 *
 * @example
 * new ELU()(tensor([-1, 2])); // [-0.63212, 2]
 */
export class ELU extends Layer {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "ELU" };
  static override readonly fields: readonly Field[] = [field.number("alpha", { default: 1 })];
  declare readonly alpha: number;

  /** @param alpha The option of that name; or all options. */
  constructor(alpha: number | ELUOptions = {}, options: ELUOptions = {}) {
    super(withLeading(["alpha"], [alpha, options]));
    this.built = true;
  }

  override call(inputs: Tensor): Tensor {
    return ops.elu(inputs, { alpha: this.alpha });
  }
}
