import type { Body, Instruction, LoopKernel } from "../../plan/plan.ts";
import { type Values, combined, identity, needed, rootsOf, writeBody, writeInstructions } from "../body.ts";
import { type Writer, coordinates, sizeOf } from "../writer.ts";

/** One thread an element. Gives the number of threads. */
export function writeLoop(writer: Writer, kernel: LoopKernel): number {
  if (kernel.row) return writeRows(writer, kernel);
  const threads = sizeOf(kernel.shape);
  guard(writer, threads);
  writeBody(writer, kernel, coordinates(writer, "thread", kernel.shape));
  return threads;
}

export function guard(writer: Writer, threads: number): void {
  writer.block(`if (thread >= ${threads})`, () => writer.line("return;"));
}

/**
 * One thread a row. The row is walked once for each reduction that needs the ones before it, and once more for what is stored; values of
 * elements are computed again in each walk, which costs less than keeping a row of any length.
 */
function writeRows(writer: Writer, kernel: LoopKernel): number {
  const outer = kernel.shape.slice(0, -1);
  const length = kernel.shape[kernel.shape.length - 1] as number;
  const threads = sizeOf(outer);
  guard(writer, threads);
  const at = coordinates(writer, "thread", outer);
  const uniform: Values = [];
  for (const stage of stages(kernel)) {
    const sums = stage.map((i) => {
      const { reduce, dtype } = kernel.instructions[i] as Extract<Instruction, { op: "row_reduce" }>;
      return writer.variable("sum", dtype, identity(writer, reduce, dtype));
    });
    writer.loop(length, (column) => {
      const values = [...uniform];
      const args = stage.map((i) => (kernel.instructions[i] as { args: readonly number[] }).args[0] as number);
      writeInstructions(writer, kernel, needed(kernel, args, values), [...at, column], values);
      stage.forEach((i, j) => {
        const { reduce, dtype } = kernel.instructions[i] as Extract<Instruction, { op: "row_reduce" }>;
        const sum = sums[j] as string;
        writer.line(`${sum} = ${combined(writer, reduce, dtype, sum, values[args[j] as number] as string)};`);
      });
    });
    stage.forEach((i, j) => (uniform[i] = sums[j]));
  }
  writer.loop(length, (column) => {
    const values = [...uniform];
    const index = [...at, column];
    writeInstructions(writer, kernel, needed(kernel, rootsOf(kernel), values), index, values);
    for (const { value, view } of kernel.stores) writer.store(view, index, values[value] as string);
  });
  return threads;
}

/** Row reductions by how many others come before them. */
function stages(body: Body): number[][] {
  const depth: number[] = [];
  const result: number[][] = [];
  body.instructions.forEach((instruction, i) => {
    const before = "args" in instruction ? Math.max(0, ...instruction.args.map((arg) => depth[arg] as number)) : 0;
    depth[i] = instruction.op === "row_reduce" ? before + 1 : before;
    if (instruction.op === "row_reduce") (result[before] ??= []).push(i);
  });
  return result;
}
