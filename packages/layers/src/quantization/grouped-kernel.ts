import { ops, type Tensor, type Variable } from "@neurite/core";
import type { Layer } from "../core/layer.ts";
import { AWQDTypePolicy, type GroupedDTypePolicy } from "./quantized-policy.ts";
import { unpackHalves } from "./unpack.ts";

/**
 * A kernel that GPTQ or AWQ put in few bits, as Keras keeps it, a row for each unit: `(integers - zero) · scale`, of which each group of inputs
 * has its own.
 *
 * @example
 * const layer = new Dense(2, { dtype: "gptq/4/32_from_float32" });
 * layer.build([null, 64]);
 * layer.groupedKernel!.scale.shape; // [2, 2]
 */
export class GroupedKernel {
  /** uint8 [units, inputs]; of 4 bits two units a byte. */
  readonly values: Variable;
  /** float32 [units, groups]. */
  readonly scale: Variable;
  /** uint8 [units, groups]. */
  readonly zero: Variable;
  /** By what AWQ multiplied the rows of the kernel before: float32 [inputs]; null in GPTQ. */
  readonly inputScales: Variable | null = null;
  /** The group of each input, float32 [inputs]. */
  readonly group: Variable;
  readonly #bits: number;

  /** @param zeroName What the layer calls its zero points. */
  constructor(layer: Layer, [inputs, units]: readonly [number, number], policy: GroupedDTypePolicy, zeroName = "kernel_zero") {
    const { weightBits, groupSize } = policy;
    const size = groupSize === -1 ? inputs : groupSize;
    const add = (name: string, shape: readonly number[], dtype: "uint8" | "float32", initializer: "zeros" | "ones"): Variable =>
      layer.addWeight({ name, shape, dtype, initializer, trainable: false });
    this.#bits = weightBits;
    this.values = add("kernel", [weightBits === 4 ? Math.ceil(units / 2) : units, inputs], "uint8", "zeros");
    this.scale = add("kernel_scale", [units, Math.ceil(inputs / size)], "float32", "ones");
    this.zero = add(zeroName, [units, Math.ceil(inputs / size)], "uint8", "zeros");
    if (policy instanceof AWQDTypePolicy) this.inputScales = add("awq_scales", [inputs], "float32", "ones");
    this.group = add("g_idx", [inputs], "float32", "zeros");
    this.group.assign(Array.from({ length: inputs }, (_, i) => Math.floor(i / size)));
  }

  /** All of it, in the order files hold it. */
  get parameters(): readonly Variable[] {
    return [this.values, this.scale, this.zero, this.inputScales, this.group].filter((variable) => variable !== null);
  }

  /** The kernel, float32 [inputs, units]. */
  dequantized(): Tensor {
    const units = this.scale.shape[0] as number;
    const integers = this.#bits === 4 ? unpackHalves(this.values.read(), 0, units, false) : this.values;
    const group = ops.cast(this.group, "int32");
    const zero = ops.take(ops.cast(this.zero, "float32"), group, { axis: 1 });
    const matrix = ops.multiply(ops.subtract(ops.cast(integers, "float32"), zero), ops.take(this.scale, group, { axis: 1 }));
    const kernel = ops.transpose(matrix);
    return this.inputScales === null ? kernel : ops.divide(kernel, ops.expandDims(this.inputScales, -1));
  }
}
