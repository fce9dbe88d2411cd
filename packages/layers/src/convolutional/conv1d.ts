import type { Field, KerasIdentity } from "@neurite/core";
import { loraFields } from "../core/low-rank.ts";
import { Conv, convFields, type ConvOptions } from "./conv.ts";

/** Options of {@link Conv1D}. */
export interface Conv1DOptions extends Omit<ConvOptions, "padding"> {
  /** "valid", "same", or "causal": padded at the start, so that no output depends on later inputs. Default "valid". */
  readonly padding?: "valid" | "same" | "causal";
}

/**
 * Convolution over one axis, such as time: a kernel of weights slides over the input and gives, at each place, `filters` weighted sums.
 *
 * Input [batch, steps, channels], output [batch, newSteps, filters] (channels right after the batch with
 * "channels_first"). Weights: kernel [...kernelSize, channels / groups, filters], bias [filters].
 *
 * @example
 * const y = new Conv1D(32, 3, { padding: "same", activation: "relu" })(x);
 */
export class Conv1D extends Conv {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "Conv1D" };
  static override readonly fields: readonly Field[] = [...convFields(1), ...loraFields];

  /** @throws ValueError for sizes that are not positive integers, and for strides together with dilation. */
  constructor(filters: number, kernelSize: number | readonly number[], options: Conv1DOptions = {}) {
    super(filters, kernelSize, options as ConvOptions);
  }
}
