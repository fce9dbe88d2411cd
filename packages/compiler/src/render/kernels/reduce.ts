import type { ReduceKernel } from "../../plan/plan.ts";
import { type Values, checksOf, needed, writeBody, writeInstructions } from "../body.ts";
import { type Writer, coordinates, sizeOf } from "../writer.ts";
import { guard } from "./loop.ts";
import { accumulate, accumulator, total, walk } from "./team.ts";

/** One thread a result, or a workgroup. Gives the number of threads. */
export function writeReduce(writer: Writer, kernel: ReduceKernel): number {
  const kept = kernel.shape.filter((_, axis) => !kernel.reduced[axis]);
  const reduced = kernel.shape.filter((_, axis) => kernel.reduced[axis]);
  const results = sizeOf(kept);
  const terms = sizeOf(reduced);
  const lanes = writer.dialect.team("reduce", terms, results);
  if (lanes === 1) guard(writer, results);
  else writer.workgroupSize = lanes;
  const at = coordinates(writer, lanes === 1 ? "thread" : "group", kept);
  const sums = kernel.reductions.map(({ op, dtype }) => accumulator(writer, op, dtype));
  const term = (position: readonly string[]): void => {
    const values: Values = [];
    let [nextKept, nextReduced] = [0, 0];
    const index = kernel.reduced.map((flag) => (flag ? position[nextReduced++] : at[nextKept++]) as string);
    const roots = [...kernel.reductions.map(({ value }) => value), ...checksOf(kernel.body)];
    writeInstructions(writer, kernel.body, needed(kernel.body, roots), index, values);
    kernel.reductions.forEach(({ op, value, dtype }, i) => accumulate(writer, op, dtype, sums[i] as string, values[value] as string));
  };
  if (lanes === 1) nested(writer, reduced, [], term);
  else walk(writer, terms, lanes, (position) => term(coordinates(writer, position, reduced)), "term");
  const totals = kernel.reductions.map(({ op, dtype }, i) => total(writer, op, dtype, sums[i] as string, lanes));
  const finish = (): void => writeBody(writer, kernel.epilogue, at, totals);
  if (lanes === 1) finish();
  else writer.block("if (lane == 0)", finish);
  return results * lanes;
}

function nested(writer: Writer, shape: readonly number[], index: readonly string[], inside: (index: readonly string[]) => void): void {
  if (index.length === shape.length) return inside(index);
  writer.loop(shape[index.length] as number, (name) => nested(writer, shape, [...index, name], inside), "r");
}
