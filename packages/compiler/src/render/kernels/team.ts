/** Reductions that the threads of a workgroup may share. */
import type { DType, ReduceOp } from "@neurite/core";
import { combined, identity } from "../body.ts";
import type { Writer } from "../writer.ts";

/** A variable that a reduction of `dtype` begins with. */
export function accumulator(writer: Writer, op: ReduceOp, dtype: DType): string {
  const wide = writer.dialect.accumulator(dtype);
  return writer.variable("sum", wide, identity(writer, op, wide));
}

/** A statement: `sum` takes `value` in. */
export function accumulate(writer: Writer, op: ReduceOp, dtype: DType, sum: string, value: string): void {
  writer.line(`${sum} = ${combined(writer, op, writer.dialect.accumulator(dtype), sum, value)};`);
}

/** Positions 0 to before `limit` of a reduction or row: all of them for a thread alone, every so manieth for one of a team of `lanes`. */
export function walk(writer: Writer, limit: number, lanes: number, inside: (position: string) => void, prefix?: string): void {
  if (lanes === 1) writer.loop(limit, inside, prefix);
  else writer.steps("lane", limit, lanes, inside, prefix);
}

/** What all threads of a team have accumulated, by a tree whose order the number of threads alone decides: a value of `dtype`, for each of them. */
export function total(writer: Writer, op: ReduceOp, dtype: DType, sum: string, lanes: number): string {
  const { dialect } = writer;
  const wide = dialect.accumulator(dtype);
  let result = sum;
  if (lanes > 1) {
    const shared = writer.shared(wide, lanes);
    writer.line(`${shared}[lane] = ${sum};`);
    writer.barrier();
    for (let half = lanes / 2; half >= 1; half /= 2) {
      writer.block(`if (lane < ${half})`, () =>
        writer.line(`${shared}[lane] = ${combined(writer, op, wide, `${shared}[lane]`, `${shared}[lane + ${half}]`)};`),
      );
      writer.barrier();
    }
    result = `${shared}[0]`;
  }
  return lanes > 1 || wide !== dtype ? writer.value(dtype, dialect.cast(result, wide, dtype)) : result;
}
