/** A plan as what the device is asked to do: launches of rendered kernels, and products by cuBLASLt. */
import {
  type DotKernel,
  type Kernel,
  type Location,
  type Plan,
  type RenderedKernel,
  type View,
  cudaFor,
  readsOf,
  renderKernel,
  writesOf,
} from "@neurite/compiler";
import { DeviceError, bytesPerElement } from "@neurite/core";

export interface KernelStep {
  readonly kind: "kernel";
  readonly rendered: RenderedKernel;
}

/** A row-major product of cuBLASLt. */
export interface ProductStep {
  readonly kind: "product";
  readonly dot: DotKernel;
  readonly batch: number;
  readonly left: Operand;
  readonly right: Operand;
  readonly result: Operand;
}

/** A matrix, or a batch of them. */
export interface Operand {
  readonly view: View;
  readonly transposed: boolean;
  /** Elements from one row (transposed: column) to the next. */
  readonly leading: number;
  readonly batchStride: number;
}

export type Step = (KernelStep | ProductStep) & {
  /** Index into the plan's kernels. */
  readonly kernel: number;
  /** Earlier steps that must have ended. */
  readonly dependencies: readonly number[];
};

/** The steps of `plan` in order. With `products`, those dot kernels that cuBLASLt can do as they are become products. */
export function planSteps(plan: Plan, products: boolean): Step[] {
  const steps: Step[] = [];
  const accesses: Access[] = [];
  plan.kernels.forEach((kernel, index) => {
    const product = products && kernel.kind === "dot" ? productOf(kernel, plan) : null;
    const step = product ?? ({ kind: "kernel", rendered: renderKernel(kernel, plan, cudaFor(kernel, plan)) } as const);
    if (step.kind === "kernel" && step.rendered.workgroups === 0) return;
    const own = accessOf(plan, kernel, step);
    steps.push({ ...step, kernel: index, dependencies: dependenciesOf(own, accesses) });
    accesses.push(own);
  });
  return steps;
}

/** Number of an input, state or output. Slices occur in the bodies of loops alone, which the backend refuses. */
export function indexOf(location: Exclude<Location, { kind: "arena" }>): number {
  if (location.kind === "slice") throw new DeviceError("[compile] loops are not on the cuda backend yet");
  return location.index;
}

/** Bytes of a memory, from `start` to `end`. */
interface Range {
  readonly memory: string;
  readonly start: number;
  readonly end: number;
}

interface Access {
  readonly reads: readonly Range[];
  readonly writes: readonly Range[];
}

/** What a step touches. Status words and cuBLASLt's scratch are memory too. */
function accessOf(plan: Plan, kernel: Kernel, step: KernelStep | ProductStep): Access {
  const range = ({ buffer }: View): Range => {
    const { location, size, dtype } = plan.buffers[buffer] as (typeof plan.buffers)[number];
    const start = location.kind === "arena" ? location.offset : 0;
    const memory = location.kind === "arena" ? "arena" : `${location.kind} ${indexOf(location)}`;
    return { memory, start, end: start + size * bytesPerElement(dtype) };
  };
  const reads = readsOf(kernel).map(({ view }) => range(view));
  const writes = writesOf(kernel).map(range);
  const status: Range = { memory: "status", start: 0, end: 1 };
  // Complaints are written, and who writes state looks for them: both are kept in order.
  if (step.kind === "kernel" && step.rendered.status) writes.push(status);
  if (step.kind === "product") writes.push({ memory: "scratch", start: 0, end: 1 });
  return { reads, writes };
}

const overlap = (a: readonly Range[], b: readonly Range[]): boolean =>
  a.some((x) => b.some((y) => x.memory === y.memory && x.start < y.end && y.start < x.end));

/** Steps whose memory conflicts with `own`, without those that others of them wait for already. */
function dependenciesOf(own: Access, earlier: readonly Access[]): number[] {
  const found: number[] = [];
  const covered = new Set<number>();
  for (let i = earlier.length - 1; i >= 0; i--) {
    const other = earlier[i] as Access;
    const conflicts = overlap(own.reads, other.writes) || overlap(own.writes, other.reads) || overlap(own.writes, other.writes);
    if (!conflicts || covered.has(i)) continue;
    found.push(i);
    for (let j = 0; j < i; j++) {
      const before = earlier[j] as Access;
      if (overlap(other.reads, before.writes) || overlap(other.writes, before.reads) || overlap(other.writes, before.writes))
        covered.add(j);
    }
  }
  return found.reverse();
}

/** `dot` for cuBLASLt: float, rows or columns contiguous, and nothing but a store after it. Null where it is not so. */
function productOf(dot: DotKernel, plan: Plan): ProductStep | null {
  const [store] = dot.epilogue.stores;
  if (dot.dtype !== "float32" && dot.dtype !== "float64") return null;
  if (dot.k === 0 || dot.epilogue.stores.length !== 1 || store === undefined) return null;
  if (dot.epilogue.instructions[store.value]?.op !== "result") return null;
  // A run that has complained must leave state as it is, and the library does not look.
  if (plan.buffers[store.view.buffer]?.location.kind === "state") return null;
  if (plan.buffers[store.view.buffer]?.dtype !== dot.dtype) return null;
  const left = operandOf(dot.lhs, dot.batch, dot.m, dot.k);
  const right = operandOf(dot.rhs, dot.batch, dot.k, dot.n);
  const result = operandOf(store.view, dot.batch, dot.m, dot.n);
  if (left === null || right === null || result === null || result.transposed) return null;
  const batch = dot.batch.reduce((all, each) => all * each, 1);
  if (batch > 1 && result.batchStride === 0) return null;
  return { kind: "product", dot, batch, left, right, result };
}

function operandOf(view: View, batch: readonly number[], rows: number, columns: number): Operand | null {
  const batchStride = mergedStride(batch, view.strides);
  const [row, column] = view.strides.slice(-2) as [number, number];
  if (batchStride === null || batchStride < 0) return null;
  const base = { view, batchStride };
  if ((column === 1 || columns === 1) && (row >= columns || rows === 1)) {
    return { ...base, transposed: false, leading: rows === 1 ? columns : row };
  }
  if ((row === 1 || rows === 1) && (column >= rows || columns === 1)) {
    return { ...base, transposed: true, leading: columns === 1 ? rows : column };
  }
  return null;
}

/** The one stride that walks through all of `batch`; null when there is none. */
function mergedStride(batch: readonly number[], strides: readonly number[]): number | null {
  let stride: number | null = null;
  let expected = 0;
  for (let axis = batch.length - 1; axis >= 0; axis--) {
    const dim = batch[axis] as number;
    if (dim === 1) continue;
    const own = strides[axis] as number;
    if (stride === null) stride = own;
    else if (own !== expected) return null;
    expected = own * dim;
  }
  return stride ?? 0;
}
