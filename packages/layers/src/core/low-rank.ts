import {
  type AnyTensor,
  currentScope,
  field,
  type Field,
  ops,
  type Tensor,
  ValueError,
  type Variable,
  withScope,
  optionsOf,
} from "@neurite/core";
import { getInitializer, type InitializerLike } from "../initializers/index.ts";
import type { RegularizerFunction } from "../regularizers/index.ts";
import type { Layer } from "./layer.ts";

/** Options of layers that can be trained by a low-rank update of a weight. */
export interface LowRankOptions {
  /** Trains a low-rank update, of this rank, in place of the weight. Default null; see `enableLora`. */
  readonly loraRank?: number | null;
  /** The update is multiplied by `loraAlpha / loraRank`. Default: the rank. */
  readonly loraAlpha?: number | null;
}

/** Options of `enableLora`. */
export interface LoraOptions extends Pick<LowRankOptions, "loraAlpha"> {
  /** Of the first factor. Default "he_uniform". */
  readonly aInitializer?: InitializerLike;
  /** Of the second factor. Default "zeros": the update begins as none. */
  readonly bInitializer?: InitializerLike;
}

/** The fields of {@link LowRankOptions}, which stand in configs where there is an update. */
export const loraFields: readonly Field[] = [
  field.integer("loraRank", { default: null, min: 1, omitted: "default" }),
  field.number("loraAlpha", { default: null, omitted: "default" }),
];

/** The weight of a layer that is updated. */
interface Target {
  readonly weight: Variable;
  /** What it stands for, where it is kept otherwise, as in 4 bits. */
  readonly shape?: readonly number[] | undefined;
  readonly name: string;
  readonly regularizer: RegularizerFunction | null;
}

/**
 * A trained update of a frozen weight: the product of two small matrices, `alpha / rank · a · b`.
 * (LoRA: Hu et al., 2021, https://arxiv.org/abs/2106.09685)
 *
 * A weight [...size, n] gets factors [...size, rank] and [rank, n].
 *
 * @example
 * const dense = new Dense(4);
 * dense.build([null, 8]);
 * dense.enableLora(2);
 * dense.trainableWeights.map(({ shape }) => shape); // [[4], [8, 2], [2, 4]]
 */
export class LowRankUpdate {
  /** float32 [...size, rank]. */
  readonly a: Variable;
  /** float32 [rank, size]. */
  readonly b: Variable;
  readonly rank: number;
  readonly alpha: number;

  /**
   * Freezes the weight and makes the factors.
   *
   * @throws ValueError for a rank that is none, and for a constraint on the weight.
   */
  constructor(layer: Layer, rank: number, { weight, shape = weight.shape, name, regularizer }: Target, options: LoraOptions) {
    if (!Number.isInteger(rank) || rank < 1)
      throw new ValueError(`[enableLora] the rank must be a positive integer: got ${typeof rank === "number" ? rank : typeof rank}`);
    if (weight.constraint !== null) {
      throw new ValueError(`[enableLora] layer ${layer.toString()} has a constraint on its ${name}, which an update could not keep`);
    }
    this.rank = rank;
    this.alpha = optionsOf("enableLora", options).loraAlpha ?? rank;
    const make = (suffix: string, sizes: readonly number[], initializer: InitializerLike): Variable =>
      layer.addWeight({
        name: `lora_${name}_${suffix}`,
        shape: sizes,
        initializer: getInitializer(initializer),
        dtype: "float32",
        regularizer,
      });
    const inScope = currentScope().split("/").at(-1) === layer.name;
    const both = (): [Variable, Variable] => [
      make("a", [...shape.slice(0, -1), rank], options.aInitializer ?? "he_uniform"),
      make("b", [rank, shape.at(-1) as number], options.bInitializer ?? "zeros"),
    ];
    [this.a, this.b] = inScope ? both() : withScope(layer.name, both);
    weight.trainable = false;
  }

  /** The weight with the update added. */
  addTo(weight: Variable): Tensor {
    const update = ops.multiply(ops.matmul(this.a, this.b), this.alpha / this.rank);
    return ops.add(weight, ops.cast(update, weight.dtype)) as Tensor;
  }

  /** What the update gives where `first` does with the first factor what the layer does with its weight. */
  after(first: (a: AnyTensor) => AnyTensor): Tensor {
    return ops.multiply(ops.matmul(first(this.a), this.b), this.alpha / this.rank) as Tensor;
  }

  /** Makes the update none: files hold the weight with the update in it. The first factor stays, so that training can go on. */
  clear(): void {
    this.b.assign(ops.zeros(this.b.shape));
  }
}

/** @throws ValueError where the layer has no weight yet, or an update already. */
export function requireLoraFree(layer: Layer, weight: Variable | undefined, update: LowRankUpdate | null): void {
  if (weight === undefined) throw new ValueError(`[enableLora] layer ${layer.toString()} is not built: call it, or build it, before`);
  if (update !== null) throw new ValueError(`[enableLora] layer ${layer.toString()} has an update already`);
}
