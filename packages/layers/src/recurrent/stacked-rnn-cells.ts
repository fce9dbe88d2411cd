import {
  type AnyTensor,
  field,
  type Field,
  invalid,
  type KerasIdentity,
  ops,
  optionsOf,
  type SymbolicShape,
  type Tensor,
  ValueError,
} from "@neurite/core";
import { Layer, type LayerOptions } from "../core/layer.ts";
import { asCell, initialStates, outputSizeOf, type RecurrentCell, type StateSize, type States } from "./cell.ts";

/**
 * Cells one above the other as one cell: each takes what the one below gives. Its states are a list with those of each.
 *
 * Inputs are [batch, features], the output [batch, units] of the last cell.
 *
 * @example
 * const cells = new StackedRNNCells([new GRUCell(4), new GRUCell(5)]);
 * new RNN(cells)(ops.ones([2, 7, 3])).shape; // [2, 5]
 */
export class StackedRNNCells extends Layer {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "StackedRNNCells" };
  static override readonly fields: readonly Field[] = [
    field.object("cells", {
      expected: "a list of recurrent cells",
      resolve: (value) => (Array.isArray(value) && value.length > 0 ? value.map(asCell) : invalid),
    }),
  ];
  declare readonly cells: readonly RecurrentCell[];

  /** @throws ValueError for what is no list of cells. */
  constructor(cells: readonly Layer[], options: LayerOptions = {}) {
    super({ cells, ...optionsOf("StackedRNNCells", options) } as LayerOptions);
  }

  get stateSize(): StateSize {
    return this.cells.map(({ stateSize }) => stateSize);
  }

  get outputSize(): number {
    return outputSizeOf(this.cells.at(-1) as RecurrentCell);
  }

  getInitialState(batchSize: number, inputs: Tensor): States {
    return this.cells.map((cell) => {
      const states = initialStates(cell, batchSize, inputs);
      return typeof cell.stateSize === "number" ? (states[0] as Tensor) : states;
    });
  }

  beginSequence(): void {
    for (const cell of this.cells) cell.beginSequence?.();
  }

  prepareSteps(step: AnyTensor): void {
    let inputs = step;
    for (const cell of this.cells) {
      cell.prepareSteps?.(inputs);
      inputs = ops.zeros([step.shape[0] as number, outputSizeOf(cell)], { dtype: cell.computeDtype as "float32" });
    }
  }

  override build(inputShape: SymbolicShape): void {
    let features = inputShape.at(-1) ?? null;
    for (const cell of this.cells) {
      cell.buildFor([...inputShape.slice(0, -1), features]);
      features = outputSizeOf(cell);
    }
  }

  /** @throws ValueError for another number of states than cells. */
  override call(inputs: Tensor, states: States): readonly [Tensor, States] {
    if (states.length !== this.cells.length)
      throw new ValueError(`[StackedRNNCells] ${this.cells.length} cells need as many states: got ${states.length}`);
    let output = inputs;
    const next = this.cells.map((cell, i) => {
      const given = states[i] as Tensor | States;
      const isList = Array.isArray(given);
      const [result, after] = (cell as unknown as (x: Tensor, states: States) => [Tensor, States])(
        output,
        isList ? given : [given as Tensor],
      );
      output = result;
      return isList ? after : (after[0] as Tensor);
    });
    return [output, next];
  }
}
