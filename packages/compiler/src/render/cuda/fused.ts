/** Loops, rows and reductions. */
import type { DType, ReduceOp } from "@neurite/core";
import type { LoopKernel, ReduceKernel } from "../../plan/plan.ts";
import { type BodyContext, closure, combined, identityLiteral, renderInstructions, renderStores, unravel } from "./body.ts";
import type { RenderedKernel } from "./product.ts";
import { rounded, valueType } from "./types.ts";

const threads = 256;

const product = (numbers: readonly number[]): number => numbers.reduce((all, each) => all * each, 1);

/** One thread for each of `size` indices, which `body` knows as `t`. */
export function perElement(size: number, body: readonly string[]): RenderedKernel {
  const lines = [`const I t = (I)blockIdx.x * ${threads} + threadIdx.x;`, `if (t >= ${size}) return;`, ...body];
  return { lines, grid: Math.ceil(size / threads), block: threads };
}

export function renderLoop(kernel: LoopKernel, context: BodyContext): RenderedKernel {
  if (kernel.row) return renderRows(kernel, context);
  const { lines, index } = unravel("t", kernel.shape, "i");
  return perElement(product(kernel.shape), [
    ...lines,
    ...renderInstructions(kernel, index, "v", context),
    ...renderStores(kernel, index, "v", context),
  ]);
}

/** A power of two: threads that share a row of `length`. */
const threadsFor = (length: number): number => Math.min(threads, Math.max(32, 2 ** Math.ceil(Math.log2(Math.max(length, 1)))));

/** Combines a value of each thread of the block into one, in an order that the number of threads alone decides. */
function blockReduce(name: string, value: string, op: ReduceOp, dtype: DType, count: number): string[] {
  const type = valueType(dtype);
  const other = combined(op, `${name}s[threadIdx.x]`, `${name}s[threadIdx.x + half]`, dtype);
  return [
    `__shared__ ${type} ${name}s[${count}];`,
    `${name}s[threadIdx.x] = ${value};`,
    `__syncthreads();`,
    `for (int half = ${count / 2}; half > 0; half /= 2) {`,
    `if ((int)threadIdx.x < half) ${name}s[threadIdx.x] = ${other};`,
    `__syncthreads();`,
    `}`,
    `const ${type} ${name} = ${name}s[0];`,
  ];
}

/** A block for each row: a pass over the row for each reduction, and one for the stores. What passes share is computed again. */
function renderRows(kernel: LoopKernel, context: BodyContext): RenderedKernel {
  const outer = kernel.shape.slice(0, -1);
  const length = kernel.shape.at(-1) as number;
  const count = threadsFor(length);
  const { lines, index } = unravel("row", outer, "i");
  const inRow = [...index, "c"];
  const known = new Map<number, string>();
  const passes = kernel.instructions.flatMap((instruction, i) => {
    if (instruction.op !== "row_reduce") return [];
    const { dtype, reduce, args } = instruction;
    const needed = closure(kernel, [args[0]], known);
    const body = renderInstructions(kernel, inRow, "v", { ...context, rowResults: new Map(known) }, needed);
    known.set(i, rounded(`r${i}`, dtype));
    return [
      `${valueType(dtype)} a${i} = ${identityLiteral(reduce, dtype)};`,
      `for (I c = threadIdx.x; c < ${length}; c += ${count}) {`,
      ...body,
      `a${i} = ${combined(reduce, `a${i}`, `v${args[0]}`, dtype)};`,
      `}`,
      ...blockReduce(`r${i}`, `a${i}`, reduce, dtype, count),
    ];
  });
  const last = { ...context, rowResults: known };
  return {
    lines: [
      `const I row = blockIdx.x;`,
      ...lines,
      ...passes,
      `for (I c = threadIdx.x; c < ${length}; c += ${count}) {`,
      ...renderInstructions(kernel, inRow, "v", last),
      ...renderStores(kernel, inRow, "v", last),
      `}`,
    ],
    grid: product(outer),
    block: count,
  };
}

/** With many results a thread makes each; with few, a block does. Either way the order of the additions is fixed. */
export function renderReduce(kernel: ReduceKernel, context: BodyContext): RenderedKernel {
  const axes = kernel.shape.map((_, axis) => axis);
  const keptAxes = axes.filter((axis) => !kernel.reduced[axis]);
  const reducedAxes = axes.filter((axis) => kernel.reduced[axis]);
  const keptShape = keptAxes.map((axis) => kernel.shape[axis] as number);
  const reducedShape = reducedAxes.map((axis) => kernel.shape[axis] as number);
  const [results, length] = [product(keptShape), product(reducedShape)];
  const kept = unravel("t", keptShape, "i");
  const reduced = unravel("c", reducedShape, "j");
  const full = axes.map((axis) =>
    kernel.reduced[axis] ? (reduced.index[reducedAxes.indexOf(axis)] as string) : (kept.index[keptAxes.indexOf(axis)] as string),
  );
  const byBlock = length >= 64 && results < 65536;
  const count = byBlock ? threadsFor(length) : 1;
  const accumulate = [
    ...kernel.reductions.map(({ op, dtype }, i) => `${valueType(dtype)} a${i} = ${identityLiteral(op, dtype)};`),
    `for (I c = ${byBlock ? "threadIdx.x" : "0"}; c < ${length}; c += ${count}) {`,
    ...reduced.lines,
    ...renderInstructions(kernel.body, full, "v", context),
    ...kernel.reductions.map(({ op, value, dtype }, i) => `a${i} = ${combined(op, `a${i}`, `v${value}`, dtype)};`),
    `}`,
  ];
  const epilogue = (names: readonly string[]): string[] => {
    const inner = { ...context, results: names };
    return [...renderInstructions(kernel.epilogue, kept.index, "e", inner), ...renderStores(kernel.epilogue, kept.index, "e", inner)];
  };
  const names = kernel.reductions.map(({ dtype }, i) => rounded(`a${i}`, dtype));
  if (!byBlock) return perElement(results, [...kept.lines, ...accumulate, ...epilogue(names)]);
  return {
    lines: [
      `const I t = blockIdx.x;`,
      ...kept.lines,
      ...accumulate,
      ...kernel.reductions.flatMap(({ op, dtype }, i) => blockReduce(`r${i}`, `a${i}`, op, dtype, count)),
      `if (threadIdx.x != 0) return;`,
      ...epilogue(kernel.reductions.map(({ dtype }, i) => rounded(`r${i}`, dtype))),
    ],
    grid: results,
    block: count,
  };
}
