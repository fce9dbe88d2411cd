import { type AnyTensor, type Field, ops, type Tensor, ValueError, type Variable } from "@neurite/core";
import type { ActivationFunction, ActivationLike } from "../activations/index.ts";
import type { ConstraintLike } from "../constraints/index.ts";
import type { InitializerFunction, InitializerLike } from "../initializers/index.ts";
import type { RegularizerLike } from "../regularizers/index.ts";
import { Layer } from "./layer.ts";
import { type LoraOptions, type LowRankOptions, LowRankUpdate, requireLoraFree } from "./low-rank.ts";
import { weightFields, type WeightSettings, weightSettings } from "./weight-fields.ts";

/** Options of the biases of a layer. */
export interface BiasOptions {
  /** Default true. */
  readonly useBias?: boolean;
  /** Default "zeros". */
  readonly biasInitializer?: InitializerLike;
  readonly biasRegularizer?: RegularizerLike | null;
  readonly biasConstraint?: ConstraintLike | null;
}

/** Options of a kernel and of biases. */
export interface KernelOptions extends BiasOptions {
  /** Default "glorot_uniform". */
  readonly kernelInitializer?: InitializerLike;
  readonly kernelRegularizer?: RegularizerLike | null;
  readonly kernelConstraint?: ConstraintLike | null;
}

/** Options of {@link KernelLayer}. */
export interface KernelLayerOptions extends KernelOptions, LowRankOptions {
  /** Applied to the result. Default none. */
  readonly activation?: ActivationLike | null;
}

/** The fields of {@link KernelOptions} but `useBias`. */
export const kernelFields: readonly Field[] = weightFields({ kernel: "glorot_uniform", bias: "zeros" });

export interface KernelLayer extends WeightSettings<"kernel" | "bias"> {}

/** Base of the layers that have one kernel, one bias and an activation. The kernel can be trained by a low-rank update. */
export abstract class KernelLayer extends Layer {
  declare readonly activation: ActivationFunction;
  /** undefined for classes without low-rank updates. */
  declare readonly loraRank: number | null | undefined;
  declare readonly loraAlpha: number | null;
  /** There once the layer is built. */
  kernel!: Variable;
  /** Null without. */
  bias: Variable | null = null;
  #lora: LowRankUpdate | null = null;

  /** Makes the kernel, as the options say. */
  protected addKernel(shape: readonly number[], initializer: InitializerFunction = this.kernelInitializer): void {
    this.kernel = this.addWeight({ name: "kernel", shape, ...weightSettings<"kernel">(this, "kernel"), initializer });
  }

  /** Makes the bias, as the options say. */
  protected addBias(shape: readonly number[]): void {
    this.bias = this.addWeight({ name: "bias", shape, ...weightSettings<"bias">(this, "bias") });
  }

  /** Begins the update that the options ask for. */
  protected beginLora(): void {
    if (typeof this.loraRank === "number") this.enableLora(this.loraRank, { loraAlpha: this.loraAlpha });
  }

  /**
   * Freezes the kernel and trains a low-rank update of it instead. The layer must be built.
   *
   * @param rank Columns and rows that the two factors share.
   * @throws ValueError where it is not built, has an update already, a constraint on the kernel, or is of a class without updates.
   */
  enableLora(rank: number, options: LoraOptions = {}): void {
    if (this.loraRank === undefined) throw new ValueError(`[enableLora] layer ${this.toString()} is of a class without low-rank updates`);
    const { weight, shape } = this.loraTarget;
    requireLoraFree(this, weight, this.#lora);
    this.#lora = new LowRankUpdate(
      this,
      rank,
      { weight: weight as Variable, shape, name: "kernel", regularizer: this.kernelRegularizer },
      options,
    );
    Object.assign(this, { loraRank: rank, loraAlpha: this.#lora.alpha });
  }

  /** What an update is of: the kernel, or what is kept in its place. */
  protected get loraTarget(): { readonly weight: Variable | undefined; readonly shape?: readonly number[] } {
    return { weight: this.kernel };
  }

  /** A product with what is kept in the place of the kernel, and with the update of it; `product` is that with a factor of the update. */
  protected withUpdate(result: Tensor, product: (factor: AnyTensor) => AnyTensor): Tensor {
    const lora = this.#lora;
    if (lora === null) return result;
    return ops.add(result, ops.cast(lora.after((a) => product(ops.cast(a, result.dtype))), result.dtype)) as Tensor; // prettier-ignore
  }

  /** The weights of the update; null without. */
  get lora(): LowRankUpdate | null {
    return this.#lora;
  }

  /** What files hold: the kernel with the update in it. */
  get storedWeights(): readonly Variable[] {
    return this.#lora === null ? this.ownWeights : [this.kernel, ...(this.bias === null ? [] : [this.bias])];
  }

  /** Called when {@link storedWeights} were set from a file. */
  afterLoading(): void {
    this.#lora?.clear();
  }

  /** The kernel with its update, in the dtype of computations. */
  protected effectiveKernel(): Tensor {
    return this.#lora === null ? (this.autocast(this.kernel) as Tensor) : ops.cast(this.#lora.addTo(this.kernel), this.computeDtype);
  }
}
