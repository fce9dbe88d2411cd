import {
  anySymbolic, field, type Field, flattenTree, invalid, isTensor, type KerasIdentity, maskOf, ops, optionsOf, setMask, ShapeError, type Tensor, ValueError,
} from "@neurite/core"; // prettier-ignore
import type { LayerOptions } from "../core/layer-options.ts";
import { maskedSoftmax } from "./masks.ts";
import { type AttentionCallOptions, projectionFields, ProjectedAttention, type ProjectedAttentionOptions } from "./projected-attention.ts";

/** Options of {@link MultiHeadAttention}. */
export interface MultiHeadAttentionOptions extends ProjectedAttentionOptions {
  /** Features of a head's values. Default: `keyDim`. */
  readonly valueDim?: number | null;
  /** Sizes of the output's last axes. Default: the queries' features. */
  readonly outputShape?: number | readonly number[] | null;
  /** Axes that are attended over, not that of the batch. Default: all between the batch and the features. */
  readonly attentionAxes?: number | readonly number[] | null;
}

const letters = "abcdefghijklmnopqrstuvwxyz";

/**
 * Attention in several heads: each projects queries, keys and values, and their results are put together by another projection. Queries
 * [batch, queries, features], values and keys [batch, keys, features] → [batch, queries, features]; scores [batch, heads, queries, keys].
 * (Vaswani et al., 2017, https://arxiv.org/abs/1706.03762)
 *
 * Masks are Keras's, which matters to models trained there: queries have the mask that goes with them and no other, whatever `queryMask` says, and
 * a call takes the masks of its queries, values and keys away, so that what is applied to the same tensors later sees none. The output has the
 * mask of the queries.
 *
 * @param numHeads Heads. `keyDim`: features of a head's queries and keys.
 * @example
 * const attention = new MultiHeadAttention(4, 64);
 * const y = attention(x, x, { useCausalMask: true });
 * const [z, scores] = attention<[Tensor, Tensor]>(query, value, { key, returnAttentionScores: true });
 */
export class MultiHeadAttention extends ProjectedAttention {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "MultiHeadAttention" };
  static override readonly fields: readonly Field[] = [
    field.integer("numHeads", { min: 1 }),
    field.integer("keyDim", { min: 1 }),
    field.integer("valueDim", { default: null, min: 1 }),
    field.number("dropout", { default: 0, min: 0, max: 1 }),
    field.boolean("useBias", { default: true }),
    field.boolean("useGate", { default: false }),
    field.object(
      "outputShape",
      {
        expected: "a size or a list of sizes",
        resolve: (value) => (typeof value === "number" ? [value] : Array.isArray(value) ? [...(value as number[])] : invalid),
      },
      { default: null },
    ),
    field.object(
      "attentionAxes",
      {
        expected: "an axis or a list of axes",
        resolve: (value) => (typeof value === "number" ? [value] : Array.isArray(value) ? [...(value as number[])] : invalid),
      },
      { default: null },
    ),
    field.integer("slidingWindow", { default: null, min: 1 }),
    ...projectionFields,
  ];
  declare readonly numHeads: number;
  declare readonly keyDim: number;
  declare readonly valueDim: number;
  declare readonly outputShape: readonly number[] | null;
  declare attentionAxes: readonly number[] | null;
  /** Equations of scores and of what they mix, set when built. */
  #scores = "";
  #mix = "";

  constructor(numHeads: number, keyDim: number, options: MultiHeadAttentionOptions = {}) {
    super({ numHeads, keyDim, ...optionsOf("MultiHeadAttention", options) } as LayerOptions);
    (this as { valueDim: number }).valueDim ??= keyDim;
  }

  /** @throws ShapeError when keys and values differ in more than their features. */
  protected override buildProjections(
    query: readonly (number | null)[],
    value: readonly (number | null)[],
    key: readonly (number | null)[],
  ): void {
    const inner = (shape: readonly (number | null)[]): string => shape.slice(1, -1).join(",");
    if (inner(value) !== inner(key))
      throw new ShapeError(`[MultiHeadAttention] keys and values must be alike but for their features: got [${key}] and [${value}]`);
    const { numHeads, keyDim, valueDim } = this;
    const project = (name: string, rank: number, size: number, more = {}): ProjectedAttention["queryDense"] => {
      const free = letters.slice(0, rank - 1);
      const [input, head, output] = letters.slice(rank - 1, rank + 2) as unknown as [string, string, string];
      const sizes = [...Array.from({ length: rank - 2 }, () => null), numHeads, size];
      return this.projection(name, `${free}${input},${input}${head}${output}->${free}${head}${output}`, sizes, `${head}${output}`, more);
    };
    this.queryDense = project("query", query.length, keyDim);
    this.queryDense.buildFor(query);
    this.keyDense = project("key", key.length, keyDim);
    this.keyDense.buildFor(key);
    if (this.useGate) {
      this.gateDense = project("gate", query.length, valueDim, { activation: "sigmoid" });
      this.gateDense.buildFor(query);
    }
    this.valueDense = project("value", value.length, valueDim);
    this.valueDense.buildFor(value);
    this.#planAttention(value.length + 1);
    const free = letters.slice(0, query.length - 1);
    const [head, size] = letters.slice(query.length - 1, query.length + 1) as unknown as [string, string];
    const shape = this.outputShape ?? [query.at(-1) as number];
    const outputs = letters.slice(query.length + 1, query.length + 1 + shape.length);
    const sizes = [...Array.from({ length: query.length - 2 }, () => null), ...shape];
    this.outputDense = this.projection(
      "attention_output",
      `${free}${head}${size},${head}${size}${outputs}->${free}${outputs}`,
      sizes,
      outputs,
    );
    this.outputDense.buildFor([...query.slice(0, -1), numHeads, valueDim]);
  }

  /** The equations for projected operands of a rank: keys and values attended over some axes, all others a batch. */
  #planAttention(rank: number): void {
    this.attentionAxes = (this.attentionAxes ?? Array.from({ length: rank - 3 }, (_, i) => i + 1)).map((axis) =>
      axis < 0 ? rank - 1 + axis : axis,
    );
    const axes = this.attentionAxes;
    const target = letters.slice(0, rank).split("");
    const batch = target.map((_, i) => i).filter((i) => !axes.includes(i) && i !== rank - 1);
    let next = rank;
    const source = target.map((letter, i) => (batch.includes(i) || i === rank - 1 ? letter : (letters[next++] as string)));
    const scores = [...batch.map((i) => target[i]), ...axes.map((i) => target[i]), ...axes.map((i) => source[i])].join("");
    this.#scores = `${source.join("")},${target.join("")}->${scores}`;
    this.#mix = `${scores},${source.join("")}->${target.join("")}`;
  }

  protected override maskOptions(args: readonly unknown[], options: AttentionCallOptions): Readonly<Record<string, unknown>> {
    const found = super.maskOptions(args, options);
    return anySymbolic(args, options) ? found : { ...found, queryMask: maskOf(this.argumentsOf(args, options).query) };
  }

  override call(query: Tensor, ...rest: unknown[]): Tensor | readonly [Tensor, Tensor] {
    const output = super.call(query, ...rest);
    for (const x of flattenTree([query, rest])) if (isTensor(x)) setMask(x, null);
    return output;
  }

  protected override attend(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    { sees, wantsScores }: { readonly sees: Tensor | null; readonly wantsScores: boolean },
  ): readonly [Tensor, Tensor | null] {
    const axes = this.attentionAxes as readonly number[];
    const scale = 1 / Math.sqrt(this.keyDim);
    const rank = query.ndim + axes.length - 1;
    let mask = sees;
    // Masks say nothing of heads: those axes go before the ones attended over.
    while (mask !== null && mask.ndim < rank) mask = ops.expandDims(mask, -(axes.length * 2) - 1);
    if (query.ndim === 4 && !wantsScores && !(this.dropout > 0)) return [ops.dotProductAttention(query, key, value, { mask, scale }), null];
    const scores = ops.einsum(this.#scores, key, ops.multiply(query, scale));
    const along = Array.from({ length: axes.length }, (_, i) => rank - axes.length + i);
    if (mask !== null && mask.ndim > rank)
      throw new ValueError(`[MultiHeadAttention] attentionMask has too many axes: got shape [${mask.shape}]`);
    const weights = maskedSoftmax(scores, mask, along);
    return [ops.einsum(this.#mix, this.dropWeights(weights), value), weights];
  }
}
