/** Matrix products and convolutions: one tiled kernel, which differs in how it finds its operands' elements. */
import type { DType } from "@neurite/core";
import type { ConvKernel, DotKernel } from "../../plan/plan.ts";
import { type BodyContext, renderInstructions, renderStores, unravel } from "./body.ts";
import { loaded, rounded, valueType } from "./types.ts";

/** A tile of results of a block of threads; each thread makes a square of `perThread`. */
const tile = { m: 64, n: 64, k: 16, perThread: 4, threads: 256 } as const;

export interface RenderedKernel {
  readonly lines: readonly string[];
  readonly grid: number;
  readonly block: number;
}

const product = (numbers: readonly number[]): number => numbers.reduce((all, each) => all * each, 1);

export function renderDot(kernel: DotKernel, context: BodyContext): RenderedKernel {
  const { parameters, dtypeOf } = context;
  const batch = unravel("batch", kernel.batch, "p");
  const lhs = parameters.element(kernel.lhs, [...batch.index, "m", "k"]);
  const rhs = parameters.element(kernel.rhs, [...batch.index, "k", "n"]);
  return tiled({
    dtype: kernel.dtype,
    sizes: [product(kernel.batch), kernel.m, kernel.n, kernel.k],
    batchLines: batch.lines,
    lhs: [`return ${loaded(lhs, dtypeOf(kernel.lhs.buffer))};`],
    rhs: [`return ${loaded(rhs, dtypeOf(kernel.rhs.buffer))};`],
    epilogue: (value) => {
      const index = [...batch.index, "m", "n"];
      const inner = { ...context, results: [value] };
      return [...renderInstructions(kernel.epilogue, index, "e", inner), ...renderStores(kernel.epilogue, index, "e", inner)];
    },
  });
}

/** An implicit product: rows are output positions of all examples, the inner axis runs over window and channels. */
export function renderConv(kernel: ConvKernel, context: BodyContext): RenderedKernel {
  const { parameters, dtypeOf } = context;
  const rows = unravel("m", [kernel.batch, ...kernel.output], "q");
  const inner = unravel("k", [...kernel.window, kernel.channels], "w");
  const channel = inner.index.at(-1) as string;
  const offsets = inner.index.slice(0, -1);
  const positions: string[] = [];
  const inside = kernel.input.flatMap((size, axis) => {
    const dilation = kernel.lhsDilation[axis] as number;
    const place = `${rows.index[axis + 1]} * (I)${kernel.strides[axis]} + ${offsets[axis]} * (I)${kernel.rhsDilation[axis]} - (I)${kernel.padding[axis]?.[0] ?? 0}`;
    const lines = [`const I d${axis} = ${place};`];
    // Between the elements of a dilated operand, and around it, there are zeros.
    if (dilation > 1) lines.push(`if (d${axis} < 0 || d${axis} % ${dilation} != 0) return 0;`);
    lines.push(`const I x${axis} = d${axis}${dilation > 1 ? ` / ${dilation}` : ""};`);
    lines.push(`if (x${axis} < 0 || x${axis} >= ${size}) return 0;`);
    positions.push(`x${axis}`);
    return lines;
  });
  const lhs = parameters.element(kernel.lhs, ["batch", rows.index[0] as string, ...positions, channel]);
  const rhs = parameters.element(kernel.rhs, ["batch", ...offsets, channel, "n"]);
  return tiled({
    dtype: kernel.dtype,
    sizes: [kernel.groups, kernel.batch * product(kernel.output), kernel.features, product(kernel.window) * kernel.channels],
    batchLines: [],
    lhs: [...rows.lines, ...inner.lines, ...inside, `return ${loaded(lhs, dtypeOf(kernel.lhs.buffer))};`],
    rhs: [...inner.lines, `return ${loaded(rhs, dtypeOf(kernel.rhs.buffer))};`],
    epilogue: (value) => {
      const index = ["batch", ...rows.index, "n"];
      const within = { ...context, results: [value] };
      return [
        ...rows.lines,
        ...renderInstructions(kernel.epilogue, index, "e", within),
        ...renderStores(kernel.epilogue, index, "e", within),
      ];
    },
  });
}

interface Tiled {
  readonly dtype: DType;
  /** Batch, rows, columns, inner. */
  readonly sizes: readonly [number, number, number, number];
  readonly batchLines: readonly string[];
  /** Bodies of functions of (m, k) and (k, n). */
  readonly lhs: readonly string[];
  readonly rhs: readonly string[];
  readonly epilogue: (value: string) => readonly string[];
}

function tiled({ dtype, sizes: [batch, m, n, k], batchLines, lhs, rhs, epilogue }: Tiled): RenderedKernel {
  const type = valueType(dtype);
  const rowTiles = Math.ceil(m / tile.m);
  const columnTiles = Math.ceil(n / tile.n);
  const lines = [
    `__shared__ ${type} left[${tile.k}][${tile.m}];`,
    `__shared__ ${type} right[${tile.k}][${tile.n}];`,
    `const I columnTile = (I)blockIdx.x % ${columnTiles};`,
    `const I rowTile = (I)blockIdx.x / ${columnTiles} % ${rowTiles};`,
    `const I batch = (I)blockIdx.x / ${columnTiles * rowTiles};`,
    ...batchLines,
    `const auto lhs = [&](I m, I k) -> ${type} {`,
    ...lhs,
    `};`,
    `const auto rhs = [&](I k, I n) -> ${type} {`,
    ...rhs,
    `};`,
    `const int row = (int)threadIdx.x / ${tile.n / tile.perThread} * ${tile.perThread};`,
    `const int column = (int)threadIdx.x % ${tile.n / tile.perThread} * ${tile.perThread};`,
    `${type} sums[${tile.perThread}][${tile.perThread}] = {};`,
    `for (I start = 0; start < ${k}; start += ${tile.k}) {`,
    `for (int i = threadIdx.x; i < ${tile.k * tile.m}; i += ${tile.threads}) {`,
    `const I m = rowTile * ${tile.m} + i / ${tile.k}, k = start + i % ${tile.k};`,
    `left[i % ${tile.k}][i / ${tile.k}] = m < ${m} && k < ${k} ? lhs(m, k) : (${type})0;`,
    `}`,
    `for (int i = threadIdx.x; i < ${tile.k * tile.n}; i += ${tile.threads}) {`,
    `const I n = columnTile * ${tile.n} + i % ${tile.n}, k = start + i / ${tile.n};`,
    `right[i / ${tile.n}][i % ${tile.n}] = n < ${n} && k < ${k} ? rhs(k, n) : (${type})0;`,
    `}`,
    `__syncthreads();`,
    `for (int k = 0; k < ${tile.k}; k++)`,
    `for (int i = 0; i < ${tile.perThread}; i++)`,
    `for (int j = 0; j < ${tile.perThread}; j++) sums[i][j] = (${type})(sums[i][j] + left[k][row + i] * right[k][column + j]);`,
    `__syncthreads();`,
    `}`,
    `for (int i = 0; i < ${tile.perThread}; i++)`,
    `for (int j = 0; j < ${tile.perThread}; j++) {`,
    `const I m = rowTile * ${tile.m} + row + i, n = columnTile * ${tile.n} + column + j;`,
    `if (m >= ${m} || n >= ${n}) continue;`,
    ...epilogue(rounded("sums[i][j]", dtype)),
    `}`,
  ];
  return { lines, grid: batch * rowTiles * columnTiles, block: tile.threads };
}
