/** A cell run over the steps of a sequence, as one scan. */
import { type AnyTensor, mapTree, ops, type Tensor } from "@neurite/core";
import type { RecurrentCell, States } from "./cell.ts";

/** How a cell is run. */
export interface Recurrence {
  readonly cell: RecurrentCell;
  /** bool [batch, timesteps], false where a step is padding; null: all steps count. */
  readonly mask: AnyTensor | null;
  readonly goBackwards: boolean;
  readonly zeroOutputForMask: boolean;
  readonly returnSequences: boolean;
  readonly checkpoint: boolean | number;
  /** Units of the output. */
  readonly outputSize: number;
}

/** What goes from step to step: states, and the output where it is not the first of them. */
type Carry = readonly [states: States, output?: Tensor];

/** One step of the inputs, and whether it counts where there is a mask. */
type Step = readonly [input: Tensor, counts?: Tensor];

/** Inputs [batch, timesteps, …] → the last output [batch, …], or all of them [batch, timesteps, …], and the last states. */
export function runSteps(inputs: Tensor, initial: States, recurrence: Recurrence): { output: Tensor; states: States } {
  const { cell, mask, goBackwards, zeroOutputForMask, returnSequences, checkpoint, outputSize } = recurrence;
  const ordered = timeMajor(inputs);
  // Projected inputs of all steps may take more memory than a checkpoint saves. Masks are drawn here in any case, for all steps.
  const whole = cell.projectSequence?.(ordered);
  if (whole === undefined) cell.prepareSteps?.(ops.zeros(ordered.shape.slice(1), { dtype: ordered.dtype as "float32" }));
  const steps = checkpoint === false ? (whole ?? ordered) : ordered;
  const project = (input: Tensor): Tensor =>
    checkpoint === false ? input : ops.squeeze(cell.projectSequence!(ops.expandDims(input, 0)), { axis: 0 });
  // The output need not be carried where the first state is the same: without a mask, or where padded steps repeat it.
  const isState = cell.outputIsState === true && (mask === null || !zeroOutputForMask);
  // Padded steps give the output before them, unless they give zero; the last output is wanted by itself where not all are.
  const repeats = mask !== null && !zeroOutputForMask;
  const carriesOutput = !isState && (repeats || !returnSequences);
  const withOutput = (states: States, output: Tensor): Carry => (carriesOutput ? [states, output] : [states]);
  const outputOf = ([states, output]: Carry): Tensor => output ?? (states[0] as Tensor);
  const outputShape = cell.outputIsState === true ? (initial[0] as Tensor).shape : [inputs.shape[0] as number, outputSize];

  const step = (carry: Carry, [input, counts]: Step): readonly [Carry, Tensor | null] => {
    const [before] = carry;
    const [fresh, after] = whole
      ? cell.stepProjected!(project(input), before as readonly Tensor[])
      : (cell as unknown as (x: Tensor, states: States) => readonly [Tensor, States])(input, before);
    if (counts === undefined) return [withOutput(after, fresh), returnSequences ? fresh : null];
    const keep = (now: Tensor, else_: Tensor): Tensor => ops.where(alignedTo(counts, now), now, else_);
    const old = flatStates(before);
    let next = 0;
    const states = mapTree(after, (state) => keep(state as Tensor, old[next++] as Tensor)) as States;
    const output = isState ? (states[0] as Tensor) : keep(fresh, repeats ? outputOf(carry) : ops.zerosLike(fresh));
    return [withOutput(states, output), returnSequences ? output : null];
  };

  const start = withOutput(initial, ops.zeros(outputShape, { dtype: inputs.dtype }));
  const xs: Step = mask === null ? [steps] : [steps, timeMajor(ops.cast(mask, "bool"))];
  const [last, outputs] = ops.scan(step, start, xs, { reverse: goBackwards, checkpoint });
  if (!returnSequences) return { output: outputOf(last), states: last[0] };
  const all = goBackwards ? ops.flip(outputs as Tensor, { axis: 0 }) : (outputs as Tensor);
  return { output: timeMajor(all), states: last[0] };
}

/** Swaps batch and time. */
function timeMajor(x: AnyTensor): Tensor {
  return ops.transpose(x, { axes: [1, 0, ...x.shape.slice(2).map((_, i) => i + 2)] });
}

/** A mask [batch] or [batch, 1] with as many axes as what it is for. */
function alignedTo(mask: Tensor, x: Tensor): Tensor {
  return ops.reshape(mask, [x.shape[0] as number, ...x.shape.slice(1).map(() => 1)]);
}

function flatStates(states: States): Tensor[] {
  return states.flatMap((state) => (Array.isArray(state) ? flatStates(state as States) : [state as Tensor]));
}
