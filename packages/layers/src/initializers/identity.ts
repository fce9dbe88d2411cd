import { type DType, field, type Field, type KerasIdentity, ops, ShapeError, type Tensor, withLeading } from "@neurite/core";
import { Initializer } from "./initializer.ts";

/** Options of {@link Identity}. */
export interface IdentityOptions {
  /** What the diagonal holds. Default 1. */
  readonly gain?: number;
}

/**
 * The identity matrix times `gain`; for weights with two axes. Identifier "identity".
 *
 * @example
 * new Identity()([2, 2]); // [[1, 0], [0, 1]]
 */
export class Identity extends Initializer {
  static readonly keras: KerasIdentity = { module: "keras.initializers", className: "Identity" };
  static override readonly fields: readonly Field[] = [field.number("gain", { default: 1, omitted: "default" })];
  declare readonly gain: number;

  /** @param gain The option of that name; or all options. */
  constructor(gain: number | IdentityOptions = {}, options: IdentityOptions = {}) {
    super(withLeading(["gain"], [gain, options]));
  }

  /** @throws ShapeError unless the shape has two axes. */
  override call(shape: readonly number[], { dtype }: { readonly dtype: DType }): Tensor {
    if (shape.length !== 2) throw new ShapeError(`[Identity] only matrices have an identity: got shape [${shape}]`);
    return ops.multiply(ops.eye(shape[0] as number, { M: shape[1] as number, dtype }), this.gain);
  }
}
