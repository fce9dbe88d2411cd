import {
  type AnyTensor,
  type Field,
  field,
  type KerasIdentity,
  ops,
  optionsOf,
  identityOf,
  type Tensor,
  type TensorLike,
  type Variable,
} from "@neurite/core";
import type { ConstraintFunction, ConstraintLike } from "../constraints/index.ts";
import type { InitializerFunction, InitializerLike } from "../initializers/index.ts";
import type { RegularizerFunction, RegularizerLike } from "../regularizers/index.ts";
import { QuantizedMatrix } from "../quantization/quantized-matrix.ts";
import { QuantizedDTypePolicy } from "../quantization/quantized-policy.ts";
import { layerField } from "../core/fields.ts";
import { Layer, type LayerOptions } from "../core/layer.ts";
import { loraFields, type LoraOptions, type LowRankOptions, LowRankUpdate, requireLoraFree } from "../core/low-rank.ts";
import type { MaskTree } from "../core/masks.ts";

/** Options of {@link Embedding}. */
export interface EmbeddingOptions extends LayerOptions, LowRankOptions {
  /** Default "uniform". */
  readonly embeddingsInitializer?: InitializerLike;
  readonly embeddingsRegularizer?: RegularizerLike | null;
  readonly embeddingsConstraint?: ConstraintLike | null;
  /** 0 stands for padding: the output's mask is false there. Default false. */
  readonly maskZero?: boolean;
  /** Values of the embeddings, [inputDim, outputDim]; the layer then is built at once. Default none. */
  readonly weights?: TensorLike | readonly TensorLike[] | null;
}

/**
 * Vectors of whole numbers, such as words: integers [batch, …] → [batch, …, outputDim].
 *
 * Weights: embeddings [inputDim, outputDim]. A run with a number outside 0…inputDim - 1 ends in an error.
 *
 * @example
 * new Embedding(10, 4)(tensor([[1, 2, 3]], { dtype: "int32" })).shape; // [1, 3, 4]
 */
export class Embedding extends Layer {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "Embedding" };
  static override readonly fields: readonly Field[] = [
    field.integer("inputDim", { min: 1 }),
    field.integer("outputDim", { min: 1 }),
    layerField.initializer("embeddingsInitializer", { default: "uniform" }),
    layerField.regularizer("embeddingsRegularizer"),
    layerField.regularizer("activityRegularizer"),
    layerField.constraint("embeddingsConstraint"),
    field.boolean("maskZero", { default: false }),
    field.json("quantizationConfig", { default: null }),
    ...loraFields,
  ];
  /** Numbers there are: 0 to inputDim - 1. */
  declare readonly inputDim: number;
  /** Size of a vector. */
  declare readonly outputDim: number;
  declare readonly embeddingsInitializer: InitializerFunction;
  declare readonly embeddingsRegularizer: RegularizerFunction | null;
  declare readonly embeddingsConstraint: ConstraintFunction | null;
  declare readonly maskZero: boolean;
  declare readonly loraRank: number | null;
  declare readonly loraAlpha: number | null;
  /** [inputDim, outputDim]; there once the layer is built. */
  embeddings!: Variable;
  /** The embeddings, with a {@link QuantizedDTypePolicy}; else null. */
  quantizedEmbeddings: QuantizedMatrix | null = null;

  #lora: LowRankUpdate | null = null;

  constructor(inputDim: number, outputDim: number, options: EmbeddingOptions = {}) {
    const { weights = null, ...rest } = optionsOf(identityOf(new.target).className, options);
    super({ inputDim, outputDim, ...rest } as LayerOptions);
    if (weights === null) return;
    this.buildFor([]);
    this.setWeights(Array.isArray(weights) && weights.length === 1 ? (weights as TensorLike[]) : [weights as TensorLike]);
  }

  override build(): void {
    const shape = [this.inputDim, this.outputDim] as const;
    if (this.ownPolicy instanceof QuantizedDTypePolicy) {
      this.quantizedEmbeddings = new QuantizedMatrix(this, "embeddings", shape, "rows", this.ownPolicy);
    } else {
      this.embeddings = this.addWeight({
        name: "embeddings",
        shape,
        initializer: this.embeddingsInitializer,
        regularizer: this.embeddingsRegularizer,
        constraint: this.embeddingsConstraint,
      });
    }
    if (this.loraRank !== null) this.enableLora(this.loraRank, { loraAlpha: this.loraAlpha });
  }

  /**
   * Freezes the embeddings and trains a low-rank update of them instead. The layer must be built.
   *
   * @param rank Columns and rows that the two factors share.
   * @throws ValueError where it is not built, has an update already, or a constraint on the embeddings.
   */
  enableLora(rank: number, options: LoraOptions = {}): void {
    const weight = this.quantizedEmbeddings?.values ?? this.embeddings;
    requireLoraFree(this, weight, this.#lora);
    const target = { weight, shape: [this.inputDim, this.outputDim], name: "embeddings", regularizer: this.embeddingsRegularizer };
    this.#lora = new LowRankUpdate(this, rank, target, options);
    Object.assign(this, { loraRank: rank, loraAlpha: this.#lora.alpha });
  }

  /** The weights of the update; null without. */
  get lora(): LowRankUpdate | null {
    return this.#lora;
  }

  /** What files hold: the embeddings with the update in them. */
  get storedWeights(): readonly Variable[] {
    if (this.#lora === null) return this.ownWeights;
    const { quantizedEmbeddings: quantized } = this;
    return quantized === null ? [this.embeddings] : [quantized.values, ...quantized.parameters];
  }

  /** Called when {@link storedWeights} were set from a file. */
  afterLoading(): void {
    this.#lora?.clear();
  }

  override call(inputs: Tensor): Tensor {
    const quantized = this.quantizedEmbeddings;
    const indices = ops.cast(inputs, "int32");
    const rows = (table: AnyTensor): AnyTensor => ops.take(table, indices, { axis: 0 });
    const lora = this.#lora;
    const found =
      quantized === null ? rows(lora === null ? this.autocast(this.embeddings) : this.embeddings) : rows(quantized.dequantized());
    return ops.cast(lora === null ? found : ops.add(found, lora.after(rows)), this.computeDtype) as Tensor;
  }

  override computeMask(inputs: unknown): MaskTree {
    return this.maskZero ? (ops.notEqual(inputs as Tensor, 0) as Tensor) : null;
  }
}
