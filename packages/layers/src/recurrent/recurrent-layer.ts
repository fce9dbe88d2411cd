import {
  type AnyTensor, field, type Field, flattenTree, invalid, isFloating, isTensor, mapTree, ops, type SymbolicShape, type Tensor, type TensorLike, ValueError, Variable,
} from "@neurite/core"; // prettier-ignore
import { InputSpec, type InputSpecTree } from "../core/input-spec.ts";
import type { CallOptions } from "../core/layer-options.ts";
import { Layer, type LayerOptions } from "../core/layer.ts";
import type { MaskTree } from "../core/masks.ts";
import { type ShapeTree, shapesOf } from "../core/shapes.ts";
import { initialStates, outputSizeOf, type RecurrentCell, type States } from "./cell.ts";
import { type Recurrence, runSteps } from "./run-steps.ts";

/** Options that all recurrent layers share. */
export interface RecurrentOptions extends LayerOptions {
  /** Gives the outputs of all steps, [batch, timesteps, units], rather than that of the last. Default false. */
  readonly returnSequences?: boolean;
  /** Gives a list: the output, then the states after the last step. Default false. */
  readonly returnState?: boolean;
  /** From the last step to the first; outputs then are in that order too. Default false. */
  readonly goBackwards?: boolean;
  /** Starts each batch from the states after the one before, sample by sample; batches then must have one size, that of the input. Default false. */
  readonly stateful?: boolean;
  /** Kept for Keras's files: how loops run is the device's choice. Default false. */
  readonly unroll?: boolean;
  /** Outputs of padded steps are zero rather than those of the step before. Default false. */
  readonly zeroOutputForMask?: boolean;
  /** Training keeps the states of every n-th step only, and computes what is between again: see {@link ScanOptions}. Files do not hold it. Default false. */
  readonly checkpoint?: boolean | number;
}

/** What may follow the inputs of a recurrent layer. */
export interface RecurrentCallOptions extends CallOptions {
  /** States to start from; default zeros, or what a stateful layer keeps. */
  readonly initialState?: readonly AnyTensor[] | AnyTensor | null;
}

/**
 * Base of layers that run a cell over the steps of [batch, timesteps, …], as one loop of the device.
 *
 * @example
 * new GRU(4, { returnSequences: true })(ops.ones([2, 7, 3])).shape; // [2, 7, 4]
 */
export abstract class RecurrentLayer extends Layer {
  static override readonly fields: readonly Field[] = [
    field.boolean("returnSequences", { default: false }),
    field.boolean("returnState", { default: false }),
    field.boolean("goBackwards", { default: false }),
    field.boolean("stateful", { default: false }),
    field.boolean("unroll", { default: false }),
    field.boolean("zeroOutputForMask", { default: false }),
    field.object(
      "checkpoint",
      {
        expected: "true, false or a positive number of steps",
        resolve: (value) => (typeof value === "boolean" || (Number.isInteger(value) && (value as number) > 0) ? value : invalid),
      },
      { default: false, omitted: "always" },
    ),
  ];
  declare readonly returnSequences: boolean;
  declare readonly returnState: boolean;
  declare readonly goBackwards: boolean;
  declare readonly stateful: boolean;
  declare readonly unroll: boolean;
  override inputSpec: InputSpecTree = new InputSpec({ minNdim: 3, layout: "[batch, timesteps, …]" });
  declare zeroOutputForMask: boolean;
  declare checkpoint: boolean | number;
  /** The states that a stateful layer keeps; null before it is built, and without `stateful`. They are no weights. */
  #kept: readonly Variable[] | null = null;

  /** What does one step. */
  abstract readonly cell: RecurrentCell;

  /** Layers in its options, as activations may be, are the cell's: what they weigh comes after the cell's own. */
  override get sublayers(): readonly Layer[] {
    // Options are set before there is a cell.
    const within = (this.cell as RecurrentCell | undefined)?.sublayers;
    return within === undefined ? super.sublayers : super.sublayers.filter((layer) => !within.includes(layer));
  }

  override get takesMask(): boolean {
    return true;
  }

  override get mixesSamples(): boolean {
    return this.stateful || super.mixesSamples;
  }

  override computeMask(_inputs: unknown, mask: MaskTree): MaskTree {
    const first = Array.isArray(mask) ? (mask[0] as MaskTree) : mask;
    const output = this.returnSequences ? first : null;
    return this.returnState ? [output] : output;
  }

  /** @throws ValueError for a stateful layer whose batch size is not known. */
  override build(inputShape: SymbolicShape): void {
    const [batch, , ...features] = inputShape;
    if (!this.cell.built) this.cell.buildFor([batch ?? null, ...features]);
    if (!this.stateful) return;
    if (typeof batch !== "number")
      throw new ValueError(
        `[${this.className}] stateful needs batches of one size: give the input a batch size, Input({ batchShape: [32, …] })`,
      );
    const shape = inputShape.map((size) => size ?? 1);
    const states = initialStates(this.cell, batch, ops.zeros(shape, { dtype: this.computeDtype as "float32" }));
    this.#kept = (flattenTree(states) as Tensor[]).map(
      (state) =>
        // Built while shapes are traced, too: zeros by an initializer belong to no trace.
        new Variable((size) => ops.zeros(size), { shape: state.shape, name: `${this.name}/state`, dtype: state.dtype, trainable: false }),
    );
  }

  protected override shapesByName(args: readonly unknown[], options: RecurrentCallOptions): Readonly<Record<string, ShapeTree>> | null {
    const initial = args[1] ?? options.initialState ?? null;
    return initial === null ? null : { sequences_shape: shapesOf(args[0]), initial_state_shape: shapesOf(initial) };
  }

  /** Sets the states that a stateful layer keeps: to zero, or to those given. */
  resetState(states: readonly TensorLike[] | null = null): void {
    if (this.#kept === null)
      throw new ValueError(`[${this.className}] layer "${this.name}" keeps no state: make it with stateful: true, and build it`);
    this.#kept.forEach((kept, i) => kept.assign(states?.[i] ?? ops.zeros(kept.shape, { dtype: kept.dtype })));
  }

  /** @throws ValueError for another number of initial states. */
  override call(inputs: Tensor, ...rest: unknown[]): unknown {
    const options = (isOptions(rest.at(-1)) ? rest.at(-1) : {}) as RecurrentCallOptions;
    const positional = rest.filter((argument) => argument !== options);
    const { cell } = this;
    cell.beginSequence?.();
    const zeros = initialStates(cell, inputs.shape[0] as number, inputs);
    const given = (positional[0] ?? options.initialState ?? null) as RecurrentCallOptions["initialState"];
    const initial = this.#startFrom(zeros, given);
    const recurrence: Recurrence = {
      cell,
      mask: (Array.isArray(options.mask) ? options.mask[0] : options.mask) ?? null,
      goBackwards: this.goBackwards,
      zeroOutputForMask: this.zeroOutputForMask,
      returnSequences: this.returnSequences,
      checkpoint: this.checkpoint,
      outputSize: outputSizeOf(cell),
    };
    // A cell may have a dtype policy of its own.
    const sequence = isFloating(inputs.dtype) ? (ops.cast(inputs, cell.computeDtype) as Tensor) : inputs;
    const { output, states } = runSteps(sequence, initial, recurrence);
    this.#kept?.forEach((kept, i) => kept.assign(flattenTree(states)[i] as Tensor));
    return this.returnState ? [output, ...states] : output;
  }

  #startFrom(zeros: States, given: RecurrentCallOptions["initialState"]): States {
    const source = given === null || given === undefined ? this.#kept?.map((kept) => kept.read()) : flattenTree(given).filter(isTensor);
    if (source === undefined) return zeros;
    const count = flattenTree(zeros).length;
    if (source.length !== count)
      throw new ValueError(`[${this.className}] layer "${this.name}" has ${count} states: got ${source.length} initial ones`);
    let next = 0;
    return mapTree(zeros, (zero) => ops.cast(source[next++] as Tensor, (zero as Tensor).dtype)) as States;
  }
}

const isOptions = (x: unknown): boolean => typeof x === "object" && x !== null && Object.getPrototypeOf(x) === Object.prototype;
