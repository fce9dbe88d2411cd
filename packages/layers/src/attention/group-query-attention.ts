import { field, type Field, type KerasIdentity, ops, optionsOf, type Tensor, ValueError } from "@neurite/core";
import type { LayerOptions } from "../core/layer-options.ts";
import { maskedSoftmax } from "./masks.ts";
import { projectionFields, ProjectedAttention, type ProjectedAttentionOptions } from "./projected-attention.ts";

/**
 * Attention in heads of queries that share heads of keys and values in groups: between multi-head and multi-query attention. Queries
 * [batch, queries, features], values and keys [batch, keys, features] → [batch, queries, features]. (Ainslie et al., 2023, https://arxiv.org/abs/2305.13245)
 *
 * @param headDim Features of a head. `numQueryHeads` must be a multiple of `numKeyValueHeads`.
 * @example
 * const y = new GroupQueryAttention(64, 8, 2)(x, x, { useCausalMask: true });
 */
export class GroupQueryAttention extends ProjectedAttention {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "GroupQueryAttention", innerName: "GroupedQueryAttention" };
  static override readonly fields: readonly Field[] = [
    field.integer("headDim", { min: 1 }),
    field.integer("numQueryHeads", { min: 1 }),
    field.integer("numKeyValueHeads", { min: 1 }),
    field.boolean("useBias", { default: true }),
    field.boolean("useGate", { default: false }),
    field.integer("slidingWindow", { default: null, min: 1 }),
    field.number("dropout", { default: 0, min: 0, max: 1 }),
    ...projectionFields,
  ];
  declare readonly headDim: number;
  declare readonly numQueryHeads: number;
  declare readonly numKeyValueHeads: number;

  /** @throws ValueError when the heads do not divide. */
  constructor(headDim: number, numQueryHeads: number, numKeyValueHeads: number, options: ProjectedAttentionOptions = {}) {
    super({ headDim, numQueryHeads, numKeyValueHeads, ...optionsOf("GroupQueryAttention", options) } as LayerOptions);
    if (numQueryHeads % numKeyValueHeads !== 0)
      throw new ValueError(
        `[GroupQueryAttention] numQueryHeads must be a multiple of numKeyValueHeads: got ${numQueryHeads} and ${numKeyValueHeads}`,
      );
  }

  override get storedNames(): Readonly<Record<string, string>> {
    const projections = { queryDense: "_query_dense", keyDense: "_key_dense", valueDense: "_value_dense", outputDense: "_output_dense" };
    return { ...super.storedNames, ...projections };
  }

  protected override buildProjections(
    query: readonly (number | null)[],
    value: readonly (number | null)[],
    key: readonly (number | null)[],
  ): void {
    const { headDim, numQueryHeads, numKeyValueHeads } = this;
    this.queryDense = this.projection("query", "bqm,muh->bquh", [null, numQueryHeads, headDim], "uh");
    this.queryDense.buildFor(query);
    this.keyDense = this.projection("key", "bkm,mvh->bkvh", [null, numKeyValueHeads, headDim], "vh");
    this.keyDense.buildFor(key);
    if (this.useGate) {
      this.gateDense = this.projection("gate", "bqm,muh->bquh", [null, numQueryHeads, headDim], "uh", { activation: "sigmoid" });
      this.gateDense.buildFor(query);
    }
    this.valueDense = this.projection("value", "bkm,mvh->bkvh", [null, numKeyValueHeads, headDim], "vh");
    this.valueDense.buildFor(value);
    this.outputDense = this.projection("attention_output", "bquh,uhm->bqm", [null, query.at(-1) ?? null], "m");
    this.outputDense.buildFor([null, null, numQueryHeads, headDim]);
  }

  protected override attend(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    { sees, wantsScores }: { readonly sees: Tensor | null; readonly wantsScores: boolean },
  ): readonly [Tensor, Tensor | null] {
    const scale = 1 / Math.sqrt(this.headDim);
    const mask = sees !== null && sees.ndim < 4 ? ops.expandDims(sees, -3) : sees;
    if (!wantsScores && !(this.dropout > 0)) return [ops.dotProductAttention(query, key, value, { mask, scale }), null];
    const group = this.numQueryHeads / this.numKeyValueHeads;
    const keys = ops.repeat(key, group, { axis: 2 });
    const scores = ops.einsum("bquh,bkuh->buqk", ops.multiply(query, scale), keys);
    const weights = maskedSoftmax(scores, mask, -1);
    return [ops.einsum("buqk,bkuh->bquh", this.dropWeights(weights), ops.repeat(value, group, { axis: 2 })), weights];
  }
}
