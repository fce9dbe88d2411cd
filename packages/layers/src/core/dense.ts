import { field, type Field, type KerasIdentity, ops, ShapeError, type SymbolicShape, type Tensor, type Variable } from "@neurite/core";
import type { ActivationFunction, ActivationLike } from "../activations/index.ts";
import type { ConstraintFunction, ConstraintLike } from "../constraints/index.ts";
import type { InitializerFunction, InitializerLike } from "../initializers/index.ts";
import type { RegularizerFunction, RegularizerLike } from "../regularizers/index.ts";
import { QuantizedMatrix, quantizedProduct, roundsInputs } from "../quantization/quantized-matrix.ts";
import { QuantizedDTypePolicy } from "../quantization/quantized-policy.ts";
import { isTraining } from "./call-context.ts";
import { layerField } from "./fields.ts";
import { Layer, type LayerOptions } from "./layer.ts";
import { loraFields, type LoraOptions, LowRankUpdate, requireLoraFree } from "./low-rank.ts";

/** Options of {@link Dense}. */
export interface DenseOptions extends LayerOptions {
  /** Applied to the result. Default none. */
  readonly activation?: ActivationLike | null;
  /** Default true. */
  readonly useBias?: boolean;
  /** Default "glorot_uniform". */
  readonly kernelInitializer?: InitializerLike;
  /** Default "zeros". */
  readonly biasInitializer?: InitializerLike;
  readonly kernelRegularizer?: RegularizerLike | null;
  readonly biasRegularizer?: RegularizerLike | null;
  readonly kernelConstraint?: ConstraintLike | null;
  readonly biasConstraint?: ConstraintLike | null;
  /** Trains a low-rank update of the kernel, of this rank, in place of the kernel. Default null; see {@link Dense.enableLora}. */
  readonly loraRank?: number | null;
  /** The update is multiplied by `loraAlpha / loraRank`. Default: the rank. */
  readonly loraAlpha?: number | null;
}

/**
 * A fully connected layer: `activation(x · kernel + bias)`.
 *
 * Input [batch, …, features], output [batch, …, units]. Weights: kernel [features, units], bias [units].
 *
 * @example
 * const y = new Dense(30, { activation: "relu", kernelInitializer: "he_normal" })(x);
 */
export class Dense extends Layer {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "Dense" };
  static override readonly fields: readonly Field[] = [
    field.integer("units", { min: 1 }),
    layerField.activation("activation", { default: null }),
    field.boolean("useBias", { default: true }),
    layerField.initializer("kernelInitializer", { default: "glorot_uniform" }),
    layerField.initializer("biasInitializer", { default: "zeros" }),
    layerField.regularizer("kernelRegularizer"),
    layerField.regularizer("biasRegularizer"),
    layerField.constraint("kernelConstraint"),
    layerField.constraint("biasConstraint"),
    field.json("quantizationConfig", { default: null }),
    ...loraFields,
  ];

  /** Size of the last axis of the output. */
  declare readonly units: number;
  declare readonly activation: ActivationFunction;
  declare readonly useBias: boolean;
  declare readonly kernelInitializer: InitializerFunction;
  declare readonly biasInitializer: InitializerFunction;
  declare readonly kernelRegularizer: RegularizerFunction | null;
  declare readonly biasRegularizer: RegularizerFunction | null;
  declare readonly kernelConstraint: ConstraintFunction | null;
  declare readonly biasConstraint: ConstraintFunction | null;
  /** [features, units]; there once the layer is built. */
  kernel!: Variable;
  /** [units]; null without `useBias`. */
  bias: Variable | null = null;
  declare readonly loraRank: number | null;
  declare readonly loraAlpha: number | null;
  declare readonly quantizationConfig: unknown;
  /** The kernel, with a {@link QuantizedDTypePolicy}; else null. */
  quantizedKernel: QuantizedMatrix | null = null;
  #lora: LowRankUpdate | null = null;

  /** @throws ValueError unless `units` is a positive integer. */
  constructor(units: number, options: DenseOptions = {}) {
    super({ units, ...options } as LayerOptions);
  }

  /** @throws ShapeError when the number of features is not known. */
  override build(inputShape: SymbolicShape): void {
    const features = inputShape.at(-1) ?? null;
    if (features === null)
      throw new ShapeError(`[Dense] the last axis of the input must be known: got shape [${inputShape.map((dim) => dim ?? "?")}]`);
    if (this.dtypePolicy instanceof QuantizedDTypePolicy) {
      this.quantizedKernel = new QuantizedMatrix(this, "kernel", [features, this.units], "columns", this.dtypePolicy);
    } else {
      this.kernel = this.addWeight({
        name: "kernel",
        shape: [features, this.units],
        initializer: this.kernelInitializer,
        regularizer: this.kernelRegularizer,
        constraint: this.kernelConstraint,
      });
    }
    if (this.useBias) {
      this.bias = this.addWeight({
        name: "bias",
        shape: [this.units],
        initializer: this.biasInitializer,
        regularizer: this.biasRegularizer,
        constraint: this.biasConstraint,
      });
    }
    if (this.loraRank !== null) this.enableLora(this.loraRank, { loraAlpha: this.loraAlpha });
  }

  /**
   * Freezes the kernel and trains a low-rank update of it instead. The layer must be built.
   *
   * @param rank Columns and rows that the two factors share.
   * @throws ValueError where it is not built, has an update already, or a constraint on the kernel.
   */
  enableLora(rank: number, options: LoraOptions = {}): void {
    requireLoraFree(this, this.kernel, this.#lora);
    const target = {
      weight: this.kernel,
      shapes: (r: number) =>
        [
          [this.kernel.shape[0] as number, r],
          [r, this.units],
        ] as const,
      regularizer: this.kernelRegularizer,
    };
    this.#lora = new LowRankUpdate(this, rank, target, "kernel", options);
    Object.assign(this, { loraRank: rank, loraAlpha: this.#lora.alpha });
  }

  /** The weights of the update; null without. */
  get lora(): LowRankUpdate | null {
    return this.#lora;
  }

  /** What files hold: the kernel with the update in it. */
  get storedWeights(): readonly Variable[] {
    const bias = this.bias === null ? [] : [this.bias];
    if (this.quantizedKernel !== null) return [this.quantizedKernel.values, ...bias, ...this.quantizedKernel.parameters];
    return this.#lora === null ? this.ownWeights : [this.kernel, ...bias];
  }

  /** Called when {@link storedWeights} were set from a file. */
  afterLoading(): void {
    this.#lora?.clear();
  }

  override call(inputs: Tensor): Tensor {
    const product = this.#product(inputs);
    return this.activation(this.bias === null ? product : ops.add(product, this.autocast(this.bias)));
  }

  #product(inputs: Tensor): Tensor {
    const quantized = this.quantizedKernel;
    if (quantized !== null) return quantizedProduct(inputs, quantized, roundsInputs(this.quantizationConfig, quantized.mode), isTraining());
    const kernel = this.#lora === null ? this.autocast(this.kernel) : ops.cast(this.#lora.addTo(this.kernel), this.computeDtype);
    return ops.matmul(inputs, kernel);
  }
}
