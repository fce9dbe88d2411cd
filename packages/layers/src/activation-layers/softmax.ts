import { type Field, field, type KerasIdentity, ops, type Tensor, withLeading } from "@neurite/core";
import { type CallOptions, Layer, type LayerOptions } from "../core/layer.ts";

/** Options of {@link Softmax}. */
export interface SoftmaxOptions extends LayerOptions {
  /** One axis, or several. Default -1. */
  readonly axis?: number | readonly number[];
}

/**
 * Probabilities from logits along an axis; those where `mask` is false are 0.
 *
 * Inputs are [..., classes], or have the classes along another axis; outputs have their shape.
 *
 * @example
 * new Softmax()(tensor([[0, 1]])); // [[0.26894, 0.73106]]
 */
export class Softmax extends Layer {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "Softmax" };
  static override readonly fields: readonly Field[] = [field.axes("axis", { default: -1 })];
  declare readonly axis: number | readonly number[];

  /** @param axis The option of that name; or all options. */
  constructor(axis: number | readonly number[] | SoftmaxOptions = {}, options: SoftmaxOptions = {}) {
    super(withLeading(["axis"], [axis, options]));
    this.built = true;
  }

  override get takesMask(): boolean {
    return true;
  }

  override call(inputs: Tensor, { mask = null }: CallOptions = {}): Tensor {
    if (mask === null) return ops.softmax(inputs, { axis: this.axis });
    const lowest = inputs.dtype === "float16" ? -3e4 : -1e9;
    return ops.where(mask, ops.softmax(ops.where(mask, inputs, lowest), { axis: this.axis }), 0);
  }
}
