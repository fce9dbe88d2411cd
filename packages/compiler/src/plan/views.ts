/** What kernels read and write, and how to point them elsewhere. */
import type { Block, Body, Kernel, View } from "./plan.ts";

/**
 * The blocks of a branch or loop; none of other kernels.
 *
 * @example
 * const { graph } = traceGraph([{ dtype: "float32", shape: [3] }], ([x]) => [build.neg(x)]);
 * blocksOf(compileGraph(graph).kernels[0]); // []
 */
export function blocksOf(kernel: Kernel): readonly Block[] {
  switch (kernel.kind) {
    case "scan":
      return [kernel.body];
    case "while":
      return [kernel.test, kernel.body];
    case "cond":
      return [kernel.then, kernel.otherwise];
    default:
      return [];
  }
}

/**
 * `kernels` with those of their blocks, each after the one it is part of.
 *
 * @example
 * const loops = [...allKernels(plan.kernels)].filter(({ kind }) => kind === "loop");
 */
export function* allKernels(kernels: readonly Kernel[]): Generator<Kernel> {
  for (const kernel of kernels) {
    yield kernel;
    for (const block of blocksOf(kernel)) yield* allKernels(block.kernels);
  }
}

/** The views that a kernel reads; `elementwise` tells those that a body loads at the index it stores to. */
export interface Read {
  readonly view: View;
  /** The body whose stores happen after this load at the same index; null for operands that a kernel reads in its own way. */
  readonly body: Body | null;
}

/**
 * The views that a kernel reads, each with the body that reads it (null where no body does).
 *
 * @example
 * const { graph } = traceGraph([{ dtype: "float32", shape: [3] }], ([x]) => [build.neg(x)]);
 * readsOf(compileGraph(graph).kernels[0]).length; // 1
 */
export function readsOf(kernel: Kernel): Read[] {
  const reads: Read[] = [];
  visitReads(kernel, (view, body) => void reads.push({ view, body }));
  return reads;
}

/** Tells `visit` each view that a kernel reads, and the body that reads it, as {@link readsOf} gives them: nothing is made for it. */
export function visitReads(kernel: Kernel, visit: (view: View, body: Body | null) => void): void {
  switch (kernel.kind) {
    case "loop":
      return visitAll(kernel.operands, kernel, visit);
    case "reduce":
      visitAll(kernel.body.operands, null, visit);
      return visitAll(kernel.epilogue.operands, kernel.epilogue, visit);
    case "dot":
    case "conv":
      visit(kernel.lhs, null);
      visit(kernel.rhs, null);
      return visitAll(kernel.epilogue.operands, kernel.epilogue, visit);
    case "gather":
      visit(kernel.x, null);
      return visit(kernel.indices, null);
    case "scatter":
      visit(kernel.indices, null);
      return visit(kernel.updates, null);
    case "argreduce":
    case "cumulative":
    case "argsort":
    case "fft":
      return visit(kernel.x, null);
    case "linalg":
      return visitAll(kernel.inputs, null, visit);
    case "scan":
      return visitBlock(kernel.body, visit);
    case "while":
      visitBlock(kernel.test, visit);
      visitBlock(kernel.body, visit);
      return visit(kernel.predicate, null);
    case "cond":
      visit(kernel.predicate, null);
      visitBlock(kernel.then, visit);
      return visitBlock(kernel.otherwise, visit);
    default:
      visit(kernel.x, null);
      if (kernel.y !== null) visit(kernel.y, null);
  }
}

function visitAll(views: readonly View[], body: Body | null, visit: (view: View, body: Body | null) => void): void {
  for (let i = 0; i < views.length; i++) visit(views[i] as View, body);
}

/** To a branch or loop, what its own kernels read is read in no body of its. */
function visitBlock({ kernels }: Block, visit: (view: View, body: Body | null) => void): void {
  for (const kernel of kernels) visitReads(kernel, (view) => visit(view, null));
}

/**
 * The views that a kernel writes; those of a branch or loop as its own kernels write them, and what it exchanges.
 *
 * @example
 * const { graph } = traceGraph([{ dtype: "float32", shape: [3] }], ([x]) => [build.neg(x)]);
 * writesOf(compileGraph(graph).kernels[0]).length; // 1
 */
export function writesOf(kernel: Kernel): readonly View[] {
  switch (kernel.kind) {
    case "loop":
      return kernel.stores.map((store) => store.view);
    case "reduce":
    case "dot":
    case "conv":
      return kernel.epilogue.stores.map((store) => store.view);
    case "linalg":
      return kernel.outputs;
    case "scan":
    case "while":
    case "cond": {
      const views = blocksOf(kernel).flatMap((block) => block.kernels.flatMap(writesOf));
      const swaps = kernel.kind === "cond" ? [] : kernel.swaps.flat();
      return [...views, ...swaps.map((buffer) => ({ buffer, offset: 0, strides: [] }))];
    }
    default:
      return [kernel.out];
  }
}

/**
 * The same kernel with each view replaced.
 *
 * @example
 * // The kernel over other buffers:
 * const moved = mapViews(kernel, (view) => ({ ...view, buffer: renamed[view.buffer] }));
 */
export function mapViews(kernel: Kernel, change: (view: View) => View): Kernel {
  const body = (old: Body): Body => ({
    operands: old.operands.map(change),
    instructions: old.instructions,
    stores: old.stores.map(({ value, view }) => ({ value, view: change(view) })),
  });
  const block = ({ kernels, labels }: Block): Block => ({ kernels: kernels.map((inner) => mapViews(inner, change)), labels });
  const buffer = (number: number): number => change({ buffer: number, offset: 0, strides: [] }).buffer;
  const swaps = (pairs: readonly (readonly [number, number])[]): [number, number][] => pairs.map(([a, b]) => [buffer(a), buffer(b)]);
  switch (kernel.kind) {
    case "loop":
      return { ...kernel, ...body(kernel) };
    case "reduce":
      return { ...kernel, body: body(kernel.body), epilogue: body(kernel.epilogue) };
    case "dot":
    case "conv":
      return { ...kernel, lhs: change(kernel.lhs), rhs: change(kernel.rhs), epilogue: body(kernel.epilogue) };
    case "gather":
      return { ...kernel, x: change(kernel.x), indices: change(kernel.indices), out: change(kernel.out) };
    case "scatter":
      return { ...kernel, indices: change(kernel.indices), updates: change(kernel.updates), out: change(kernel.out) };
    case "argreduce":
    case "cumulative":
    case "argsort":
    case "fft":
      return { ...kernel, x: change(kernel.x), out: change(kernel.out) };
    case "linalg":
      return { ...kernel, inputs: kernel.inputs.map(change), outputs: kernel.outputs.map(change) };
    case "scan":
      return { ...kernel, body: block(kernel.body), swaps: swaps(kernel.swaps), slices: kernel.slices.map(buffer) };
    case "while":
      return {
        ...kernel,
        test: block(kernel.test),
        predicate: change(kernel.predicate),
        body: block(kernel.body),
        swaps: swaps(kernel.swaps),
      };
    case "cond":
      return { ...kernel, predicate: change(kernel.predicate), then: block(kernel.then), otherwise: block(kernel.otherwise) };
    default:
      return { ...kernel, x: change(kernel.x), y: kernel.y === null ? null : change(kernel.y), out: change(kernel.out) };
  }
}

/**
 * True for kernels that may set the run's status.
 *
 * @example
 * // A negation cannot fail, a gather can.
 * const { graph } = traceGraph([{ dtype: "float32", shape: [3] }], ([x]) => [build.neg(x)]);
 * hasSite(compileGraph(graph).kernels[0]); // false
 */
export function hasSite(kernel: Kernel): boolean {
  const checks = (body: Body): boolean => body.instructions.some((instruction) => "site" in instruction && instruction.site !== undefined);
  switch (kernel.kind) {
    case "loop":
      return checks(kernel);
    case "reduce":
      return checks(kernel.body) || checks(kernel.epilogue);
    case "dot":
    case "conv":
      return checks(kernel.epilogue);
    case "scan":
    case "while":
    case "cond":
      return blocksOf(kernel).some((block) => block.kernels.some(hasSite));
    default:
      return kernel.kind === "gather" || kernel.kind === "scatter";
  }
}

/** The bodies of a kernel, with the space each runs over; not those of a branch's or loop's own kernels. */
export function bodiesOf(kernel: Kernel): { readonly body: Body; readonly space: readonly number[] }[] {
  switch (kernel.kind) {
    case "loop":
      return [{ body: kernel, space: kernel.shape }];
    case "reduce":
      return [
        { body: kernel.body, space: kernel.shape },
        { body: kernel.epilogue, space: kernel.shape.filter((_, axis) => !kernel.reduced[axis]) },
      ];
    case "dot":
      return [{ body: kernel.epilogue, space: [...kernel.batch, kernel.m, kernel.n] }];
    case "conv":
      return [{ body: kernel.epilogue, space: [kernel.groups, kernel.batch, ...kernel.output, kernel.features] }];
    default:
      return [];
  }
}

/** A copy of a buffer onto itself: what is left of a scatter's first step when it works in place. */
export function isIdle(kernel: Kernel): boolean {
  if (kernel.kind !== "loop" || kernel.instructions.length !== 1 || kernel.instructions[0]?.op !== "load") return false;
  const from = kernel.operands[kernel.instructions[0].operand];
  return kernel.stores.every(
    ({ view }) =>
      view.buffer === from?.buffer && view.offset === from.offset && view.strides.every((stride, axis) => stride === from.strides[axis]),
  );
}
