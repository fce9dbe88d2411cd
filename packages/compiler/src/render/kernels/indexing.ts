import type { GatherKernel, ScatterKernel } from "../../plan/plan.ts";
import { combined } from "../body.ts";
import { type Writer, coordinates, sizeOf } from "../writer.ts";
import { guard } from "./loop.ts";

/** One thread an element. */
export function writeGather(writer: Writer, kernel: GatherKernel): number {
  const { dtype, size } = kernel;
  const space = [kernel.outer, kernel.count, kernel.inner];
  const threads = sizeOf(space);
  guard(writer, threads);
  const [outer, position, inner] = coordinates(writer, "thread", space) as [string, string, string];
  const index = writer.index(writer.dialect.toIndex(writer.load(kernel.indices, [position])));
  const value = writer.variable("found", dtype, writer.dialect.literal(0, dtype));
  writer.status = true;
  writer.block(`if (${index} >= 0 && ${index} < ${size})`, () =>
    writer.line(`${value} = ${writer.load(kernel.x, [outer, index, inner])};`),
  );
  writer.block("else", () => writer.line(writer.dialect.fail(kernel.site)));
  writer.store(kernel.out, [outer, position, inner], value);
  return threads;
}

/** Fewer lines than this leave a device idle. */
const fewLines = 256;

/**
 * Combines in the order of the indices without atomics, so that results are the same in every run: one thread a line, which takes all updates
 * in turn; where lines are few, one thread an element, which picks its updates out of all (`size` times the reads).
 */
export function writeScatter(writer: Writer, kernel: ScatterKernel): number {
  const { dtype, size, op } = kernel;
  const { dialect } = writer;
  const { outer, inner } = kernel;
  const own = outer * inner < fewLines && size <= 65536;
  const space = own ? [outer, size, inner] : [outer, inner];
  const threads = sizeOf(space);
  guard(writer, threads);
  writer.status = true;
  const at = coordinates(writer, "thread", space);
  const a = at[0] as string;
  const b = at[at.length - 1] as string;
  const merge = (old: string, update: string): string => (op === "set" ? update : combined(writer, combinations[op], dtype, old, update));
  const indexAt = (position: string): string => writer.index(dialect.toIndex(writer.load(kernel.indices, [position])));
  // One index outside, and nothing is written at all: out may be a state.
  writer.loop(kernel.count, (position) => {
    const index = indexAt(position);
    writer.block(`if (${index} < 0 || ${index} >= ${size})`, () => {
      writer.line(dialect.fail(kernel.site));
      writer.line("return;");
    });
  });
  if (own) {
    const target = at[1] as string;
    const value = writer.variable("sum", dtype, writer.load(kernel.out, [a, target, b]));
    writer.loop(kernel.count, (position) =>
      writer.block(`if (${indexAt(position)} == ${target})`, () =>
        writer.line(`${value} = ${merge(value, writer.load(kernel.updates, [a, position, b]))};`),
      ),
    );
    writer.store(kernel.out, [a, target, b], value);
    return threads;
  }
  writer.loop(kernel.count, (position) => {
    const place = [a, indexAt(position), b];
    writer.store(kernel.out, place, merge(writer.load(kernel.out, place), writer.load(kernel.updates, [a, position, b])));
  });
  return threads;
}

const combinations = { add: "sum", mul: "prod", max: "max", min: "min" } as const;
