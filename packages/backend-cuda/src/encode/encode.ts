/** Steps as one Float64Array, which the native side decodes, checks and keeps. Layout: `native/runtime/format.h`. */
import { type Location, type Plan, type View, cudaSource } from "@neurite/compiler";
import { bytesPerElement, dtypes } from "@neurite/core";
import { type KernelStep, type Operand, type ProductStep, type Step, indexOf } from "./steps.ts";

const endMark = 1163149345;
const locations: Record<Exclude<Location["kind"], "slice">, number> = { input: 0, state: 1, output: 2, arena: 3 };

export interface Encoded {
  readonly words: Float64Array;
  /** Names of kernels and labels, by number. */
  readonly strings: readonly string[];
  /** CUDA source of the kernels; null where there are none. */
  readonly source: string | null;
}

/** Bytes that each input or state storage must have at least. */
function requiredBytes(plan: Plan, kind: "input" | "state"): number[] {
  const bytes = Array.from({ length: kind === "input" ? plan.inputs : plan.states }, () => 0);
  for (const { location, size, dtype } of plan.buffers) {
    if (location.kind === kind) bytes[location.index] = Math.max(bytes[location.index] as number, size * bytesPerElement(dtype));
  }
  return bytes;
}

/** Encodes `steps` of `plan`, whose kernels are all in module 0. */
export function encodeSteps(plan: Plan, steps: readonly Step[], checks: boolean): Encoded {
  const kernels = steps.filter((step): step is Step & KernelStep => step.kind === "kernel");
  const { source, names } = cudaSource(kernels.map(({ rendered }) => rendered));
  const words: number[] = [];
  const strings: string[] = [];
  const numbers = new Map<string, number>();
  const numberOf = (text: string): number => {
    const known = numbers.get(text);
    if (known !== undefined) return known;
    numbers.set(text, strings.length);
    return strings.push(text) - 1;
  };
  const place = ({ buffer, offset }: Pick<View, "buffer" | "offset">): void => {
    const { location, dtype } = plan.buffers[buffer] as (typeof plan.buffers)[number];
    const inArena = location.kind === "arena";
    const index = location.kind === "arena" ? 0 : indexOf(location);
    words.push(
      locations[location.kind as keyof typeof locations],
      index,
      (inArena ? location.offset : 0) + offset * bytesPerElement(dtype),
    );
  };
  for (const sizes of [requiredBytes(plan, "input"), requiredBytes(plan, "state"), plan.outputBytes]) words.push(sizes.length, ...sizes);
  words.push(plan.scalars, plan.arenaBytes, checks ? 1 : 0, steps.length);
  for (const step of steps) {
    words.push(step.kind === "kernel" ? 0 : 1, numberOf(plan.labels[step.kernel] || `kernel ${step.kernel}`));
    words.push(step.dependencies.length, ...step.dependencies);
    if (step.kind === "product") {
      encodeProduct(words, step, plan, place);
      continue;
    }
    const { workgroups, workgroupSize, buffers, scalars, status } = step.rendered;
    words.push(0, numberOf(names[kernels.indexOf(step)] as string), workgroups, 1, 1, workgroupSize, 1, 1, 0);
    words.push(buffers.length + scalars.length + (status ? 1 : 0));
    for (const { buffer } of buffers) {
      words.push(0);
      place({ buffer, offset: 0 });
    }
    for (const { index, dtype } of scalars) words.push(1, index, dtypes.indexOf(dtype));
    if (status) words.push(2);
  }
  words.push(endMark);
  return { words: Float64Array.from(words), strings, source: kernels.length === 0 ? null : source };
}

function encodeProduct(words: number[], step: ProductStep, plan: Plan, place: (view: View) => void): void {
  const { dot, left, right, result } = step;
  const dtype = dtypes.indexOf(dot.dtype);
  words.push(dot.m, dot.n, dot.k, step.batch, dtype, dtype, left.transposed ? 1 : 0, right.transposed ? 1 : 0);
  words.push(left.leading, right.leading, result.leading, left.batchStride, right.batchStride, result.batchStride);
  for (const { view } of [left, right, result]) place(view);
  words.push(...[left, right, result].map((operand) => alignmentOf(operand, plan)));
  words.push(0);
  place(result.view);
}

/** Bytes that the addresses of an operand are multiples of: storages begin at multiples of 256. */
function alignmentOf({ view }: Operand, plan: Plan): number {
  const { location, dtype } = plan.buffers[view.buffer] as (typeof plan.buffers)[number];
  const offset = (location.kind === "arena" ? location.offset : 0) + view.offset * bytesPerElement(dtype);
  let alignment = 256;
  while (offset % alignment !== 0) alignment /= 2;
  return alignment;
}
