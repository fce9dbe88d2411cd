import type { ReduceKernel } from "../../plan/plan.ts";
import { type Values, checksOf, combined, identity, needed, writeBody, writeInstructions } from "../body.ts";
import { type Writer, coordinates, sizeOf } from "../writer.ts";
import { guard } from "./loop.ts";

/** Sums at least this long have a workgroup of their own when there are few of them. */
const longSum = 1024;
const fewSums = 1024;

/** One thread a result; a workgroup for each where there are few and long ones. Gives the number of threads. */
export function writeReduce(writer: Writer, kernel: ReduceKernel): number {
  const kept = kernel.shape.filter((_, axis) => !kernel.reduced[axis]);
  const reduced = kernel.shape.filter((_, axis) => kernel.reduced[axis]);
  const results = sizeOf(kept);
  const terms = sizeOf(reduced);
  const lanes = terms >= longSum && results <= fewSums ? writer.dialect.workgroupSize : 1;
  if (lanes === 1) guard(writer, results);
  const at = coordinates(writer, lanes === 1 ? "thread" : "group", kept);
  const sums = kernel.reductions.map(({ op, dtype }) => writer.variable("sum", dtype, identity(writer, op, dtype)));
  const accumulate = (position: readonly string[]): void => {
    const values: Values = [];
    let [nextKept, nextReduced] = [0, 0];
    const index = kernel.reduced.map((flag) => (flag ? position[nextReduced++] : at[nextKept++]) as string);
    writeInstructions(
      writer,
      kernel.body,
      needed(kernel.body, [...kernel.reductions.map(({ value }) => value), ...checksOf(kernel.body)]),
      index,
      values,
    );
    kernel.reductions.forEach(({ op, value, dtype }, i) => {
      writer.line(`${sums[i]} = ${combined(writer, op, dtype, sums[i] as string, values[value] as string)};`);
    });
  };
  if (lanes === 1) {
    nested(writer, reduced, [], accumulate);
    writeBody(writer, kernel.epilogue, at, sums);
    return results;
  }
  const term = writer.name("term");
  writer.block(writer.dialect.loop(term, "lane", String(terms), String(lanes)), () => accumulate(coordinates(writer, term, reduced)));
  kernel.reductions.forEach(({ op, dtype }, i) => {
    const shared = writer.shared(dtype, lanes);
    writer.line(`${shared}[lane] = ${sums[i]};`);
    writer.line(writer.dialect.barrier);
    for (let half = lanes / 2; half >= 1; half /= 2) {
      writer.block(`if (lane < ${half})`, () =>
        writer.line(`${shared}[lane] = ${combined(writer, op, dtype, `${shared}[lane]`, `${shared}[lane + ${half}]`)};`),
      );
      writer.line(writer.dialect.barrier);
    }
    sums[i] = `${shared}[0]`;
  });
  writer.block("if (lane == 0)", () => writeBody(writer, kernel.epilogue, at, sums));
  return results * lanes;
}

function nested(writer: Writer, shape: readonly number[], index: readonly string[], inside: (index: readonly string[]) => void): void {
  if (index.length === shape.length) return inside(index);
  writer.loop(shape[index.length] as number, (name) => nested(writer, shape, [...index, name], inside), "r");
}
