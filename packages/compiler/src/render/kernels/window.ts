import type { WindowKernel } from "../../plan/plan.ts";
import { combined, identity } from "../body.ts";
import { type Writer, coordinates, linear, sizeOf } from "../writer.ts";
import { guard } from "./loop.ts";

/** One thread a window; for `window_scatter` one thread an element of x. Gives the number of threads. */
export function writeWindow(writer: Writer, kernel: WindowKernel): number {
  const space = kernel.kind === "window_scatter" ? kernel.input : kernel.output;
  const threads = sizeOf(space);
  guard(writer, threads);
  const at = coordinates(writer, "thread", space);
  const { dtype, op } = kernel;
  const { dialect } = writer;
  if (kernel.kind === "reduce_window") {
    const sum = writer.variable("sum", dtype, identity(writer, op, dtype));
    walk(writer, kernel, at, (position) => {
      writer.line(`${sum} = ${combined(writer, op, dtype, sum, writer.load(kernel.x, position))};`);
    });
    writer.store(kernel.out, at, sum);
    return threads;
  }
  const y = kernel.y as NonNullable<WindowKernel["y"]>;
  if (kernel.kind === "window_gather") {
    const best = extreme(writer, kernel, at);
    const found = writer.variable("found", dtype, dialect.literal(0, dtype));
    writer.block(`if (${best} >= 0)`, () => writer.line(`${found} = ${writer.load(y, coordinates(writer, best, kernel.input))};`));
    writer.store(kernel.out, at, found);
    return threads;
  }
  // Each element looks at the windows that it is in: no two threads write to one place, and sums have one order.
  const sum = writer.variable("sum", dtype, dialect.literal(0, dtype));
  covering(writer, kernel, at, (window) => {
    const best = extreme(writer, kernel, window);
    writer.block(`if (${best} == thread)`, () => writer.line(`${sum} = ${dialect.binary("add", dtype, sum, writer.load(y, window))};`));
  });
  writer.store(kernel.out, at, sum);
  return threads;
}

/** For each element of x in the window `at`, in order. */
function walk(writer: Writer, kernel: WindowKernel, at: readonly string[], inside: (position: readonly string[]) => void): void {
  const along = (axis: number, positions: readonly string[]): void => {
    if (axis === kernel.window.length) return inside(positions);
    writer.loop(kernel.window[axis] as number, (offset) => {
      const low = kernel.padding[axis]?.[0] ?? 0;
      const steps = [kernel.strides[axis] as number, kernel.dilation[axis] as number];
      const position = writer.index(linear(-low, steps, [at[axis] as string, offset]));
      const next = (): void => along(axis + 1, [...positions, position]);
      if (/^\d+$/.test(position) && Number(position) < (kernel.input[axis] as number)) next();
      else writer.block(`if (${position} >= 0 && ${position} < ${kernel.input[axis]})`, next);
    });
  };
  along(0, []);
}

/** For each window that the element `at` of x is in, in order. */
function covering(writer: Writer, kernel: WindowKernel, at: readonly string[], inside: (window: readonly string[]) => void): void {
  const along = (axis: number, windows: readonly string[]): void => {
    if (axis === kernel.window.length) return inside(windows);
    const [size, stride] = [kernel.window[axis] as number, kernel.strides[axis] as number];
    // From the last offset to the first: windows in rising order.
    writer.loop(size, (k) => {
      const reach = (kernel.padding[axis]?.[0] ?? 0) - (size - 1) * (kernel.dilation[axis] as number);
      const start = writer.index(linear(reach, [1, kernel.dilation[axis] as number], [at[axis] as string, k]));
      writer.block(`if (${start} >= 0 && ${start} % ${stride} == 0 && ${start} / ${stride} < ${kernel.output[axis]})`, () =>
        along(axis + 1, [...windows, stride === 1 ? start : writer.index(`${start} / ${stride}`)]),
      );
    });
  };
  along(0, []);
}

/** Flat place in x of the first extreme of a window (NaN wins); -1 for a window in the padding. */
function extreme(writer: Writer, kernel: WindowKernel, at: readonly string[]): string {
  const { dialect } = writer;
  const { dtype } = kernel;
  const best = writer.indexVariable("best", "-1");
  const value = writer.variable("extreme", dtype, dialect.literal(0, dtype));
  const strides = kernel.input.map((_, axis) => sizeOf(kernel.input.slice(axis + 1)));
  walk(writer, kernel, at, (position) => {
    const x = writer.value(dtype, writer.load(kernel.x, position));
    writer.block(`if (${best} < 0 || ${beats(writer, kernel.op === "max", dtype, x, value)})`, () => {
      writer.line(`${best} = ${linear(0, strides, position)};`);
      writer.line(`${value} = ${x};`);
    });
  });
  return best;
}

/** True if `a` is a further extreme than `b`, or the first NaN. */
export function beats(writer: Writer, max: boolean, dtype: WindowKernel["dtype"], a: string, b: string): string {
  const { dialect } = writer;
  if (dtype === "bool") return max ? `(${a} && !${b})` : `(!${a} && ${b})`;
  const further = max ? dialect.binary("lt", dtype, b, a) : dialect.binary("lt", dtype, a, b);
  if (!/float/.test(dtype)) return further;
  return `(${dialect.binary("eq", dtype, b, b)} && (${further} || !(${dialect.binary("eq", dtype, a, a)})))`;
}
