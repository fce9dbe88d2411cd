import { field, type Field, ops, ShapeError, type SymbolicShape, type Tensor } from "@neurite/core";
import type { ActivationFunction } from "../activations/index.ts";
import { type DataFormat, knownChannels } from "../core/spatial-inputs.ts";
import { layerField } from "../core/fields.ts";
import type { LayerOptions } from "../core/layer.ts";
import type { StateSize, States } from "./cell.ts";
import { cellFields } from "./cell-fields.ts";
import { KernelCell } from "./kernel-cell.ts";
import { lstmStep, withForgetOnes } from "./lstm-step.ts";

/** The fields that say how pictures are convolved, over `rank` spatial axes. */
export function convLSTMFields(rank: number): readonly Field[] {
  return [
    field.integer("filters", { min: 1 }),
    field.sizes("kernelSize", rank),
    field.sizes("strides", rank, { default: 1 }),
    field.choice("padding", ["valid", "same"], { default: "valid" }),
    layerField.dataFormat(),
    field.sizes("dilationRate", rank, { default: 1 }),
  ];
}

/** One step of {@link ConvLSTM}: an LSTM whose products are convolutions. Gates stand in the order input, forget, cell, output. */
export class ConvLSTMCell extends KernelCell {
  static override readonly fields: readonly Field[] = [
    field.integer("rank", { min: 1 }),
    field.integer("filters", { min: 1 }),
    field.json("kernelSize"),
    field.json("strides", { default: 1 }),
    field.json("padding", { default: "valid" }),
    layerField.dataFormat(),
    field.json("dilationRate", { default: 1 }),
    ...cellFields("lstm", false),
  ];
  declare readonly rank: number;
  declare readonly filters: number;
  declare readonly kernelSize: readonly number[];
  declare readonly strides: readonly number[];
  declare readonly padding: "valid" | "same";
  declare readonly dataFormat: DataFormat;
  declare readonly dilationRate: readonly number[];
  declare readonly recurrentActivation: ActivationFunction;
  declare readonly unitForgetBias: boolean;
  constructor(options: LayerOptions) {
    super(options);
  }

  get stateSize(): StateSize {
    return [this.filters, this.filters];
  }

  /** @throws ShapeError when channels or spatial sizes are not known. */
  override build(inputShape: SymbolicShape): void {
    const channels = knownChannels("ConvLSTM", inputShape, this.dataFormat);
    const spatial = this.dataFormat === "channels_last" ? inputShape.slice(1, -1) : inputShape.slice(2);
    if (spatial.includes(null))
      throw new ShapeError(`[ConvLSTM] spatial sizes must be known: got shape [${inputShape.map((dim) => dim ?? "?")}]`);
    const { filters, biasInitializer } = this;
    this.addWeights([...this.kernelSize, channels, 4 * filters], [...this.kernelSize, filters, 4 * filters], {
      shape: [4 * filters],
      initializer: this.unitForgetBias ? withForgetOnes(biasInitializer, filters) : biasInitializer,
    });
  }

  get #channelAxis(): number {
    return this.dataFormat === "channels_last" ? -1 : 1;
  }

  /** The convolution of pictures [batch, …] with the weights of the inputs, all gates side by side. */
  #convolve(pictures: Tensor): Tensor {
    const { strides, padding, dataFormat, dilationRate, rank } = this;
    const product = ops.conv(pictures, this.autocast(this.kernel), { strides, padding, dataFormat, dilationRate });
    if (this.bias === null) return product;
    const width = 4 * this.filters;
    const ones = Array.from({ length: rank }, () => 1);
    const shape = dataFormat === "channels_last" ? [1, ...ones, width] : [1, width, ...ones];
    return ops.add(product, ops.reshape(this.autocast(this.bias), shape));
  }

  /** Of the shape that one step gives. */
  getInitialState(batchSize: number, inputs: Tensor): States {
    const abstract = ops.zeros([batchSize, ...inputs.shape.slice(2)], { dtype: inputs.dtype });
    const all = ops.conv(abstract, this.autocast(this.kernel), {
      strides: this.strides, padding: this.padding, dataFormat: this.dataFormat, dilationRate: this.dilationRate,
    }); // prettier-ignore
    return [0, 1].map(() => ops.zeros(this.#stateShape(all.shape), { dtype: inputs.dtype }));
  }

  /** For the shape of the gates side by side, [batch, …]. */
  #stateShape(gates: readonly number[]): number[] {
    const channels = (this.#channelAxis + gates.length) % gates.length;
    return gates.map((size, axis) => (axis === channels ? this.filters : size));
  }

  /** [timesteps, batch, …] → the convolutions of all steps at once. */
  projectSequence(inputs: Tensor): Tensor {
    const [time, batch] = inputs.shape as [number, number];
    const dropped = this.dropInputs(inputs, true);
    const flat = this.#convolve(ops.reshape(dropped, [-1, ...inputs.shape.slice(2)]));
    if (this.recurrentDropout > 0) {
      const shape = this.#stateShape([batch, ...flat.shape.slice(1)]);
      this.prepareStateMask(ops.zeros(shape, { dtype: inputs.dtype }));
    }
    return ops.reshape(flat, [time, Number.isNaN(batch) ? -1 : batch, ...flat.shape.slice(1)]);
  }

  stepProjected(projected: Tensor, [output, cell]: readonly Tensor[]): readonly [Tensor, readonly Tensor[]] {
    const recurrent = ops.conv(this.dropState(output as Tensor), this.autocast(this.recurrentKernel), {
      strides: 1,
      padding: "same",
      dataFormat: this.dataFormat,
    });
    const z = ops.add(projected, recurrent);
    return lstmStep(this, ops.split(z, 4, { axis: this.#channelAxis }) as readonly Tensor[], cell as Tensor);
  }

  override call(inputs: Tensor, states: readonly Tensor[]): readonly [Tensor, readonly Tensor[]] {
    return this.stepProjected(this.#convolve(this.dropInputs(inputs, false)), states);
  }
}
