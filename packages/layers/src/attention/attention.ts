import { type AnyTensor, field, type Field, isTensor, type KerasIdentity, type Mask, ops, random, type Tensor, ValueError, type Variable } from "@neurite/core"; // prettier-ignore
import { isTraining } from "../core/call-context.ts";
import type { CallOptions, LayerOptions } from "../core/layer-options.ts";
import { Layer } from "../core/layer.ts";
import type { MaskTree } from "../core/masks.ts";

/** Options of {@link Attention}. */
export interface AttentionOptions extends LayerOptions {
  /** Multiplies the scores by a weight that is learned. Default false. */
  readonly useScale?: boolean;
  /** "dot": query · key; "concat": the sum of tanh(query + key), times a weight that is learned. Default "dot". */
  readonly scoreMode?: "dot" | "concat";
  /** Fraction of the attention weights dropped in training, 0 to 1. Default 0. */
  readonly dropout?: number;
  /** Makes the dropped weights the same in every run. Default null. */
  readonly seed?: number | null;
}

/** What may follow the inputs. */
export interface PlainAttentionCallOptions extends CallOptions {
  /** Gives [output, scores]. Default false. */
  readonly returnAttentionScores?: boolean;
  /** A query sees no keys after its own place. Default false. */
  readonly useCausalMask?: boolean;
}

/**
 * Attention without projections: inputs [query, value] or [query, value, key], of shapes [batch, queries, features] and [batch, keys, features] →
 * [batch, queries, features]; scores [batch, queries, keys]. (Luong et al., 2015, https://arxiv.org/abs/1508.04025)
 *
 * @example
 * const y = new Attention()([query, value], { useCausalMask: true });
 */
export class Attention extends Layer {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "Attention" };
  static override readonly fields: readonly Field[] = [
    field.boolean("useScale", { default: false }),
    field.choice("scoreMode", ["dot", "concat"], { default: "dot" }),
    field.number("dropout", { default: 0, min: 0, max: 1 }),
    field.integer("seed", { default: null }),
  ];
  declare readonly useScale: boolean;
  declare readonly scoreMode: "dot" | "concat";
  declare readonly dropout: number;
  declare readonly seed: number | null;
  /** A scalar, with `useScale`. */
  scale: Variable | null = null;
  /** A scalar, with scores of mode "concat". */
  concatScoreWeight: Variable | null = null;
  readonly seedGenerator: random.SeedGenerator | null;

  constructor(options: AttentionOptions = {}) {
    super(options);
    this.seedGenerator = this.dropout > 0 ? new random.SeedGenerator(this.seed) : null;
  }

  override get takesMask(): boolean {
    return true;
  }

  override computeMask(_inputs: unknown, masks: MaskTree): MaskTree {
    return Array.isArray(masks) ? ((masks[0] as Mask | null) ?? null) : null;
  }

  override build(_inputShape: unknown): void {
    if (this.useScale) this.scale = this.addWeight({ name: "scale", shape: [], initializer: "ones" });
    if (this.scoreMode === "concat")
      this.concatScoreWeight = this.addWeight({ name: "concat_score_weight", shape: [], initializer: "ones" });
  }

  /** Query [batch, queries, features] and key [batch, keys, features] → [batch, queries, keys]. */
  protected scoresOf(query: Tensor, key: Tensor): Tensor {
    const scaled = (x: Tensor): Tensor => (this.scale === null ? x : ops.multiply(x, this.autocast(this.scale)));
    if (this.scoreMode === "dot") return scaled(ops.matmul(query, ops.swapaxes(key, -2, -1)));
    const sums = ops.add(ops.expandDims(query, -2), ops.expandDims(key, -3));
    return ops.multiply(this.autocast(this.concatScoreWeight as Variable), ops.sum(ops.tanh(scaled(sums)), { axis: -1 }));
  }

  /** @throws ValueError unless inputs are a list of two or three tensors. */
  override call(inputs: readonly Tensor[], options: PlainAttentionCallOptions = {}): Tensor | readonly [Tensor, Tensor] {
    if (!Array.isArray(inputs) || inputs.length < 2 || inputs.length > 3 || !inputs.every(isTensor))
      throw new ValueError(`[${this.className}] inputs must be [query, value] or [query, value, key]`);
    const [query, value, key = value] = inputs as unknown as [Tensor, Tensor, Tensor?];
    const masks = (options.mask ?? []) as unknown as readonly (AnyTensor | null)[];
    const [queryMask = null, valueMask = null] = Array.isArray(masks) ? masks : [];
    const scores = this.scoresOf(query, key);
    const sees = this.#seen(scores, valueMask, options.useCausalMask ?? false);
    // As Keras: what is hidden is far below, not cut off.
    const lowest = scores.dtype === "float16" ? 65504 : 1e9;
    const masked = sees === null ? scores : ops.subtract(scores, ops.multiply(ops.cast(ops.logicalNot(sees), scores.dtype), lowest));
    let weights = ops.softmax(masked, { axis: -1 }) as Tensor;
    if (isTraining() && this.seedGenerator !== null)
      weights = random.dropout(weights, this.dropout, { seed: this.seedGenerator }) as Tensor;
    const mixed = ops.matmul(weights, value);
    const output = queryMask === null ? mixed : ops.multiply(mixed, ops.cast(ops.expandDims(queryMask, -1), mixed.dtype));
    return options.returnAttentionScores === true ? [output, weights] : output;
  }

  #seen(scores: Tensor, valueMask: AnyTensor | null, isCausal: boolean): Tensor | null {
    const visible = valueMask === null ? null : ops.expandDims(ops.cast(valueMask, "bool"), -2);
    if (!isCausal) return visible;
    const [queries, keys] = scores.shape.slice(-2) as [number, number];
    const rows = ops.reshape(ops.arange(queries, { dtype: "int32" }), [1, queries, 1]);
    const causal = ops.greaterEqual(rows, ops.reshape(ops.arange(keys, { dtype: "int32" }), [1, 1, keys]));
    return visible === null ? causal : ops.logicalAnd(visible, causal);
  }
}
