import { field, type Field, invalid, type KerasIdentity, optionsOf } from "@neurite/core";
import type { Layer, LayerOptions } from "../core/layer.ts";
import { isLayer } from "../core/layer-state.ts";
import { asCell, type RecurrentCell } from "./cell.ts";
import { RecurrentLayer, type RecurrentOptions } from "./recurrent-layer.ts";
import { StackedRNNCells } from "./stacked-rnn-cells.ts";

/**
 * Runs a cell over the steps of a sequence: [batch, timesteps, features] → [batch, units], or [batch, timesteps, units] with `returnSequences`.
 *
 * @param cell A layer with `stateSize` and `call(inputs, states)` → [output, new states], or a list of them, one above the other.
 * @example
 * class MinimalCell extends Layer {
 *   readonly stateSize = 32;
 *   kernel!: Variable;
 *   recurrentKernel!: Variable;
 *   override build(inputShape: SymbolicShape): void {
 *     this.kernel = this.addWeight({ name: "kernel", shape: [inputShape.at(-1) as number, 32] });
 *     this.recurrentKernel = this.addWeight({ name: "recurrent_kernel", shape: [32, 32] });
 *   }
 *   override call(inputs: Tensor, [previous]: Tensor[]): [Tensor, Tensor[]] {
 *     const output = ops.add(ops.matmul(inputs, this.kernel), ops.matmul(previous!, this.recurrentKernel));
 *     return [output, [output]];
 *   }
 * }
 * const y = new RNN([new MinimalCell(), new LSTMCell(64)], { returnSequences: true })(x);
 */
export class RNN extends RecurrentLayer {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "RNN" };
  static override readonly fields: readonly Field[] = [
    field.object("cell", {
      expected: "a recurrent cell, or a list of them",
      resolve: (value) => (Array.isArray(value) ? new StackedRNNCells(value as Layer[]) : isLayer(value) ? asCell(value) : invalid),
    }),
  ];
  declare readonly cell: RecurrentCell;

  /** @throws ValueError for what is no cell. */
  constructor(cell: Layer | readonly Layer[], options: RecurrentOptions = {}) {
    super({ cell, ...optionsOf("RNN", options) } as LayerOptions);
  }
}
