import type { Body, Instruction, LoopKernel, Store } from "../../plan/plan.ts";
import { type Values, checksOf, needed, writeBody, writeInstructions } from "../body.ts";
import { type Writer, coordinates, sizeOf } from "../writer.ts";
import { accumulate, accumulator, total, walk } from "./team.ts";

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
 * One thread a row, or a workgroup. The row is walked once for each reduction that needs the ones before it, and once more for what is stored;
 * values of elements are computed again in each walk, which costs less than keeping a row of any length.
 */
function writeRows(writer: Writer, kernel: LoopKernel): number {
  const outer = kernel.shape.slice(0, -1);
  const length = kernel.shape[kernel.shape.length - 1] as number;
  const rows = sizeOf(outer);
  const lanes = writer.dialect.team("row", length, rows);
  if (lanes === 1) guard(writer, rows);
  else writer.workgroupSize = lanes;
  const at = coordinates(writer, lanes === 1 ? "thread" : "group", outer);
  const uniform: Values = [];
  for (const stage of stages(kernel)) {
    const reductions = stage.map((i) => kernel.instructions[i] as Extract<Instruction, { op: "row_reduce" }>);
    const sums = reductions.map(({ reduce, dtype }) => accumulator(writer, reduce, dtype));
    walk(writer, length, lanes, (column) => {
      const values = [...uniform];
      const args = reductions.map(({ args: [arg] }) => arg);
      writeInstructions(writer, kernel, needed(kernel, args, values), [...at, column], values);
      reductions.forEach(({ reduce, dtype, args: [arg] }, j) =>
        accumulate(writer, reduce, dtype, sums[j] as string, values[arg] as string),
      );
    });
    reductions.forEach(({ reduce, dtype }, j) => {
      uniform[stage[j] as number] = total(writer, reduce, dtype, sums[j] as string, lanes);
    });
  }
  const once = kernel.stores.filter(({ view }) => length > 1 && view.strides[view.strides.length - 1] === 0);
  const each = kernel.stores.filter((store) => !once.includes(store));
  const finish = (stores: readonly Store[], checks: readonly number[], column: string): void => {
    const values = [...uniform];
    const index = [...at, column];
    const roots = [...stores.map(({ value }) => value), ...checks];
    writeInstructions(writer, kernel, needed(kernel, roots, values), index, values);
    for (const { value, view } of stores) writer.store(view, index, values[value] as string);
  };
  walk(writer, length, lanes, (column) => finish(each, checksOf(kernel), column));
  if (once.length === 0) return rows * lanes;
  // What is the same for the whole row may replace what all of the row was computed from.
  if (lanes > 1) writer.barrier();
  if (lanes === 1) finish(once, [], "0");
  else writer.block("if (lane == 0)", () => finish(once, [], "0"));
  return rows * lanes;
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
