import { type Field, type KerasIdentity, ops, type Tensor } from "@neurite/core";
import { type CellOptions, cellFields } from "./cell-fields.ts";
import { UnitsCell } from "./units-cell.ts";

/**
 * One step of {@link SimpleRNN}: `h = activation(x · kernel + bias + h · recurrentKernel)`.
 *
 * Inputs are [batch, features], the state and the output [batch, units].
 *
 * @example
 * const cell = new SimpleRNNCell(4);
 * const [output, states] = cell<[Tensor, Tensor[]]>(ops.ones([2, 3]), [ops.zeros([2, 4])]);
 * output.shape; // [2, 4]
 */
export class SimpleRNNCell extends UnitsCell {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "SimpleRNNCell" };
  static override readonly fields: readonly Field[] = cellFields("simple", false);

  constructor(units: number, options: CellOptions = {}) {
    super(units, options);
  }

  protected override get gates(): number {
    return 1;
  }

  override stepProjected(projected: Tensor, [state]: readonly Tensor[]): readonly [Tensor, readonly Tensor[]] {
    const recurrent = ops.matmul(this.dropState(state as Tensor), this.autocast(this.recurrentKernel));
    const output = this.activation(ops.add(projected, recurrent));
    return [output, [output]];
  }
}
