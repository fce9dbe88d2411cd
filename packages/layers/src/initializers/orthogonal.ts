import { build, type DType, field, type Field, type KerasIdentity, ops, random, ShapeError, Tensor, withLeading } from "@neurite/core";
import { RandomInitializer, type RandomInitializerOptions } from "./random-initializer.ts";

/** Options of {@link Orthogonal}. */
export interface OrthogonalOptions extends RandomInitializerOptions {
  /** Factor on the orthogonal matrix. Default 1. */
  readonly gain?: number;
}

/**
 * A random orthogonal matrix times `gain`; where a weight has more than two axes, of the matrix that remains when all but the last are
 * flattened. Identifier "orthogonal". (Saxe et al., 2014, https://arxiv.org/abs/1312.6120)
 *
 * @example
 * new Orthogonal({ seed: 1 })([3, 4]).shape; // [3, 4]
 */
export class Orthogonal extends RandomInitializer {
  static readonly keras: KerasIdentity = { module: "keras.initializers", className: "Orthogonal" };
  static override readonly fields: readonly Field[] = [field.number("gain", { default: 1 })];
  declare readonly gain: number;

  /** @param gain The option of that name; or all options. */
  constructor(gain: number | OrthogonalOptions = {}, options: OrthogonalOptions = {}) {
    super(withLeading(["gain"], [gain, options]));
  }

  /** @throws ShapeError for fewer than two axes. */
  override call(shape: readonly number[], { dtype }: { readonly dtype: DType }): Tensor {
    if (shape.length < 2) throw new ShapeError(`[Orthogonal] a weight with two axes or more is needed: got shape [${shape}]`);
    const columns = shape.at(-1) as number;
    const rows = shape.slice(0, -1).reduce((product, dim) => product * dim, 1);
    // There is no QR decomposition of 16-bit floats.
    const computed = dtype === "float64" ? dtype : "float32";
    const drawn = random.normal([Math.max(rows, columns), Math.min(rows, columns)], { dtype: computed, seed: this.seed });
    const [q, r] = build.qr(drawn.value).map((value) => new Tensor(value)) as [Tensor, Tensor];
    // The signs of R's diagonal make Q uniform over orthogonal matrices.
    const signed = ops.multiply(q, ops.sign(ops.diag(r)));
    return ops.cast(ops.multiply(ops.reshape(rows < columns ? ops.transpose(signed) : signed, shape), this.gain), dtype);
  }
}
