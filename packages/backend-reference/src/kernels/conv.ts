/** Convolution: patches of the input are laid out as rows of a matrix, and multiplied with the filters. */
import type { PrimitiveParams } from "@neurite/core";
import { type HostArray, lanes, sizeOf } from "../array.ts";
import type { KernelTable } from "./kernel.ts";
import { multiplyFor } from "./dot.ts";

/** One spatial axis. */
interface Axis {
  readonly input: number;
  readonly window: number;
  readonly output: number;
  /** Input position of [output, window], or -1 where there is padding or a zero between dilated elements. */
  readonly source: Int32Array;
}

const unitAxis: Axis = { input: 1, window: 1, output: 1, source: new Int32Array(1) };

/** Numbers that a block of patches may take. */
const blockSize = 2 ** 18;

function spatialAxes(lhs: HostArray, rhs: HostArray, outShape: readonly number[], params: PrimitiveParams["conv"]): Axis[] {
  const axes = params.strides.map((stride, i): Axis => {
    const [input, window, output] = [lhs.shape[i + 2], rhs.shape[i + 1], outShape[i + 2]];
    const source = new Int32Array(output * window);
    for (let o = 0; o < output; o++) {
      for (let w = 0; w < window; w++) {
        const position = o * stride + w * params.rhsDilation[i] - params.padding[i][0];
        const element = position / params.lhsDilation[i];
        source[o * window + w] = Number.isInteger(element) && element >= 0 && element < input ? element : -1;
      }
    }
    return { input, window, output, source };
  });
  while (axes.length < 3) axes.unshift(unitAxis);
  return axes;
}

/** Writes the patch of output position `row` (of [N, d, h, w]) of one group, `channels` lanes an input position. */
function writePatch(
  axes: readonly Axis[],
  lhs: Float64Array,
  group: number,
  row: number,
  channels: number,
  patches: Float64Array,
  to: number,
): void {
  const [depth, height, width] = axes;
  const ow = row % width.output;
  const line = (row / width.output) | 0;
  const oh = line % height.output;
  const plane = (line / height.output) | 0;
  const od = plane % depth.output;
  const image = (plane / depth.output) | 0;
  let p = to;
  for (let wd = 0; wd < depth.window; wd++) {
    const d = depth.source[od * depth.window + wd];
    for (let wh = 0; wh < height.window; wh++) {
      const h = height.source[oh * height.window + wh];
      for (let ww = 0; ww < width.window; ww++, p += channels) {
        const w = width.source[ow * width.window + ww];
        if (d < 0 || h < 0 || w < 0) {
          for (let c = 0; c < channels; c++) patches[p + c] = 0;
        } else {
          const from = group + (((image * depth.input + d) * height.input + h) * width.input + w) * channels;
          for (let c = 0; c < channels; c++) patches[p + c] = lhs[from + c];
        }
      }
    }
  }
}

export const convKernels: KernelTable<"conv"> = {
  conv: (context, [lhs, rhs], params, [aval]) => {
    const out = context.arena.allocate(aval);
    const axes = spatialAxes(lhs, rhs, aval.shape, params);
    const lane = lanes(lhs.dtype);
    const rank = lhs.shape.length;
    const groups = lhs.shape[0];
    const channels = lhs.shape[rank - 1];
    const features = rhs.shape[rank - 1];
    const inner = sizeOf(rhs.shape.slice(1, rank - 1));
    const rows = sizeOf(aval.shape.slice(1, rank - 1));
    const block = Math.max(1, Math.min(rows, Math.floor(blockSize / Math.max(1, inner * lane))));
    const patches = new Float64Array(block * inner * lane);
    const multiply = multiplyFor(lhs.dtype);
    const groupSize = sizeOf(lhs.shape.slice(1)) * lane;
    for (let group = 0; group < groups; group++) {
      const filters = rhs.data.subarray(group * inner * features * lane, (group + 1) * inner * features * lane);
      for (let start = 0; start < rows; start += block) {
        const m = Math.min(block, rows - start);
        for (let i = 0; i < m; i++) writePatch(axes, lhs.data, group * groupSize, start + i, channels * lane, patches, i * inner * lane);
        const first = (group * rows + start) * features * lane;
        multiply(
          { m, k: inner, n: features },
          m === block ? patches : patches.subarray(0, m * inner * lane),
          filters,
          out.data.subarray(first, first + m * features * lane),
        );
      }
    }
    return [out];
  },
};
