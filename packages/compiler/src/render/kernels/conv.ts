import type { ConvKernel } from "../../plan/plan.ts";
import { writeBody } from "../body.ts";
import { type Writer, coordinates, linear, sizeOf } from "../writer.ts";
import { guard } from "./loop.ts";
import { type Product, writeShared } from "./product.ts";

/** Gives the number of threads. */
export function writeConv(writer: Writer, kernel: ConvKernel): number {
  const product = implicitProduct(writer, kernel);
  const tile = writer.dialect.tile(product.m, product.n, product.k);
  return tile === null ? writeDirect(writer, kernel) : writeShared(writer, product, tile);
}

/** One thread for up to 4 features at one place: each element of the input that is loaded is used four times. */
function writeDirect(writer: Writer, kernel: ConvKernel): number {
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
    writer.loop(kernel.window[axis] as number, (offset) =>
      inputAt(writer, kernel, axis, place[axis] as string, offset, (position) =>
        along(axis + 1, [...offsets, offset], [...positions, position]),
      ),
    );
  };
  along(0, [], []);
  feature.forEach((f, i) => {
    const store = (): void => writeBody(writer, kernel.epilogue, [group, image, ...place, f], [sums[i] as string]);
    writer.block(features % lanes === 0 ? "" : `if (${linear(i, [lanes], [first])} < ${features})`, store);
  });
  return threads;
}

/** As a product: rows are places of all examples, terms run over window and channels. */
function implicitProduct(writer: Writer, kernel: ConvKernel): Product {
  const places = [kernel.batch, ...kernel.output];
  const taps = [...kernel.window, kernel.channels];
  return {
    dtype: kernel.dtype,
    batch: [kernel.groups],
    m: sizeOf(places),
    n: kernel.features,
    k: sizeOf(taps),
    lhs([group], m, k, put) {
      const [image, ...place] = coordinates(writer, m, places);
      const tap = coordinates(writer, k, taps);
      const along = (axis: number, positions: readonly string[]): void => {
        if (axis === kernel.window.length) {
          return put(writer.load(kernel.lhs, [group as string, image as string, ...positions, tap[axis] as string]));
        }
        inputAt(writer, kernel, axis, place[axis] as string, tap[axis] as string, (position) => along(axis + 1, [...positions, position]));
      };
      along(0, []);
    },
    rhs: ([group], k, n, put) => put(writer.load(kernel.rhs, [group as string, ...coordinates(writer, k, taps), n])),
    store: ([group], m, n, sum) => writeBody(writer, kernel.epilogue, [group as string, ...coordinates(writer, m, places), n], [sum]),
  };
}

/** `inside` with the position in the input that a window at `place` has at `offset`, unless it is in the padding or between dilated elements. */
function inputAt(
  writer: Writer,
  kernel: ConvKernel,
  axis: number,
  place: string,
  offset: string,
  inside: (position: string) => void,
): void {
  const low = kernel.padding[axis]?.[0] ?? 0;
  const dilation = kernel.lhsDilation[axis] as number;
  const dilated = writer.index(linear(-low, [kernel.strides[axis] as number, kernel.rhsDilation[axis] as number], [place, offset]));
  const between = dilation === 1 ? "" : ` && ${dilated} % ${dilation} == 0`;
  const limit = ((kernel.input[axis] as number) - 1) * dilation;
  writer.block(`if (${dilated} >= 0 && ${dilated} <= ${limit}${between})`, () =>
    inside(dilation === 1 ? dilated : writer.index(`${dilated} / ${dilation}`)),
  );
}
