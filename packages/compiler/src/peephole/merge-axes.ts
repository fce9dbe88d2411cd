/** Walks adjacent axes as one where every view allows it: fewer, longer loops. */
import type { Body, DotKernel, Instruction, LoopKernel, ReduceKernel, View } from "../plan/plan.ts";
import { mergeShape, mergeStrides, mergeableRuns } from "../views/strides.ts";

type Runs = readonly (readonly number[])[];

function stridesOf(body: Body): (readonly number[])[] {
  const strides = [...body.operands.map((view) => view.strides), ...body.stores.map(({ view }) => view.strides)];
  for (const instruction of body.instructions) if (instruction.op === "index") strides.push(instruction.strides);
  return strides;
}

function mergeView(view: View, runs: Runs): View {
  return { ...view, strides: mergeStrides(view.strides, runs) };
}

function mergeBody({ operands, instructions, stores }: Body, runs: Runs): Body {
  return {
    operands: operands.map((view) => mergeView(view, runs)),
    instructions: instructions.map((instruction): Instruction =>
      instruction.op === "index" ? { ...instruction, strides: mergeStrides(instruction.strides, runs) } : instruction,
    ),
    stores: stores.map(({ value, view }) => ({ value, view: mergeView(view, runs) })),
  };
}

/** The row of a row kernel stays the last axis. */
export function mergeLoop(kernel: LoopKernel): LoopKernel {
  const last = kernel.shape.length - 1;
  const runs = mergeableRuns(kernel.shape, stridesOf(kernel), (outer) => !kernel.row || outer + 1 !== last);
  if (runs.length === kernel.shape.length) return kernel;
  return { ...kernel, ...mergeBody(kernel, runs), shape: mergeShape(kernel.shape, runs) };
}

/** Reduced axes merge among themselves, as do axes that are kept. */
export function mergeReduce(kernel: ReduceKernel): ReduceKernel {
  const { shape, reduced } = kernel;
  const epilogue = stridesOf(kernel.epilogue);
  const runs = mergeableRuns(shape, stridesOf(kernel.body), (outer) => {
    if (reduced[outer] !== reduced[outer + 1]) return false;
    if (reduced[outer]) return true;
    const kept = reduced.slice(0, outer).filter((flag) => !flag).length;
    return epilogue.every((strides) => strides[kept] === (strides[kept + 1] as number) * (shape[outer + 1] as number));
  });
  if (runs.length === shape.length) return kernel;
  const position = new Map<number, number>();
  reduced.forEach((flag, axis) => {
    if (!flag) position.set(axis, position.size);
  });
  const keptRuns = runs.filter(([first]) => !reduced[first as number]).map((run) => run.map((axis) => position.get(axis) as number));
  return {
    ...kernel,
    shape: mergeShape(shape, runs),
    reduced: runs.map(([first]) => reduced[first as number] as boolean),
    body: mergeBody(kernel.body, runs),
    epilogue: mergeBody(kernel.epilogue, keptRuns),
  };
}

/** Batch axes merge; the last becomes part of the rows when the right operand is the same for all of it. */
export function mergeDot(kernel: DotKernel): DotKernel {
  const { batch } = kernel;
  const rank = batch.length;
  if (rank === 0) return kernel;
  const shape = [...batch, kernel.m, kernel.n];
  const outputs = stridesOf(kernel.epilogue);
  const ofBatch = (strides: readonly number[]): readonly number[] => strides.slice(0, rank);
  const batchRuns = mergeableRuns(batch, [kernel.lhs.strides, kernel.rhs.strides, ...outputs].map(ofBatch));
  let runs: number[][] = [...batchRuns, [rank], [rank + 1]];
  const last = rank - 1;
  const extendsRows = (strides: readonly number[]): boolean => strides[last] === (strides[rank] as number) * kernel.m;
  const isShared = batchRuns[batchRuns.length - 1]?.length === 1 && kernel.rhs.strides[last] === 0;
  if (isShared && kernel.m > 1 && [kernel.lhs.strides, ...outputs].every(extendsRows)) {
    runs = [...batchRuns.slice(0, -1), [last, rank], [rank + 1]];
  }
  if (runs.length === shape.length) return kernel;
  const merged = mergeShape(shape, runs);
  const rhsRuns = runs.map((run) => (run.includes(rank) ? [rank] : run));
  return {
    ...kernel,
    batch: merged.slice(0, -2),
    m: merged[merged.length - 2] as number,
    lhs: mergeView(kernel.lhs, runs),
    rhs: mergeView(kernel.rhs, rhsRuns),
    epilogue: mergeBody(kernel.epilogue, runs),
  };
}
