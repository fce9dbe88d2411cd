/** Kernels that are more than a vector program, as plainly as they can be written. */
import type { ArgReduceKernel, ConvKernel, DotKernel, GatherKernel, ReduceKernel, ScatterKernel, WindowKernel } from "../plan/plan.ts";
import { type Run, evaluate, runBody } from "./body.ts";
import { indices } from "./memory.ts";
import { binaryNumber, combine, identityOf } from "../numbers/scalar.ts";

export function runReduce(kernel: ReduceKernel, run: Run): void {
  const keptAxes = kernel.shape.map((_, axis) => axis).filter((axis) => !kernel.reduced[axis]);
  const reducedAxes = kernel.shape.map((_, axis) => axis).filter((axis) => kernel.reduced[axis]);
  const full = new Array<number>(kernel.shape.length).fill(0);
  for (const kept of indices(keptAxes.map((axis) => kernel.shape[axis] as number))) {
    keptAxes.forEach((axis, i) => (full[axis] = kept[i] as number));
    const results = kernel.reductions.map(({ op, dtype }) => identityOf(op, dtype));
    for (const reduced of indices(reducedAxes.map((axis) => kernel.shape[axis] as number))) {
      reducedAxes.forEach((axis, i) => (full[axis] = reduced[i] as number));
      const values = evaluate(kernel.body, full, [], run);
      kernel.reductions.forEach(({ op, value, dtype }, i) => {
        results[i] = combine(op, results[i] as number, values[value] as number, dtype);
      });
    }
    runBody(kernel.epilogue, kept, results, run);
  }
}

export function runDot(kernel: DotKernel, run: Run): void {
  for (const index of indices([...kernel.batch, kernel.m, kernel.n])) {
    const batch = index.slice(0, -2);
    const [row, column] = index.slice(-2) as [number, number];
    let sum = 0;
    for (let k = 0; k < kernel.k; k++) {
      const product = binaryNumber(
        "mul",
        run.memory.read(kernel.lhs, [...batch, row, k]),
        run.memory.read(kernel.rhs, [...batch, k, column]),
        kernel.dtype,
      );
      sum = binaryNumber("add", sum, product, kernel.dtype);
    }
    runBody(kernel.epilogue, index, [sum], run);
  }
}

export function runConv(kernel: ConvKernel, run: Run): void {
  for (const index of indices([kernel.groups, kernel.batch, ...kernel.output, kernel.features])) {
    const [group, batch] = index as [number, number];
    const place = index.slice(2, -1);
    const feature = index[index.length - 1] as number;
    let sum = 0;
    for (const offset of indices(kernel.window)) {
      // Position in the dilated operand; between its elements there are zeros.
      const dilated = place.map(
        (p, axis) =>
          p * (kernel.strides[axis] as number) +
          (offset[axis] as number) * (kernel.rhsDilation[axis] as number) -
          (kernel.padding[axis]?.[0] ?? 0),
      );
      const position = dilated.map((p, axis) => p / (kernel.lhsDilation[axis] as number));
      if (position.some((p, axis) => p < 0 || p >= (kernel.input[axis] as number) || !Number.isInteger(p))) continue;
      for (let channel = 0; channel < kernel.channels; channel++) {
        sum +=
          run.memory.read(kernel.lhs, [group, batch, ...position, channel]) *
          run.memory.read(kernel.rhs, [group, ...offset, channel, feature]);
      }
    }
    runBody(kernel.epilogue, index, [sum], run);
  }
}

/** Positions of x in the window at `index`, those in the padding left out. */
function* windowPositions(kernel: WindowKernel, index: readonly number[]): Generator<number[]> {
  for (const offset of indices(kernel.window)) {
    const position = index.map(
      (p, axis) =>
        p * (kernel.strides[axis] as number) +
        (offset[axis] as number) * (kernel.dilation[axis] as number) -
        (kernel.padding[axis]?.[0] ?? 0),
    );
    if (position.every((p, axis) => p >= 0 && p < (kernel.input[axis] as number))) yield position;
  }
}

/** Where the first extreme of a window is; null for a window that lies in the padding. */
function extremeOf(kernel: WindowKernel, index: readonly number[], run: Run): number[] | null {
  let best: number[] | null = null;
  let extreme = 0;
  for (const position of windowPositions(kernel, index)) {
    const value = run.memory.read(kernel.x, position);
    const wins =
      best === null || (!Number.isNaN(extreme) && (Number.isNaN(value) || (kernel.op === "max" ? value > extreme : value < extreme)));
    if (wins) {
      best = position;
      extreme = value;
    }
  }
  return best;
}

export function runWindow(kernel: WindowKernel, run: Run): void {
  if (kernel.kind === "window_scatter") for (const index of indices(kernel.input)) run.memory.write(kernel.out, index, 0);
  for (const index of indices(kernel.output)) {
    if (kernel.kind === "reduce_window") {
      let result = identityOf(kernel.op, kernel.dtype);
      for (const position of windowPositions(kernel, index)) {
        result = combine(kernel.op, result, run.memory.read(kernel.x, position), kernel.dtype);
      }
      run.memory.write(kernel.out, index, result);
      continue;
    }
    const best = extremeOf(kernel, index, run);
    if (kernel.kind === "window_gather") {
      run.memory.write(kernel.out, index, best === null ? 0 : run.memory.read(kernel.y as never, best));
    } else if (best !== null) {
      run.memory.write(kernel.out, best, run.memory.read(kernel.out, best) + run.memory.read(kernel.y as never, index));
    }
  }
}

export function runArgReduce(kernel: ArgReduceKernel, run: Run): void {
  const { axis } = kernel;
  for (const kept of indices(kernel.shape.filter((_, i) => i !== axis))) {
    let best = 0;
    let extreme = Number.NaN;
    for (let i = 0; i < (kernel.shape[axis] as number); i++) {
      const value = run.memory.read(kernel.x, [...kept.slice(0, axis), i, ...kept.slice(axis)]);
      if (i > 0 && (Number.isNaN(extreme) || !(Number.isNaN(value) || (kernel.op === "max" ? value > extreme : value < extreme)))) continue;
      best = i;
      extreme = value;
    }
    run.memory.write(kernel.out, kept, best);
  }
}

function indexAt(kernel: GatherKernel | ScatterKernel, position: number, run: Run): number | null {
  const index = run.memory.read(kernel.indices, [position]);
  if (index >= 0 && index < kernel.size) return index;
  if (run.status < 0) run.status = kernel.site;
  return null;
}

export function runGather(kernel: GatherKernel, run: Run): void {
  for (const [a, i, b] of indices([kernel.outer, kernel.count, kernel.inner]) as Generator<[number, number, number]>) {
    const index = indexAt(kernel, i, run);
    run.memory.write(kernel.out, [a, i, b], index === null ? 0 : run.memory.read(kernel.x, [a, index, b]));
  }
}

export function runScatter(kernel: ScatterKernel, run: Run): void {
  for (let i = 0; i < kernel.count; i++) if (indexAt(kernel, i, run) === null) return;
  for (const [a, i, b] of indices([kernel.outer, kernel.count, kernel.inner]) as Generator<[number, number, number]>) {
    const index = run.memory.read(kernel.indices, [i]);
    const update = run.memory.read(kernel.updates, [a, i, b]);
    const old = run.memory.read(kernel.out, [a, index, b]);
    const op = ({ set: null, add: "add", mul: "mul", max: "max", min: "min" } as const)[kernel.op];
    run.memory.write(kernel.out, [a, index, b], op === null ? update : binaryNumber(op, old, update, kernel.dtype));
  }
}
