/** A graph as a list of steps, so that it can be cut down. */
import { type Aval, bind, type Graph, type PrimitiveName, type PrimitiveParams, type Value } from "@neurite/core";
import { traced } from "../samples/run-graph.ts";
import type { Sample } from "../samples/sample.ts";

/** One value of a program, by its place in {@link RandomProgram.values}. */
export type ValueId = number;

export interface ProgramValue {
  /** What the oracle gives for it. */
  readonly sample: Sample;
  /** Every device must give the same bits: whole numbers, computed by operations that do not round them. */
  readonly exact: boolean;
  /** Unique enough to be compared and used: not the arbitrary signs of a factorization. */
  readonly unique: boolean;
}

export interface Step {
  readonly op: PrimitiveName;
  readonly params: PrimitiveParams[PrimitiveName];
  readonly inputs: readonly ValueId[];
  readonly outputs: readonly ValueId[];
}

export interface RandomProgram {
  readonly values: readonly ProgramValue[];
  /** Values that are given. */
  readonly inputs: readonly ValueId[];
  readonly steps: readonly Step[];
  readonly outputs: readonly ValueId[];
}

/** The steps that the outputs need, and the inputs those need. */
export function withoutDeadCode(program: RandomProgram): RandomProgram {
  const needed = new Set(program.outputs);
  const steps = program.steps
    .toReversed()
    .filter((step) => {
      if (!step.outputs.some((id) => needed.has(id))) return false;
      for (const id of step.inputs) needed.add(id);
      return true;
    })
    .reverse();
  return { ...program, steps, inputs: program.inputs.filter((id) => needed.has(id)) };
}

/** The program as a closed graph. */
export function programGraph({ values, inputs, steps, outputs }: RandomProgram): Graph {
  const avals: Aval[] = inputs.map((id) => values[id].sample);
  return traced(avals, (xs) => {
    const at = new Map<ValueId, Value>(inputs.map((id, i) => [id, xs[i]]));
    for (const step of steps) {
      const operands = step.inputs.map((id) => at.get(id) as Value);
      bind(step.op, operands, step.params as never).forEach((value, i) => at.set(step.outputs[i], value));
    }
    return outputs.map((id) => at.get(id) as Value);
  });
}

/** Data for the graph's inputs. */
export function inputSamples({ values, inputs }: RandomProgram): Sample[] {
  return inputs.map((id) => values[id].sample);
}
