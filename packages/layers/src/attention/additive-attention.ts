import { field, type Field, type KerasIdentity, ops, type SymbolicShape, type Tensor } from "@neurite/core";
import { Attention, type AttentionOptions } from "./attention.ts";

/**
 * Attention whose scores are sums: `sum(scale · tanh(query + key))` over the features. Inputs and outputs are those of {@link Attention}.
 * (Bahdanau et al., 2015, https://arxiv.org/abs/1409.0473)
 *
 * Queries are [batch, targets, features], values and keys [batch, sources, features]; the output is [batch, targets, features].
 *
 * @example
 * const [query, value] = [ops.ones([2, 3, 4]), ops.ones([2, 5, 4])];
 * new AdditiveAttention()([query, value]).shape; // [2, 3, 4]
 */
export class AdditiveAttention extends Attention {
  static override readonly keras: KerasIdentity = { module: "keras.layers", className: "AdditiveAttention" };
  static override readonly fields: readonly Field[] = [
    field.boolean("useScale", { default: true }),
    field.choice("scoreMode", ["dot", "concat"], { default: "dot", omitted: "always" }),
  ];

  constructor(options: Omit<AttentionOptions, "scoreMode"> = {}) {
    super(options);
  }

  override build(inputShape: readonly SymbolicShape[]): void {
    const features = inputShape[0]?.at(-1) as number;
    if (this.useScale) this.scale = this.addWeight({ name: "scale", shape: [features], initializer: "glorot_uniform" });
  }

  protected override scoresOf(query: Tensor, key: Tensor): Tensor {
    const sums = ops.tanh(ops.add(ops.expandDims(query, -2), ops.expandDims(key, -3)));
    return ops.sum(this.scale === null ? sums : ops.multiply(this.autocast(this.scale), sums), { axis: -1 });
  }
}
