import { field, type Field, type KerasIdentity, type Tensor, withLeading } from "@neurite/core";
import { relu } from "../activations/index.ts";
import { Layer, type LayerOptions } from "../core/layer.ts";

/** Options of {@link ReLU}. */
export interface ReLUOptions extends LayerOptions {
  /** Values above it become it. Default null: none. */
  readonly maxValue?: number | null;
  /** Slope below the threshold. Default 0. */
  readonly negativeSlope?: number;
  /** Values below it are damped. Default 0. */
  readonly threshold?: number;
}

/**
 * `max(x, 0)`; with options a leaky, capped or shifted one.
 *
 * Inputs have any shape, [batch, …], outputs the same.
 *
 * @example
 * new ReLU({ maxValue: 6 })(tensor([-1, 2, 8])); // [0, 2, 6]
 */
export class ReLU extends Layer {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "ReLU" };
  static override readonly fields: readonly Field[] = [
    field.number("maxValue", { default: null, min: 0 }),
    field.number("negativeSlope", { default: 0, min: 0 }),
    field.number("threshold", { default: 0, min: 0 }),
  ];
  declare readonly maxValue: number | null;
  declare readonly negativeSlope: number;
  declare readonly threshold: number;

  /** @param maxValue The option of that name; or all options. */
  constructor(maxValue: number | ReLUOptions = {}, options: ReLUOptions = {}) {
    super(withLeading(["maxValue"], [maxValue, options]));
    this.built = true;
  }

  override call(inputs: Tensor): Tensor {
    const { maxValue, negativeSlope, threshold } = this;
    return relu(inputs, { maxValue, negativeSlope, threshold });
  }
}
