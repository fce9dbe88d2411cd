import { DTypeError, ops, type Tensor, type Variable } from "@neurite/core";
import type { Layer } from "../core/layer.ts";
import { QuantizedMatrix, roundedTo8Bits, withGradientOf } from "./quantized-matrix.ts";
import type { QuantizedDTypePolicy } from "./quantized-policy.ts";

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

/**
 * A kernel of {@link EinsumDense} in 8 or 4 bits, as Keras keeps it: `integers / scale` with a scale for each unit of the output; in 4 bits a
 * {@link QuantizedMatrix} whose rows are what is summed.
 */
export class QuantizedEinsumKernel {
  /** int8, of the kernel's shape; in int4 [rows, columns / 2]. */
  readonly values: Variable;
  /** float32, one axis for each of the output: the sizes of the units, 1 for the others; in int4 one for each column. */
  readonly scale: Variable;
  readonly mode: "int8" | "int4";
  readonly #equation: string;
  /** That of the kernel. */
  readonly shape: readonly number[];
  readonly #matrix: QuantizedMatrix | null = null;

  /** @throws DTypeError for another mode than "int8" and "int4". */
  constructor(layer: Layer, equation: string, shape: readonly number[], rank: number, policy: QuantizedDTypePolicy) {
    const { quantizationMode: mode } = policy;
    if (mode !== "int8" && mode !== "int4")
      throw new DTypeError(`[EinsumDense] weights in ${mode} are not supported: "int8" and "int4" are`);
    this.mode = mode;
    this.#equation = equation;
    this.shape = shape;
    const { kernel, output } = spelledOut(equation, rank);
    if (mode === "int4") {
      const sizeOf = (summed: boolean): number =>
        [...kernel].reduce((size, letter, i) => (output.includes(letter) === summed ? size : size * (shape[i] as number)), 1);
      this.#matrix = new QuantizedMatrix(layer, "kernel", [sizeOf(true), sizeOf(false)], "columns", policy);
      ({ values: this.values, scale: this.scale } = this.#matrix);
      return;
    }
    const scales = [...output].map((letter) => (kernel.includes(letter) ? (shape[kernel.indexOf(letter)] as number) : 1));
    this.values = layer.addWeight({ name: "kernel", shape, dtype: "int8", initializer: "zeros", trainable: false });
    this.scale = layer.addWeight({ name: "kernel_scale", shape: scales, dtype: "float32", initializer: "ones", trainable: false });
  }

  /** Everything but the values, in the order files hold it. */
  get parameters(): readonly Variable[] {
    return this.#matrix === null ? [this.scale] : this.#matrix.parameters;
  }

  /**
   * `einsum(x, kernel)` as Keras computes it: x is rounded to 8 bits, too, with a scale for each row, unless told otherwise. The gradient is that
   * of the product without rounding.
   */
  product(x: Tensor, roundsInputs: boolean, training: boolean): Tensor {
    const { input, kernel, output } = spelledOut(this.#equation, x.ndim);
    // In 4 bits the scales are in the kernel.
    const integers = this.#matrix === null ? ops.cast(this.values, "float32") : ops.reshape(this.#matrix.dequantized(), this.shape);
    const unscaled = (y: Tensor): Tensor => (this.#matrix === null ? ops.divide(y, ops.cast(this.scale, x.dtype)) : y);
    const equation = `${input},${kernel}->${output}`;
    const smooth = (): Tensor => unscaled(ops.einsum(equation, x, ops.cast(integers, x.dtype)));
    if (!roundsInputs) return smooth();
    const contracted = [...input].flatMap((letter, axis) => (output.includes(letter) ? [] : [axis]));
    const { integers: rounded, range } = roundedTo8Bits(x, contracted);
    const product = ops.cast(ops.einsum(equation, ops.cast(rounded, "float32"), integers), x.dtype);
    // The ranges at the places of their letters in the output.
    const kept = [...input].filter((letter) => output.includes(letter));
    const ordered = [...output].filter((letter) => kept.includes(letter));
    const moved = ops.transpose(ops.squeeze(range, { axis: contracted }), { axes: ordered.map((letter) => kept.indexOf(letter)) });
    const aligned = ops.reshape(moved, [...output].map((letter) => (kept.includes(letter) ? (x.shape[input.indexOf(letter)] as number) : 1))); // prettier-ignore
    const result = unscaled(ops.divide(product, aligned));
    return training ? withGradientOf(result, smooth()) : result;
  }
}
