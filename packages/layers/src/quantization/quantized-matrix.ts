import { DTypeError, ops, type Tensor, type Variable } from "@neurite/core";
import type { Layer } from "../core/layer.ts";
import type { QuantizedDTypePolicy } from "./quantized-policy.ts";
import { unpackHalves } from "./unpack.ts";

/** Which axis of a matrix [rows, columns] has a scale for each of its elements: columns of a kernel are units, rows of embeddings numbers. */
export type ScaledAxis = "rows" | "columns";

/**
 * A matrix in 8 or 4 bits with scales, as Keras keeps quantized kernels and embeddings: `integers / scale`, or in blocks of int4
 * `(integers - zero) · scale`.
 *
 * @example
 * const dense = new Dense(4, { dtype: "int8_from_float32" });
 * dense.build([null, 8]);
 * dense.quantizedKernel!.values.shape; // [8, 4]
 */
export class QuantizedMatrix {
  /** int8 [rows, columns]; in int4 two columns a byte. */
  readonly values: Variable;
  readonly scale: Variable;
  /** Of blocks: int8, of the shape of `scale`. */
  readonly zero: Variable | null = null;
  /** Of blocks: the block of each element along the axis that is divided, float32. */
  readonly block: Variable | null = null;
  readonly mode: "int8" | "int4";
  /** [rows, columns]. */
  readonly shape: readonly [number, number];
  readonly #axis: ScaledAxis;

  /** @throws DTypeError for a policy of another mode than "int8" and "int4". */
  constructor(layer: Layer, name: string, [rows, columns]: readonly [number, number], axis: ScaledAxis, policy: QuantizedDTypePolicy) {
    const { quantizationMode: mode } = policy;
    if (mode !== "int8" && mode !== "int4") throw new DTypeError(`[${layer.className}] weights in ${mode} are not supported`);
    this.mode = mode;
    this.shape = [rows, columns];
    this.#axis = axis;
    const add = (suffix: string, shape: readonly number[], dtype: "int8" | "float32", initializer: "zeros" | "ones"): Variable =>
      layer.addWeight({ name: suffix, shape, dtype, initializer, trainable: false });
    const stored = mode === "int4" ? Math.ceil(columns / 2) : columns;
    this.values = add(name, [rows, stored], "int8", "zeros");
    const [scaled, divided] = axis === "columns" ? [columns, rows] : [rows, columns];
    if (policy.blockSize === null) {
      this.scale = add(`${name}_scale`, [scaled], "float32", "ones");
      return;
    }
    const { blockSize } = policy;
    const blocks = Math.ceil(divided / blockSize);
    const shape = axis === "columns" ? [blocks, scaled] : [scaled, blocks];
    this.scale = add(`${name}_scale`, shape, "float32", "ones");
    this.zero = add(`${name}_zero`, shape, "int8", "zeros");
    this.block = add("g_idx", [divided], "float32", "zeros");
    this.block.assign(Array.from({ length: divided }, (_, i) => Math.floor(i / blockSize)));
  }

  /** Everything but the values, in the order files hold it. */
  get parameters(): readonly Variable[] {
    return [this.scale, this.zero, this.block].filter((variable) => variable !== null);
  }

  /** The integers, as float32 [rows, columns]. */
  integers(): Tensor {
    const read = this.values.read();
    return ops.cast(this.mode === "int4" ? unpackHalves(read, 1, this.shape[1], true) : read, "float32");
  }

  /** The matrix, float32 [rows, columns]. */
  dequantized(): Tensor {
    const integers = this.integers();
    if (this.zero === null || this.block === null) {
      return ops.divide(integers, this.#axis === "columns" ? this.scale : ops.expandDims(this.scale, -1));
    }
    const block = ops.cast(this.block, "int32");
    const axis = this.#axis === "columns" ? 0 : 1;
    const zero = ops.take(ops.cast(this.zero, "float32"), block, { axis });
    return ops.multiply(ops.subtract(integers, zero), ops.take(this.scale, block, { axis }));
  }
}

/** `x` as integers of 8 bits, still as floats, and the factor that made them so: one for each place along the other axes than `axis`. */
export function roundedTo8Bits(x: Tensor, axis: number | readonly number[]): { readonly integers: Tensor; readonly range: Tensor } {
  const range = ops.divide(127, ops.add(ops.max(ops.abs(x), { axis, keepdims: true }), 1e-7));
  return { integers: ops.clip(ops.round(ops.multiply(x, range)), -127, 127), range };
}

/**
 * `x · matrix` as Keras computes it with kernels of 8 bits: x is rounded to 8 bits, too, with a scale for each row; the gradient is that of the
 * product with the matrix itself.
 *
 * @param roundsInputs Whether x is rounded.
 */
export function quantizedProduct(x: Tensor, matrix: QuantizedMatrix, roundsInputs: boolean, training: boolean): Tensor {
  if (matrix.zero !== null) return ops.matmul(x, ops.cast(matrix.dequantized(), x.dtype));
  const { integers, range } = roundedTo8Bits(x, -1);
  const rounded = roundsInputs ? integers : x;
  const product = ops.cast(ops.matmul(ops.cast(rounded, "float32"), matrix.integers()), x.dtype);
  const scale = ops.cast(matrix.scale, x.dtype);
  const result = ops.divide(product, roundsInputs ? ops.multiply(scale, range) : scale);
  if (!training || !roundsInputs) return result;
  return withGradientOf(result, ops.matmul(x, ops.cast(matrix.dequantized(), x.dtype)));
}

/** `value` with the gradient of `smooth`, which is about the same. */
export function withGradientOf(value: Tensor, smooth: Tensor): Tensor {
  return ops.add(smooth, ops.stopGradient(ops.subtract(value, smooth)));
}

/** Whether a `quantization_config` of Keras rounds inputs: by default kernels of 8 bits do. */
export function roundsInputs(config: unknown, mode: "int8" | "int4"): boolean {
  if (typeof config !== "object" || config === null) return mode === "int8";
  const { activation_quantizer: quantizer } = ((config as { config?: unknown }).config ?? {}) as { activation_quantizer?: unknown };
  return quantizer !== null && quantizer !== undefined;
}
