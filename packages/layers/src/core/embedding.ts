import { type Field, field, type KerasIdentity, ops, type Tensor, type Variable } from "@neurite/core";
import type { ConstraintFunction, ConstraintLike } from "../constraints/index.ts";
import type { InitializerFunction, InitializerLike } from "../initializers/index.ts";
import type { RegularizerFunction, RegularizerLike } from "../regularizers/index.ts";
import { QuantizedMatrix } from "../quantization/quantized-matrix.ts";
import { QuantizedDTypePolicy } from "../quantization/quantized-policy.ts";
import { layerField } from "../core/fields.ts";
import { Layer, type LayerOptions } from "../core/layer.ts";
import type { MaskTree } from "../core/masks.ts";

/** Options of {@link Embedding}. */
export interface EmbeddingOptions extends LayerOptions {
  /** Default "uniform". */
  readonly embeddingsInitializer?: InitializerLike;
  readonly embeddingsRegularizer?: RegularizerLike | null;
  readonly embeddingsConstraint?: ConstraintLike | null;
  /** 0 stands for padding: the output's mask is false there. Default false. */
  readonly maskZero?: boolean;
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
  ];
  /** Numbers there are: 0 to inputDim - 1. */
  declare readonly inputDim: number;
  /** Size of a vector. */
  declare readonly outputDim: number;
  declare readonly embeddingsInitializer: InitializerFunction;
  declare readonly embeddingsRegularizer: RegularizerFunction | null;
  declare readonly embeddingsConstraint: ConstraintFunction | null;
  declare readonly maskZero: boolean;
  /** [inputDim, outputDim]; there once the layer is built. */
  embeddings!: Variable;
  /** The embeddings, with a {@link QuantizedDTypePolicy}; else null. */
  quantizedEmbeddings: QuantizedMatrix | null = null;

  constructor(inputDim: number, outputDim: number, options: EmbeddingOptions = {}) {
    super({ inputDim, outputDim, ...options } as LayerOptions);
  }

  override build(): void {
    if (this.dtypePolicy instanceof QuantizedDTypePolicy) {
      this.quantizedEmbeddings = new QuantizedMatrix(this, "embeddings", [this.inputDim, this.outputDim], "rows", this.dtypePolicy);
      return;
    }
    this.embeddings = this.addWeight({
      name: "embeddings",
      shape: [this.inputDim, this.outputDim],
      initializer: this.embeddingsInitializer,
      regularizer: this.embeddingsRegularizer,
      constraint: this.embeddingsConstraint,
    });
  }

  override call(inputs: Tensor): Tensor {
    const quantized = this.quantizedEmbeddings;
    const table = quantized === null ? this.autocast(this.embeddings) : ops.cast(quantized.dequantized(), this.computeDtype);
    return ops.take(table, ops.cast(inputs, "int32"), { axis: 0 });
  }

  override computeMask(inputs: unknown): MaskTree {
    return this.maskZero ? (ops.notEqual(inputs as Tensor, 0) as Tensor) : null;
  }
}
