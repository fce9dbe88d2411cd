/** Windows, index reductions, gathers and scatters, and work along one axis. One thread makes each result, so all are deterministic. */
import type { ArgReduceKernel, ArgSortKernel, CumulativeKernel, GatherKernel, ScatterKernel, View, WindowKernel } from "../../plan/plan.ts";
import { type BodyContext, combined, identityLiteral, unravel } from "./body.ts";
import { perElement } from "./fused.ts";
import type { RenderedKernel } from "./product.ts";
import { loaded, stored, valueType } from "./types.ts";

const product = (numbers: readonly number[]): number => numbers.reduce((all, each) => all * each, 1);

const read = ({ parameters, dtypeOf }: BodyContext, view: View, index: readonly string[]): string =>
  loaded(parameters.element(view, index), dtypeOf(view.buffer));

const write = ({ parameters, dtypeOf }: BodyContext, view: View, index: readonly string[], value: string): string =>
  `${parameters.element(view, index, true)} = ${stored(value, dtypeOf(view.buffer))};`;

/** Loops over the positions `x0…` of the window at `window`, those in the padding left out. */
function overWindow(kernel: WindowKernel, window: readonly string[], body: readonly string[]): string[] {
  const opening = kernel.window.flatMap((size, axis) => {
    const place = `${window[axis]} * (I)${kernel.strides[axis]} + w${axis} * (I)${kernel.dilation[axis]} - (I)${kernel.padding[axis]?.[0] ?? 0}`;
    return [
      `for (I w${axis} = 0; w${axis} < ${size}; w${axis}++) {`,
      `const I x${axis} = ${place};`,
      `if (x${axis} < 0 || x${axis} >= ${kernel.input[axis]}) continue;`,
    ];
  });
  return [...opening, ...body, ...kernel.window.map(() => "}")];
}

/** Finds where the first extreme of a window is: `best`, a linear index into x's space; -1 for a window in the padding. */
function findExtreme(kernel: WindowKernel, window: readonly string[], context: BodyContext): string[] {
  const position = kernel.input.map((_, axis) => `x${axis}`);
  const linear = kernel.input.reduce((text, size, axis) => (axis === 0 ? `x0` : `(${text}) * (I)${size} + x${axis}`), "0");
  const better = kernel.op === "max" ? "nr_above" : "nr_below";
  return [
    `I best = -1;`,
    `${valueType(kernel.dtype)} extreme = 0;`,
    ...overWindow(kernel, window, [
      `const ${valueType(kernel.dtype)} value = ${read(context, kernel.x, position)};`,
      `if (best < 0 || ${better}(value, extreme)) { best = ${linear}; extreme = value; }`,
    ]),
  ];
}

export function renderWindow(kernel: WindowKernel, context: BodyContext): RenderedKernel {
  if (kernel.kind === "window_scatter") return renderWindowScatter(kernel, context);
  const { lines, index } = unravel("t", kernel.output, "i");
  if (kernel.kind === "reduce_window") {
    const value = read(
      context,
      kernel.x,
      kernel.input.map((_, axis) => `x${axis}`),
    );
    return perElement(product(kernel.output), [
      ...lines,
      `${valueType(kernel.dtype)} sum = ${identityLiteral(kernel.op, kernel.dtype)};`,
      ...overWindow(kernel, index, [`sum = ${combined(kernel.op, "sum", value, kernel.dtype)};`]),
      write(context, kernel.out, index, "sum"),
    ]);
  }
  const place = unravel("best", kernel.input, "p");
  return perElement(product(kernel.output), [
    ...lines,
    ...findExtreme(kernel, index, context),
    `${valueType(kernel.dtype)} found = 0;`,
    `if (best >= 0) {`,
    ...place.lines,
    `found = ${read(context, kernel.y as View, place.index)};`,
    `}`,
    write(context, kernel.out, index, "found"),
  ]);
}

/** Each element of x looks through the windows that it lies in for those of which it is the extreme. */
function renderWindowScatter(kernel: WindowKernel, context: BodyContext): RenderedKernel {
  const { lines, index } = unravel("t", kernel.input, "i");
  const opening = kernel.window.flatMap((size, axis) => [
    `for (I v${axis} = ${size - 1}; v${axis} >= 0; v${axis}--) {`,
    `const I n${axis} = ${index[axis]} + (I)${kernel.padding[axis]?.[0] ?? 0} - v${axis} * (I)${kernel.dilation[axis]};`,
    `if (n${axis} < 0 || n${axis} % ${kernel.strides[axis]} != 0 || n${axis} / ${kernel.strides[axis]} >= ${kernel.output[axis]}) continue;`,
    `const I o${axis} = n${axis} / ${kernel.strides[axis]};`,
  ]);
  const window = kernel.output.map((_, axis) => `o${axis}`);
  const y = read(context, kernel.y as View, window);
  return perElement(product(kernel.input), [
    ...lines,
    `${valueType(kernel.dtype)} sum = 0;`,
    ...opening,
    ...findExtreme(kernel, window, context),
    `if (best == t) sum = ${combined("sum", "sum", y, kernel.dtype)};`,
    ...kernel.window.map(() => "}"),
    write(context, kernel.out, index, "sum"),
  ]);
}

export function renderArgReduce(kernel: ArgReduceKernel, context: BodyContext): RenderedKernel {
  const keptShape = kernel.shape.filter((_, axis) => axis !== kernel.axis);
  const { lines, index } = unravel("t", keptShape, "i");
  const at = [...index.slice(0, kernel.axis), "c", ...index.slice(kernel.axis)];
  const better = kernel.op === "max" ? "nr_above" : "nr_below";
  return perElement(product(keptShape), [
    ...lines,
    `int best = 0;`,
    `${valueType(kernel.dtype)} extreme = 0;`,
    `for (I c = 0; c < ${kernel.shape[kernel.axis]}; c++) {`,
    `const ${valueType(kernel.dtype)} value = ${read(context, kernel.x, at)};`,
    `if (c == 0 || ${better}(value, extreme)) { best = (int)c; extreme = value; }`,
    `}`,
    write(context, kernel.out, index, "best"),
  ]);
}

export function renderGather(kernel: GatherKernel, context: BodyContext): RenderedKernel {
  const { lines, index } = unravel("t", [kernel.outer, kernel.count, kernel.inner], "i");
  const [a, i, b] = index as [string, string, string];
  context.parameters.status = true;
  return perElement(kernel.outer * kernel.count * kernel.inner, [
    ...lines,
    `const I at = ${read(context, kernel.indices, [i])};`,
    `const bool ok = at >= 0 && at < ${kernel.size};`,
    `if (!ok) nr_fail(status, ${kernel.site}u);`,
    write(context, kernel.out, index, `ok ? ${read(context, kernel.x, [a, "at", b])} : (${valueType(kernel.dtype)})0`),
  ]);
}

/** A thread for each column of results takes the updates in their order. */
export function renderScatter(kernel: ScatterKernel, context: BodyContext): RenderedKernel {
  const { lines, index } = unravel("t", [kernel.outer, kernel.inner], "i");
  const [a, b] = index as [string, string];
  context.parameters.status = true;
  const names = { add: "sum", mul: "prod", max: "max", min: "min" } as const;
  const update = read(context, kernel.updates, [a, "c", b]);
  const old = read(context, kernel.out, [a, "at", b]);
  const value = kernel.op === "set" ? update : combined(names[kernel.op], old, update, kernel.dtype);
  return perElement(kernel.outer * kernel.inner, [
    ...lines,
    `for (I c = 0; c < ${kernel.count}; c++) {`,
    `const I at = ${read(context, kernel.indices, ["c"])};`,
    `if (at < 0 || at >= ${kernel.size}) { nr_fail(status, ${kernel.site}u); continue; }`,
    write(context, kernel.out, [a, "at", b], value),
    `}`,
  ]);
}

export function renderCumulative(kernel: CumulativeKernel, context: BodyContext): RenderedKernel {
  const { lines, index } = unravel("t", [kernel.outer, kernel.inner], "i");
  const [a, b] = index as [string, string];
  const at = [a, kernel.reverse ? `${kernel.size - 1} - c` : "c", b];
  const place = [a, "at", b];
  return perElement(kernel.outer * kernel.inner, [
    ...lines,
    `${valueType(kernel.dtype)} sum = ${identityLiteral(kernel.op, kernel.dtype)};`,
    `for (I c = 0; c < ${kernel.size}; c++) {`,
    `const I at = ${at[1]};`,
    `sum = ${combined(kernel.op, "sum", read(context, kernel.x, place), kernel.dtype)};`,
    write(context, kernel.out, place, "sum"),
    `}`,
  ]);
}

/** Each element counts those that come before it: stable, and quadratic in the length of the axis. */
export function renderArgSort(kernel: ArgSortKernel, context: BodyContext): RenderedKernel {
  const { lines, index } = unravel("t", [kernel.outer, kernel.size, kernel.inner], "i");
  const [a, i, b] = index as [string, string, string];
  const before = kernel.descending ? "nr_descends" : "nr_ascends";
  const type = valueType(kernel.dtype);
  return perElement(kernel.outer * kernel.size * kernel.inner, [
    ...lines,
    `const ${type} own = ${read(context, kernel.x, [a, i, b])};`,
    `I rank = 0;`,
    `for (I c = 0; c < ${kernel.size}; c++) {`,
    `const ${type} other = ${read(context, kernel.x, [a, "c", b])};`,
    `if (${before}(other, own) || (c < ${i} && !${before}(own, other))) rank++;`,
    `}`,
    write(context, kernel.out, [a, "rank", b], `(int)${i}`),
  ]);
}
