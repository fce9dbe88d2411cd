import { DTypeError, ops, type Tensor, type Variable } from "@neurite/core";
import type { Layer } from "../core/layer.ts";
import type { QuantizationMode } from "./quantized-policy.ts";

/** An equation whose "..." has letters for the axes it stands for. */
interface Letters {
  readonly input: string;
  readonly kernel: string;
  readonly output: string;
}

function spelledOut(equation: string, rank: number): Letters {
  const [operands = "", output = ""] = equation.replaceAll(" ", "").split("->");
  const [input = "", kernel = ""] = operands.split(",");
  const free = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"].filter((letter) => !equation.includes(letter)).join("");
  const elided = free.slice(0, rank - input.replace("...", "").length);
  return { input: input.replace("...", elided), kernel, output: output.replace("...", elided) };
}

/** A kernel of {@link EinsumDense} in 8 bits, with a scale for each unit of the output, as Keras keeps it: `integers / scale`. */
export class QuantizedEinsumKernel {
  /** int8, of the kernel's shape. */
  readonly values: Variable;
  /** float32, one axis for each of the output: the sizes of the units, 1 for the others. */
  readonly scale: Variable;
  readonly #equation: string;

  /** @throws DTypeError for another mode than int8. */
  constructor(layer: Layer, equation: string, shape: readonly number[], rank: number, mode: QuantizationMode) {
    if (mode !== "int8") throw new DTypeError(`[EinsumDense] weights in ${mode} are not supported: "int8" is`);
    this.#equation = equation;
    const { kernel, output } = spelledOut(equation, rank);
    const scales = [...output].map((letter) => (kernel.includes(letter) ? (shape[kernel.indexOf(letter)] as number) : 1));
    this.values = layer.addWeight({ name: "kernel", shape, dtype: "int8", initializer: "zeros", trainable: false });
    this.scale = layer.addWeight({ name: "kernel_scale", shape: scales, dtype: "float32", initializer: "ones", trainable: false });
  }

  /** `einsum(x, kernel)` as Keras computes it: x is rounded to 8 bits, too, with a scale for each row, unless told otherwise. */
  product(x: Tensor, roundsInputs: boolean): Tensor {
    const { input, kernel, output } = spelledOut(this.#equation, x.ndim);
    const integers = ops.cast(this.values, "float32");
    const equation = `${input},${kernel}->${output}`;
    if (!roundsInputs) return ops.divide(ops.einsum(equation, x, integers), ops.cast(this.scale, x.dtype));
    const contracted = [...input].flatMap((letter, axis) => (output.includes(letter) ? [] : [axis]));
    const range = ops.divide(127, ops.add(ops.max(ops.abs(x), { axis: contracted, keepdims: true }), 1e-7));
    const rounded = ops.clip(ops.round(ops.multiply(x, range)), -127, 127);
    const product = ops.cast(ops.einsum(equation, ops.cast(rounded, "float32"), integers), x.dtype);
    // The ranges at the places of their letters in the output.
    const kept = [...input].filter((letter) => output.includes(letter));
    const ordered = [...output].filter((letter) => kept.includes(letter));
    const moved = ops.transpose(ops.squeeze(range, { axis: contracted }), { axes: ordered.map((letter) => kept.indexOf(letter)) });
    const aligned = ops.reshape(moved, [...output].map((letter) => (kept.includes(letter) ? (x.shape[input.indexOf(letter)] as number) : 1))); // prettier-ignore
    return ops.divide(product, ops.multiply(ops.cast(this.scale, x.dtype), aligned));
  }
}
