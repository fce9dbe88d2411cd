import { type AnyTensor, describeValue, ops, random, type Tensor, ValueError } from "@neurite/core";
import { isTraining } from "../core/call-context.ts";
import { Layer, type LayerOptions } from "../core/layer.ts";
import { isLayer } from "../core/layer-state.ts";

/** Sizes of states: one number, or a list with one entry for each state. */
export type StateSize = number | readonly StateSize[];

/** States of a cell: a list of tensors, of stacked cells a list of such lists. */
export type States = readonly (Tensor | States)[];

/** What {@link RNN} needs of a cell: a layer with `stateSize` and `call(inputs, states)` → [output, new states]. */
export interface RecurrentCell extends Layer {
  /** Units of the one state, or a list of them. */
  readonly stateSize: StateSize;
  /** Units of the output; by default those of the first state. */
  readonly outputSize?: number;
  /** The output of a step is its first state. */
  readonly outputIsState?: boolean;
  /** States before the first step; by default zeros. `inputs`: the whole sequence. */
  getInitialState?(batchSize: number, inputs: Tensor): States;
  /** Does for all steps at once what needs no state: [timesteps, batch, …] → what {@link stepProjected} takes at each step. */
  projectSequence?(inputs: Tensor): Tensor;
  /** One step on a projected input. */
  stepProjected?(projected: Tensor, states: readonly Tensor[]): readonly [Tensor, readonly Tensor[]];
  /** Forgets what was drawn for the sequence before. */
  beginSequence?(): void;
  /** Draws what stays the same in all steps: `step` is like the inputs of one, [batch, …]. */
  prepareSteps?(step: AnyTensor): void;
}

/** Throws unless a layer can be run step by step. */
export function asCell(cell: unknown): RecurrentCell {
  if (isLayer(cell) && "stateSize" in cell) return cell as RecurrentCell;
  throw new ValueError(
    `[RNN] cell must be a layer with \`stateSize\` and \`call(inputs, states)\`, or a list of them: got ${describeValue(cell)}`,
  );
}

/** The states a cell starts from. */
export function initialStates(cell: RecurrentCell, batchSize: number, inputs: Tensor): States {
  if (cell.getInitialState !== undefined) return cell.getInitialState(batchSize, inputs);
  const { stateSize } = cell;
  const zeros = (size: StateSize): Tensor | States =>
    typeof size === "number" ? ops.zeros([batchSize, size], { dtype: cell.computeDtype as "float32" }) : size.map(zeros);
  return typeof stateSize === "number" ? [zeros(stateSize)] : (zeros(stateSize) as States);
}

/** Units of what a cell gives. */
export function outputSizeOf({ outputSize, stateSize }: RecurrentCell): number {
  if (outputSize !== undefined) return outputSize;
  const first = (size: StateSize): number => (typeof size === "number" ? size : first(size[0] as StateSize));
  return first(stateSize);
}

/** Base of the cells of this package: dropout of inputs and states by masks that stay the same for a whole sequence. */
export abstract class DropoutCell extends Layer {
  /** Fraction of the inputs dropped in training, 0 to 1. */
  declare readonly dropout: number;
  /** Fraction of the states dropped in training, 0 to 1. */
  declare readonly recurrentDropout: number;
  declare readonly seed: number | null;
  /** Null where nothing is dropped. */
  readonly seedGenerator: random.SeedGenerator | null;
  readonly #masks = new Map<"inputs" | "states", { readonly like: readonly number[]; readonly mask: AnyTensor }>();

  constructor(options: LayerOptions) {
    super(options);
    this.seedGenerator = this.dropout > 0 || this.recurrentDropout > 0 ? new random.SeedGenerator(this.seed ?? null) : null;
  }

  /** Forgets the masks of the sequence before. */
  beginSequence(): void {
    this.#masks.clear();
  }

  /** Inputs of one step [batch, …], or of all [timesteps, batch, …], with some features dropped. */
  protected dropInputs(inputs: Tensor, hasTime: boolean): Tensor {
    if (!(this.dropout > 0) || !isTraining()) return inputs;
    const step = hasTime ? inputs.shape.slice(1) : inputs.shape;
    return ops.multiply(inputs, this.#maskFor("inputs", step, inputs, this.dropout));
  }

  /** A state [batch, …] with some units dropped. */
  protected dropState(state: Tensor): Tensor {
    if (!(this.recurrentDropout > 0) || !isTraining()) return state;
    return ops.multiply(state, this.#maskFor("states", state.shape, state, this.recurrentDropout));
  }

  /** Draws the mask of the inputs outside of a loop over steps, so that it is the same in all. */
  prepareSteps(step: AnyTensor): void {
    if (this.dropout > 0 && isTraining()) this.#maskFor("inputs", step.shape, step, this.dropout);
  }

  /** Draws the mask of the states likewise. */
  protected prepareStateMask(state: AnyTensor): void {
    if (this.recurrentDropout > 0 && isTraining()) this.#maskFor("states", state.shape, state, this.recurrentDropout);
  }

  #maskFor(kind: "inputs" | "states", shape: readonly number[], like: AnyTensor, rate: number): AnyTensor {
    const known = this.#masks.get(kind);
    if (known !== undefined && known.like.length === shape.length) return known.mask;
    const ones = ops.ones(shape, { dtype: like.dtype as "float32" });
    const mask = random.dropout(ones, rate, { seed: this.seedGenerator as random.SeedGenerator });
    this.#masks.set(kind, { like: shape, mask });
    return mask;
  }
}
