/** Attention. */
import { ShapeError, ValueError } from "../../errors.ts";
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import { formatAval } from "../../shapes/format.ts";
import type { TensorLike } from "../../tensor/create.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { boolInput, input, operands, toFloat } from "../support/input.ts";
import { op, type Op } from "../support/op.ts";
import { softmaxOf } from "./softmax.ts";

/** Options of {@link dotProductAttention}. */
export interface AttentionOptions {
  /** Added to the logits; broadcasts to [batch, heads, queries, keys]. */
  readonly bias?: TensorLike | null;
  /** bool, true where a query may see a key; broadcasts to [batch, heads, queries, keys]. */
  readonly mask?: TensorLike | null;
  /** Multiplies the logits. Default 1 / sqrt(size of a head). */
  readonly scale?: number | null;
  /** Whether a query sees only keys up to its own position. Default false. */
  readonly isCausal?: boolean;
  /** Kept for Keras: which kernel runs is the device's choice. */
  readonly flashAttention?: boolean | null;
  /** Limits logits softly: `cap · tanh(logits / cap)`. Default none. */
  readonly attnLogitsSoftCap?: number | null;
}

/** A logit that no query takes: far below all others and still finite, so that a row of them gives a uniform distribution. */
const hidden = -0.7 * 3.4028234663852886e38;

/**
 * `softmax(query · keyᵀ · scale) · value` for each head: query [batch, queries, heads, size], key and value [batch, keys, kvHeads, size] →
 * [batch, queries, heads, size]. With fewer kvHeads each is shared by a group of heads. The softmax is computed in float32.
 * (Vaswani et al. 2017; grouped: Ainslie et al. 2023)
 * @throws ShapeError when the operands are not of rank 4 or the heads do not divide.
 *
 * @example
 * ops.dotProductAttention(ops.ones([1, 3, 2, 4]), ops.ones([1, 5, 2, 4]), ops.ones([1, 5, 2, 4])).shape; // [1, 3, 2, 4]
 */
export const dotProductAttention: Op<[query: TensorLike, key: TensorLike, value: TensorLike, options?: AttentionOptions]> = op(
  "dot_product_attention",
  ["query", "key", "value"],
  (query: TensorLike, key: TensorLike, value: TensorLike, options: AttentionOptions = {}) => {
    const name = "dot_product_attention";
    const [q, k, v] = operands(name, [query, key, value], ["query", "key", "value"]).map(toFloat) as [Value, Value, Value];
    if ([q, k, v].some(({ shape }) => shape.length !== 4)) {
      throw new ShapeError(`[${name}] operands must be [batch, length, heads, size]: received ${[q, k, v].map(formatAval).join(", ")}`);
    }
    const [batch, queries, heads, size] = q.shape as [number, number, number, number];
    const [, keys, kvHeads] = k.shape as [number, number, number, number];
    const group = heads / kvHeads;
    if (!Number.isInteger(group))
      throw new ShapeError(`[${name}] heads must be a multiple of kvHeads: received ${formatAval(q)} and ${formatAval(k)}`);
    // [batch, kvHeads, group · queries, size] · [batch, kvHeads, size, keys]
    const split = build.reshape(q, [batch, queries, kvHeads, group, size]);
    const rows = build.reshape(build.transpose(split, [0, 2, 3, 1, 4]), [batch, kvHeads, group * queries, size]);
    const products = build.dot(rows, build.transpose(k, [0, 2, 3, 1]));
    const raw = build.mul(build.reshape(products, [batch, heads, queries, keys]), options.scale ?? 1 / Math.sqrt(size));
    const weights = build.cast(softmaxOf(maskedLogits(name, raw, options), [3]), v.dtype);
    const mixed = build.dot(build.reshape(weights, [batch, kvHeads, group * queries, keys]), build.transpose(v, [0, 2, 1, 3]));
    const valueSize = v.shape[3] as number;
    const parts = build.reshape(mixed, [batch, kvHeads, group, queries, valueSize]);
    return new Tensor(build.reshape(build.transpose(parts, [0, 3, 1, 2, 4]), [batch, queries, heads, valueSize]));
  },
);

/** Capped, biased and masked logits in float32 (float64 where they are). */
function maskedLogits(name: string, raw: Value, { bias, mask, isCausal, attnLogitsSoftCap: cap }: AttentionOptions): Value {
  let logits = build.cast(raw, raw.dtype === "float64" ? "float64" : "float32");
  if (cap !== undefined && cap !== null) {
    if (!(cap > 0)) throw new ValueError(`[${name}] attnLogitsSoftCap must be positive: received ${cap}`);
    logits = build.mul(build.tanh(build.div(logits, cap)), cap);
  }
  if (bias !== undefined && bias !== null) logits = build.add(logits, build.cast(input(name, bias, "bias", logits.dtype), logits.dtype));
  const [queries, keys] = raw.shape.slice(2) as [number, number];
  let visible = mask === undefined || mask === null ? null : boolInput(name, mask, "mask");
  if (isCausal === true) {
    const causal = build.lowerMask(queries, keys);
    visible = visible === null ? causal : build.and(visible, causal);
  }
  return visible === null ? logits : build.select(visible, logits, hidden);
}
