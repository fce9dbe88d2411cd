import { type AnyTensor, field, type Field, type KerasIdentity, ops, ShapeError, type Tensor, withLeading } from "@neurite/core";
import { Regularizer } from "./regularizer.ts";

/** Options of {@link OrthogonalRegularizer}. */
export interface OrthogonalRegularizerOptions {
  /** Default 0.01. */
  readonly factor?: number;
  /** Whether rows or columns shall be orthogonal. Default "rows". */
  readonly mode?: "rows" | "columns";
}

/**
 * `factor` times the mean absolute cosine between different rows (or columns) of a matrix.
 *
 * @example
 * new OrthogonalRegularizer(0.1)(tensor([[1, 0], [1, 0]])); // 0.1
 */
export class OrthogonalRegularizer extends Regularizer {
  static readonly keras: KerasIdentity = { module: "keras.regularizers", className: "OrthogonalRegularizer" };
  static override readonly fields: readonly Field[] = [
    field.number("factor", { default: 0.01, min: 0 }),
    field.choice("mode", ["rows", "columns"], { default: "rows" }),
  ];
  declare readonly factor: number;
  declare readonly mode: "rows" | "columns";

  /** @param factor The option of that name; or all options. */
  constructor(factor: number | OrthogonalRegularizerOptions = {}, options: OrthogonalRegularizerOptions = {}) {
    super(withLeading(["factor"], [factor, options]));
  }

  /** @throws ShapeError unless the weight has two axes. */
  override call(x: AnyTensor): Tensor {
    if (x.ndim !== 2) throw new ShapeError(`[OrthogonalRegularizer] only matrices have rows and columns: got shape [${x.shape}]`);
    const rows = this.mode === "rows";
    const unit = ops.normalize(x, { axis: rows ? 1 : 0 });
    const cosines = rows ? ops.matmul(unit, ops.transpose(unit)) : ops.matmul(ops.transpose(unit), unit);
    const size = x.shape[rows ? 0 : 1] as number;
    const others = ops.multiply(cosines, ops.subtract(1, ops.eye(size, { dtype: cosines.dtype })));
    // Each pair is met twice.
    return ops.multiply(ops.divide(ops.multiply(ops.sum(ops.abs(others)), 0.5), (size * (size - 1)) / 2), this.factor);
  }
}
