import type { ConvKernel } from "../../plan/plan.ts";
import { writeBody } from "../body.ts";
import { type Writer, coordinates, linear, sizeOf } from "../writer.ts";
import { guard } from "./loop.ts";

/** One thread for up to 4 features at one place: each element of the input that is loaded is used four times. Gives the number of threads. */
export function writeConv(writer: Writer, kernel: ConvKernel): number {
  const { dialect } = writer;
  const { dtype, features } = kernel;
  const lanes = Math.min(4, features);
  const space = [kernel.groups, kernel.batch, ...kernel.output, Math.ceil(features / lanes)];
  const threads = sizeOf(space);
  guard(writer, threads);
  const at = coordinates(writer, "thread", space);
  const [group, image] = at as [string, string];
  const place = at.slice(2, -1);
  const first = at[at.length - 1] as string;
  const feature = Array.from({ length: lanes }, (_, i) => {
    const own = writer.index(linear(i, [lanes], [first]));
    return features % lanes === 0 ? own : writer.index(dialect.select(`${own} < ${features}`, own, String(features - 1)));
  });
  const sums = feature.map(() => writer.variable("sum", dtype, dialect.literal(0, dtype)));
  const along = (axis: number, offsets: readonly string[], positions: readonly string[]): void => {
    if (axis === kernel.window.length) {
      writer.loop(kernel.channels, (channel) => {
        const x = writer.value(dtype, writer.load(kernel.lhs, [group, image, ...positions, channel]));
        feature.forEach((f, i) => {
          const weight = writer.load(kernel.rhs, [group, ...offsets, channel, f]);
          writer.line(`${sums[i]} = ${dialect.multiplyAdd(dtype, x, weight, sums[i] as string)};`);
        });
      });
      return;
    }
    writer.loop(kernel.window[axis] as number, (offset) => {
      const low = kernel.padding[axis]?.[0] ?? 0;
      const dilation = kernel.lhsDilation[axis] as number;
      const dilated = writer.index(
        linear(-low, [kernel.strides[axis] as number, kernel.rhsDilation[axis] as number], [place[axis] as string, offset]),
      );
      const between = dilation === 1 ? "" : ` && ${dilated} % ${dilation} == 0`;
      const limit = ((kernel.input[axis] as number) - 1) * dilation;
      writer.block(`if (${dilated} >= 0 && ${dilated} <= ${limit}${between})`, () => {
        const position = dilation === 1 ? dilated : writer.index(`${dilated} / ${dilation}`);
        along(axis + 1, [...offsets, offset], [...positions, position]);
      });
    });
  };
  along(0, [], []);
  feature.forEach((f, i) => {
    const store = (): void => writeBody(writer, kernel.epilogue, [group, image, ...place, f], [sums[i] as string]);
    writer.block(features % lanes === 0 ? "" : `if (${linear(i, [lanes], [first])} < ${features})`, store);
  });
  return threads;
}
