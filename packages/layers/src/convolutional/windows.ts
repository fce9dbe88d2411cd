/** What all convolutions have in common: the windows they look at, one bias for each channel, an activation. */
import { field, type Field, ops, type Tensor, ValueError } from "@neurite/core";
import type { ActivationFunction } from "../activations/index.ts";
import { layerField } from "../core/fields.ts";
import type { DataFormat } from "../core/spatial-inputs.ts";

/** Options of the windows of a convolution. */
export interface WindowOptions {
  /** Distance between windows: one number, or one for each spatial axis. Default 1. */
  readonly strides?: number | readonly number[];
  /** "valid" (default): windows lie inside the input; "same": padded so that the output has the input's size divided by the strides. */
  readonly padding?: "valid" | "same";
  /** Default "channels_last". */
  readonly dataFormat?: DataFormat | null;
  /** Distance between the elements of a window. Default 1; not together with strides. */
  readonly dilationRate?: number | readonly number[];
}

/** {@link WindowOptions} once they are resolved, but for the size of the windows. */
export interface Windows {
  readonly strides: readonly number[];
  readonly padding: "valid" | "same" | "causal";
  readonly dataFormat: DataFormat;
  readonly dilationRate: readonly number[];
}

/** The fields of windows over `rank` spatial axes. */
export function windowFields(rank: number): readonly Field[] {
  return [
    field.sizes("kernelSize", rank),
    field.sizes("strides", rank, { default: 1 }),
    field.choice("padding", rank === 1 ? ["valid", "same", "causal"] : ["valid", "same"], { default: "valid" }),
    layerField.dataFormat(),
    field.sizes("dilationRate", rank, { default: 1 }),
  ];
}

/** The windows of a layer, as the ops take them. */
export function windowsOf<W extends Windows>({ strides, padding, dataFormat, dilationRate }: W): Pick<W, keyof Windows> {
  return { strides, padding, dataFormat, dilationRate };
}

/** @throws ValueError for windows with holes that also jump. */
export function checkWindows({ className, strides, dilationRate }: Windows & { readonly className: string }): void {
  if (strides.some((stride) => stride > 1) && dilationRate.some((rate) => rate > 1))
    throw new ValueError(`[${className}] strides and dilationRate cannot both be above 1: got [${strides}] and [${dilationRate}]`);
}

/** Adds one number to each channel, where there is a bias, and applies the activation. */
export function activateChannels(x: Tensor, bias: Tensor | null, activation: ActivationFunction, dataFormat: DataFormat): Tensor {
  if (bias === null) return activation(x);
  const spread = dataFormat === "channels_last" ? bias : ops.reshape(bias, [bias.size, ...Array.from({ length: x.ndim - 2 }, () => 1)]);
  return activation(ops.add(x, spread));
}
