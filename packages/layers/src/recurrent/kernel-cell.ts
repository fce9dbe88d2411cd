import type { Variable } from "@neurite/core";
import type { ActivationFunction } from "../activations/index.ts";
import { type WeightSettings, weightSettings } from "../core/weight-fields.ts";
import type { InitializerFunction } from "../initializers/index.ts";
import { DropoutCell } from "./cell.ts";

export interface KernelCell extends WeightSettings<"kernel" | "recurrent" | "bias"> {}

/** Base of the cells of this package: a kernel for the inputs, one for the states, and biases, for a number of gates side by side. */
export abstract class KernelCell extends DropoutCell {
  declare readonly activation: ActivationFunction;
  declare readonly useBias: boolean;
  /** [...window, features, gates · units]; without a window unless the cell convolves. */
  kernel!: Variable;
  /** [...window, units, gates · units]. */
  recurrentKernel!: Variable;
  /** Null without `useBias`. */
  bias: Variable | null = null;

  get outputIsState(): boolean {
    return true;
  }

  /** Makes the weights, of the shapes given. */
  protected addWeights(
    kernel: readonly number[],
    recurrent: readonly number[],
    bias: { readonly shape: readonly number[]; readonly initializer: InitializerFunction },
  ): void {
    this.kernel = this.addWeight({ name: "kernel", shape: kernel, ...weightSettings<"kernel">(this, "kernel") });
    this.recurrentKernel = this.addWeight({
      name: "recurrent_kernel",
      shape: recurrent,
      ...weightSettings<"recurrent">(this, "recurrent"),
    });
    if (this.useBias) this.bias = this.addWeight({ name: "bias", ...weightSettings<"bias">(this, "bias"), ...bias });
  }
}
