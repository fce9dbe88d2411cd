import { type AnyTensor, type DType, type Field, field, type KerasIdentity, ops, type Tensor, type Variable } from "@neurite/core";
import { QuantizedMatrix, roundedTo8Bits, roundsInputs } from "../quantization/quantized-matrix.ts";
import { QuantizedDTypePolicy } from "../quantization/quantized-policy.ts";
import { RowPackedMatrix } from "../quantization/row-packed-matrix.ts";
import { Embedding, type EmbeddingOptions } from "./embedding.ts";
import type { CallOptions } from "./layer-options.ts";
import type { MaskTree } from "./masks.ts";

/** Options of {@link ReversibleEmbedding}. */
export interface ReversibleEmbeddingOptions extends EmbeddingOptions {
  /** Goes back by the transposed embeddings rather than by weights of its own. Default true. */
  readonly tieWeights?: boolean;
  /** Dtype in which it goes back. Default: that of the layer's computations. */
  readonly reverseDtype?: DType | null;
  /** Keeps what comes back within ± this number: `tanh(logits / cap) · cap`. Default none. */
  readonly logitSoftCap?: number | null;
}

/**
 * An embedding that also goes back: with `{ reverse: true }` [batch, …, outputDim] → [batch, …, inputDim], the logits of a language model.
 * (Press and Wolf, 2016, https://arxiv.org/abs/1608.05859)
 *
 * Weights: embeddings [inputDim, outputDim], and with `tieWeights: false` reverse_embeddings [outputDim, inputDim].
 *
 * @example
 * const embedding = new ReversibleEmbedding(1000, 32);
 * const hidden = embedding(tokens); // [batch, timesteps] → [batch, timesteps, 32]
 * const logits = embedding(hidden, { reverse: true }); // [batch, timesteps, 1000]
 */
export class ReversibleEmbedding extends Embedding {
  static override readonly keras: KerasIdentity = { module: "keras.layers", className: "ReversibleEmbedding" };
  static override readonly fields: readonly Field[] = [
    field.boolean("tieWeights", { default: true }),
    field.dtype("reverseDtype", { default: null }),
    field.number("logitSoftCap", { default: null }),
  ];
  declare readonly tieWeights: boolean;
  declare readonly reverseDtype: DType | null;
  declare readonly logitSoftCap: number | null;
  /** [outputDim, inputDim], without `tieWeights`. */
  declare reverseEmbeddings: Variable | undefined;
  declare readonly quantizationConfig: unknown;
  #quantizedBack: QuantizedMatrix | RowPackedMatrix | null = null;
  #reversed = false;

  constructor(inputDim: number, outputDim: number, options: ReversibleEmbeddingOptions = {}) {
    super(inputDim, outputDim, options);
  }

  override build(): void {
    super.build();
    if (this.ownPolicy instanceof QuantizedDTypePolicy) {
      this.#buildQuantized(this.ownPolicy);
      return;
    }
    if (this.tieWeights) return;
    this.reverseEmbeddings = this.addWeight({
      name: "reverse_embeddings",
      shape: [this.outputDim, this.inputDim],
      initializer: this.embeddingsInitializer,
    });
  }

  #buildQuantized(policy: QuantizedDTypePolicy): void {
    if (this.tieWeights) return;
    const shape = [this.outputDim, this.inputDim] as const;
    this.#quantizedBack =
      policy.quantizationMode === "int4"
        ? new RowPackedMatrix(this, "reverse_embeddings", shape, policy)
        : new QuantizedMatrix(this, "reverse_embeddings", shape, "columns", policy);
  }

  override get storedWeights(): readonly Variable[] {
    const back = this.#quantizedBack;
    const own = back === null ? [this.reverseEmbeddings].filter((weight) => weight !== undefined) : [back.values, ...back.parameters];
    return [...new Set([...super.storedWeights, ...own])];
  }

  override call(inputs: Tensor, options: CallOptions = {}): Tensor {
    this.#reversed = options["reverse"] === true;
    if (!this.#reversed) return super.call(inputs);
    const { logitSoftCap } = this;
    const logits = this.quantizedEmbeddings === null ? this.#product(inputs) : this.#quantizedProduct(inputs, this.quantizedEmbeddings);
    return logitSoftCap === null ? logits : ops.multiply(ops.tanh(ops.divide(logits, logitSoftCap)), logitSoftCap);
  }

  #product(inputs: Tensor): Tensor {
    const { reverseDtype } = this;
    const cast = (x: AnyTensor): AnyTensor => (reverseDtype === null ? x : ops.cast(x, reverseDtype));
    return ops.matmul(cast(inputs), cast(this.#kernel())) as Tensor;
  }

  /** As Keras computes it: inputs are rounded to 8 bits, unless the config says otherwise, also where the embeddings have 4. */
  #quantizedProduct(inputs: Tensor, embeddings: QuantizedMatrix): Tensor {
    const back = this.#quantizedBack === null ? ops.transpose(embeddings.dequantized()) : this.#quantizedBack.dequantized();
    const kernel = ops.cast(back, inputs.dtype);
    if (!roundsInputs(this.quantizationConfig, "int8")) return ops.matmul(inputs, kernel);
    const { integers, range } = roundedTo8Bits(inputs, -1);
    return ops.divide(ops.matmul(integers, kernel), range);
  }

  #kernel(): AnyTensor {
    if (this.reverseEmbeddings !== undefined) return ops.cast(this.reverseEmbeddings, this.computeDtype);
    const table = this.lora === null ? this.embeddings : this.lora.addTo(this.embeddings);
    return ops.transpose(ops.cast(table, this.computeDtype));
  }

  /** Numbers that were looked up have a mask; what went back has none. */
  override computeMask(inputs: unknown): MaskTree {
    return this.#reversed ? null : super.computeMask(inputs);
  }
}
