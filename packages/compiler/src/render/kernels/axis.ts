/** Kernels that work along one axis. */
import type { ArgReduceKernel, ArgSortKernel, CumulativeKernel } from "../../plan/plan.ts";
import { combined, identity } from "../body.ts";
import { type Writer, coordinates, sizeOf } from "../writer.ts";
import { guard } from "./loop.ts";
import { beats } from "./window.ts";

/** One thread a result. */
export function writeArgReduce(writer: Writer, kernel: ArgReduceKernel): number {
  const { axis, dtype, op } = kernel;
  const kept = kernel.shape.filter((_, i) => i !== axis);
  const threads = sizeOf(kept);
  guard(writer, threads);
  const at = coordinates(writer, "thread", kept);
  const full = (position: string): string[] => [...at.slice(0, axis), position, ...at.slice(axis)];
  const best = writer.indexVariable("best", "0");
  const extreme = writer.variable("extreme", dtype, writer.load(kernel.x, full("0")));
  writer.loop(kernel.shape[axis] as number, (position) => {
    const x = writer.value(dtype, writer.load(kernel.x, full(position)));
    writer.block(`if (${beats(writer, op === "max", dtype, x, extreme)})`, () => {
      writer.line(`${best} = ${position};`);
      writer.line(`${extreme} = ${x};`);
    });
  });
  writer.store(kernel.out, at, writer.dialect.fromIndex(best));
  return threads;
}

/** One thread a line. */
export function writeCumulative(writer: Writer, kernel: CumulativeKernel): number {
  const { dtype, op, size } = kernel;
  const space = [kernel.outer, kernel.inner];
  const threads = sizeOf(space);
  guard(writer, threads);
  const [outer, inner] = coordinates(writer, "thread", space) as [string, string];
  const sum = writer.variable("sum", dtype, identity(writer, op, dtype));
  writer.loop(size, (step) => {
    const position = kernel.reverse ? writer.index(`${size - 1} - ${step}`) : step;
    writer.line(`${sum} = ${combined(writer, op, dtype, sum, writer.load(kernel.x, [outer, position, inner]))};`);
    writer.store(kernel.out, [outer, position, inner], sum);
  });
  return threads;
}

/** One thread an element: its rank is the number of elements that go before it. Quadratic in the length of the axis, and needs no memory. */
export function writeArgSort(writer: Writer, kernel: ArgSortKernel): number {
  const { dtype, size, descending } = kernel;
  const { dialect } = writer;
  const space = [kernel.outer, size, kernel.inner];
  const threads = sizeOf(space);
  guard(writer, threads);
  const [outer, own, inner] = coordinates(writer, "thread", space) as [string, string, string];
  const x = writer.value(dtype, writer.load(kernel.x, [outer, own, inner]));
  const rank = writer.indexVariable("rank", "0");
  const isNaN = (value: string): string => (/float/.test(dtype) ? `!(${dialect.binary("eq", dtype, value, value)})` : "false");
  const less = (a: string, b: string): string => {
    if (dtype === "bool") return descending ? `(${a} && !${b})` : `(!${a} && ${b})`;
    return descending ? dialect.binary("lt", dtype, b, a) : dialect.binary("lt", dtype, a, b);
  };
  const before = (a: string, b: string): string => `(${less(a, b)} || (!(${isNaN(a)}) && ${isNaN(b)}))`;
  writer.loop(size, (other) => {
    const y = writer.value(dtype, writer.load(kernel.x, [outer, other, inner]));
    writer.block(`if (${before(y, x)} || (${other} < ${own} && !${before(x, y)}))`, () => writer.line(`${rank} = ${rank} + 1;`));
  });
  writer.store(kernel.out, [outer, rank, inner], dialect.fromIndex(own));
  return threads;
}
