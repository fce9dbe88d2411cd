import { field, type Field, ops, ShapeError, type SymbolicShape, type Tensor, ValueError, type Variable } from "@neurite/core";
import type { ActivationFunction, ActivationLike } from "../activations/index.ts";
import type { ConstraintFunction, ConstraintLike } from "../constraints/index.ts";
import { layerField } from "../core/fields.ts";
import { Layer, type LayerOptions } from "../core/layer.ts";
import { type LoraOptions, LowRankUpdate, requireLoraFree } from "../core/low-rank.ts";
import type { InitializerFunction, InitializerLike } from "../initializers/index.ts";
import type { RegularizerFunction, RegularizerLike } from "../regularizers/index.ts";

/** Where the channels are: last (the default) or right after the batch. */
export type DataFormat = "channels_last" | "channels_first";

/** Options of {@link Conv}. */
export interface ConvOptions extends LayerOptions {
  /** Distance between windows: one number, or one for each spatial axis. Default 1. */
  readonly strides?: number | readonly number[];
  /** "valid": windows lie inside the input; "same": padded so that the output has the input's size divided by the strides. */
  readonly padding?: "valid" | "same";
  /** Default "channels_last". */
  readonly dataFormat?: DataFormat | null;
  /** Distance between the elements of a window. Default 1; not together with strides. */
  readonly dilationRate?: number | readonly number[];
  /** Channels are split into so many groups that are convolved apart. Default 1. */
  readonly groups?: number;
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
  /** Trains a low-rank update of the kernel, of this rank, in place of the kernel. Default null; see {@link Conv.enableLora}. */
  readonly loraRank?: number | null;
  /** The update is multiplied by `loraAlpha / loraRank`. Default: the rank. */
  readonly loraAlpha?: number | null;
}

/** The fields of a convolution over `rank` spatial axes. */
export function convFields(rank: number): readonly Field[] {
  return [
    field.integer("filters", { min: 1 }),
    field.sizes("kernelSize", rank),
    field.sizes("strides", rank, { default: 1 }),
    field.choice("padding", rank === 1 ? ["valid", "same", "causal"] : ["valid", "same"], { default: "valid" }),
    layerField.dataFormat(),
    field.sizes("dilationRate", rank, { default: 1 }),
    field.integer("groups", { default: 1, min: 1 }),
    layerField.activation("activation", { default: null }),
    field.boolean("useBias", { default: true }),
    layerField.initializer("kernelInitializer", { default: "glorot_uniform" }),
    layerField.initializer("biasInitializer", { default: "zeros" }),
    layerField.regularizer("kernelRegularizer"),
    layerField.regularizer("biasRegularizer"),
    layerField.regularizer("activityRegularizer"),
    layerField.constraint("kernelConstraint"),
    layerField.constraint("biasConstraint"),
  ];
}

/** The number of channels of an input; throws where it is not known. */
export function knownChannels(layer: string, inputShape: SymbolicShape, dataFormat: DataFormat): number {
  const channels = dataFormat === "channels_last" ? inputShape.at(-1) : inputShape[1];
  if (typeof channels !== "number") {
    throw new ShapeError(
      `[${layer}] the number of channels must be known: got shape [${inputShape.map((dim) => dim ?? "?")}] (${dataFormat})`,
    );
  }
  return channels;
}

/** Base of the convolutions over 1, 2 or 3 spatial axes. */
export abstract class Conv extends Layer {
  declare readonly filters: number;
  declare readonly kernelSize: readonly number[];
  declare readonly strides: readonly number[];
  declare readonly padding: "valid" | "same" | "causal";
  declare readonly dataFormat: DataFormat;
  declare readonly dilationRate: readonly number[];
  declare readonly groups: number;
  declare readonly activation: ActivationFunction;
  declare readonly useBias: boolean;
  declare readonly kernelInitializer: InitializerFunction;
  declare readonly biasInitializer: InitializerFunction;
  declare readonly kernelRegularizer: RegularizerFunction | null;
  declare readonly biasRegularizer: RegularizerFunction | null;
  declare readonly kernelConstraint: ConstraintFunction | null;
  declare readonly biasConstraint: ConstraintFunction | null;
  /** [...window, channels / groups, filters]; there once the layer is built. */
  kernel!: Variable;
  /** [filters]; null without `useBias`. */
  bias: Variable | null = null;
  /** undefined for transposed convolutions, which have no such update. */
  declare readonly loraRank: number | null | undefined;
  declare readonly loraAlpha: number | null;
  #lora: LowRankUpdate | null = null;

  constructor(filters: number, kernelSize: number | readonly number[], options: ConvOptions) {
    super({ filters, kernelSize, ...options } as LayerOptions);
    if (this.filters % this.groups !== 0) {
      throw new ValueError(`[${this.className}] filters must be a multiple of groups: got ${this.filters} filters, ${this.groups} groups`);
    }
    if (this.strides.some((stride) => stride > 1) && this.dilationRate.some((rate) => rate > 1)) {
      throw new ValueError(
        `[${this.className}] strides and dilationRate cannot both be above 1: got [${this.strides}] and [${this.dilationRate}]`,
      );
    }
  }

  /** @throws ShapeError when the number of channels is not known or no multiple of the groups. */
  override build(inputShape: SymbolicShape): void {
    const channels = knownChannels(this.className, inputShape, this.dataFormat);
    if (channels % this.groups !== 0) {
      throw new ShapeError(`[${this.className}] ${channels} channels cannot be split into ${this.groups} groups`);
    }
    this.kernel = this.addWeight({
      name: "kernel",
      shape: [...this.kernelSize, channels / this.groups, this.filters],
      initializer: this.kernelInitializer,
      regularizer: this.kernelRegularizer,
      constraint: this.kernelConstraint,
    });
    this.bias = this.useBias ? this.addBias(this.filters) : null;
    if (this.loraRank !== null && this.loraRank !== undefined) this.enableLora(this.loraRank, { loraAlpha: this.loraAlpha ?? null });
  }

  /**
   * Freezes the kernel and trains a low-rank update of it instead. The layer must be built.
   *
   * @param rank Columns and rows that the two factors share.
   * @throws ValueError where it is not built, has an update already, or a constraint on the kernel.
   */
  enableLora(rank: number, options: LoraOptions = {}): void {
    if (this.loraRank === undefined) throw new ValueError(`[enableLora] layer ${this.toString()} is of a class without low-rank updates`);
    requireLoraFree(this, this.kernel, this.#lora);
    const target = {
      weight: this.kernel,
      shapes: (r: number) =>
        [
          [...this.kernel.shape.slice(0, -1), r],
          [r, this.filters],
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
    return this.#lora === null ? this.ownWeights : [this.kernel, ...(this.bias === null ? [] : [this.bias])];
  }

  /** Called when {@link storedWeights} were set from a file. */
  afterLoading(): void {
    this.#lora?.clear();
  }

  protected addBias(size: number): Variable {
    return this.addWeight({
      name: "bias",
      shape: [size],
      initializer: this.biasInitializer,
      regularizer: this.biasRegularizer,
      constraint: this.biasConstraint,
    });
  }

  override call(inputs: Tensor): Tensor {
    const { strides, padding, dilationRate, dataFormat } = this;
    const kernel = this.#lora === null ? this.autocast(this.kernel) : ops.cast(this.#lora.addTo(this.kernel), this.computeDtype);
    const result = ops.conv(inputs, kernel, { strides, padding, dilationRate, dataFormat });
    return this.activation(this.bias === null ? result : addChannelBias(result, this.autocast(this.bias) as Tensor, dataFormat));
  }
}

/** Adds one number to each channel. */
export function addChannelBias(x: Tensor, bias: Tensor, dataFormat: DataFormat): Tensor {
  if (dataFormat === "channels_last") return ops.add(x, bias);
  return ops.add(x, ops.reshape(bias, [bias.shape[0] as number, ...Array.from({ length: x.ndim - 2 }, () => 1)]));
}
