import { field, type Field, invalid, ops, type SymbolicShape, type Tensor, ValueError } from "@neurite/core";
import type { LayerOptions } from "../core/layer.ts";
import { knownChannels, spatialInputs } from "../core/spatial-inputs.ts";
import { Conv, convFields, type ConvOptions } from "./conv.ts";
import { windowsOf } from "./windows.ts";

/** Options of {@link ConvTranspose}. */
export interface ConvTransposeOptions extends Omit<ConvOptions, "groups"> {
  /** Extra size of the output along each spatial axis, below the stride; by default as much as the strides allow. */
  readonly outputPadding?: number | readonly number[] | null;
}

/** The fields of a transposed convolution over `rank` spatial axes. */
export function convTransposeFields(rank: number): readonly Field[] {
  return [
    ...convFields(rank).map((option) => {
      if (option.name === "padding") return field.choice("padding", ["valid", "same"], { default: "valid" });
      return option.name === "groups" ? field.integer("groups", { default: 1, min: 1, max: 1, omitted: "always" }) : option;
    }),
    field.object(
      "outputPadding",
      {
        expected: `a number of at least 0, or a list of ${rank}`,
        resolve(value) {
          const list = Number.isInteger(value) ? Array.from({ length: rank }, () => value) : value;
          return Array.isArray(list) && list.length === rank && list.every((size) => Number.isInteger(size) && size >= 0) ? list : invalid;
        },
      },
      { default: null },
    ),
  ];
}

/**
 * Base of the transposed convolutions, which enlarge: the gradient of a convolution, used forward. [batch, ...spatial, channels] gives
 * [batch, ...larger, filters].
 *
 * @throws ValueError for an output padding that is not below the stride; ShapeError when the number of channels is not known.
 *
 * @example
 * new Conv2DTranspose(8, 3, { strides: 2, padding: "same" })(ops.ones([1, 4, 4, 2])).shape; // [1, 8, 8, 8]
 */
export abstract class ConvTranspose extends Conv {
  declare readonly padding: "valid" | "same";
  declare readonly outputPadding: readonly number[] | null;

  constructor(filters: number, kernelSize: number | readonly number[], options: ConvTransposeOptions) {
    super(filters, kernelSize, options as ConvOptions & LayerOptions);
    const tooLarge = this.outputPadding?.find((extra, i) => extra >= (this.strides[i] as number));
    if (tooLarge !== undefined)
      throw new ValueError(
        `[${this.className}] outputPadding must be below the strides: got [${this.outputPadding}] and [${this.strides}]`,
      );
  }

  /** Makes the kernel, [...window, filters, channels], and the bias. */
  override build(inputShape: SymbolicShape): void {
    const channels = knownChannels(this.className, inputShape, this.dataFormat);
    this.inputSpec = spatialInputs(this.kernelSize.length, this.dataFormat, channels);
    this.addKernel([...this.kernelSize, this.filters, channels]);
    if (this.useBias) this.addBias([this.filters]);
  }

  override call(inputs: Tensor): Tensor {
    const { outputPadding } = this;
    return this.finish(ops.convTranspose(inputs, this.autocast(this.kernel), { ...windowsOf(this), outputPadding }));
  }
}
