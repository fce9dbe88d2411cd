import { ops, type Tensor, type Variable } from "@neurite/core";
import type { Layer } from "../core/layer.ts";
import type { QuantizedDTypePolicy } from "./quantized-policy.ts";
import { unpackHalves } from "./unpack.ts";

/**
 * A matrix in 4 bits, two rows a byte, with a scale for each column, or for each block of rows of it and then a zero point too: how Keras keeps the
 * weights by which a `ReversibleEmbedding` goes back.
 */
export class RowPackedMatrix {
  /** int8 [rows / 2, columns]. */
  readonly values: Variable;
  /** float32 [columns], or [blocks, columns]. */
  readonly scale: Variable;
  /** Of blocks, float32 [blocks, columns]; else null. */
  readonly zero: Variable | null = null;
  readonly #rows: number;
  readonly #block: number | null;

  constructor(layer: Layer, name: string, [rows, columns]: readonly [number, number], { blockSize }: QuantizedDTypePolicy) {
    const add = (
      suffix: string,
      shape: readonly number[],
      initializer: "zeros" | "ones",
      dtype: "float32" | "int8" = "float32",
    ): Variable => layer.addWeight({ name: `${name}${suffix}`, shape, dtype, initializer, trainable: false });
    this.#rows = rows;
    this.#block = blockSize;
    this.values = add("", [Math.ceil(rows / 2), columns], "zeros", "int8");
    const scales = blockSize === null ? [columns] : [Math.ceil(rows / blockSize), columns];
    this.scale = add("_scale", scales, "ones");
    if (blockSize !== null) this.zero = add("_zero", scales, "zeros");
  }

  /** Everything but the values, in the order files hold it. */
  get parameters(): readonly Variable[] {
    return this.zero === null ? [this.scale] : [this.scale, this.zero];
  }

  /** The matrix, float32 [rows, columns]. */
  dequantized(): Tensor {
    const integers = ops.cast(unpackHalves(this.values.read(), 0, this.#rows, true), "float32");
    if (this.zero === null || this.#block === null) return ops.divide(integers, this.scale);
    const size = this.#block;
    const block = ops.array(Int32Array.from({ length: this.#rows }, (_, i) => Math.floor(i / size)));
    return ops.multiply(ops.subtract(integers, ops.take(this.zero, block, { axis: 0 })), ops.take(this.scale, block, { axis: 0 }));
  }
}
