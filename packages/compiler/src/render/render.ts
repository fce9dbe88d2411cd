import { DeviceError } from "@neurite/core";
import type { Kernel, Plan } from "../plan/plan.ts";
import type { Memory, Step } from "../plan/steps.ts";
import type { BufferUse, Dialect, ScalarUse } from "./dialect.ts";
import { writeArgReduce, writeArgSort, writeCumulative } from "./kernels/axis.ts";
import { writeConv } from "./kernels/conv.ts";
import { writeDot } from "./kernels/dot.ts";
import { writeGather, writeScatter } from "./kernels/indexing.ts";
import { writeLinalg } from "./kernels/linalg/linalg.ts";
import { writeLoop } from "./kernels/loop.ts";
import { writeReduce } from "./kernels/reduce.ts";
import { writeWindow } from "./kernels/window.ts";
import { Writer } from "./writer.ts";

/** A step of a plan as source, and how to launch it. */
export interface RenderedKernel {
  /** Equal for kernels that differ only in the buffers they are given. */
  readonly source: string;
  /** Name of the function. */
  readonly entry: string;
  /** 0 if there is nothing to do. */
  readonly workgroups: number;
  readonly workgroupSize: number;
  /** What to bind, in order. */
  readonly buffers: readonly BufferUse[];
  /** The memories that these lie in, by their numbers in {@link BufferUse.memory}. */
  readonly memories: readonly Memory[];
  /** Numbers of the run that it reads, in the order of its parameters. */
  readonly scalars: readonly ScalarUse[];
  /** True if it reads or sets the run's status: it may fail, or changes a state. */
  readonly status: boolean;
}

/**
 * A function that writes the kernels of `plan`'s steps, each in the language that `dialectOf` has for it. Where buffers lie is no part of a
 * source, so a loop's kernel is written once.
 *
 * @throws DeviceError, when called, for kernels that have no rendering: branches, loops, Fourier transforms that were not lowered, eigenvalues of general
 * matrices; DTypeError for a dtype that the language has not.
 * @example
 * const render = stepRenderer(plan, () => wgsl);
 * const sources = stepsOf(plan).map((step) => render(step).source);
 */
export function stepRenderer(plan: Plan, dialectOf: (kernel: Kernel) => Dialect): (step: Step) => RenderedKernel {
  const known = new Map<Kernel, Map<string, RenderedKernel>>();
  return (step) => {
    let variants = known.get(step.kernel);
    if (variants === undefined) known.set(step.kernel, (variants = new Map()));
    // Which buffers share a memory may differ from step to step.
    const key = Array.from(step.places.values(), ({ memory }) => `${memory.kind}${memory.index}`).join();
    let rendered = variants.get(key);
    if (rendered === undefined) variants.set(key, (rendered = render(step, plan, dialectOf(step.kernel))));
    return rendered;
  };
}

function render({ kernel, places }: Step, plan: Plan, dialect: Dialect): RenderedKernel {
  const writer = new Writer(dialect, plan, places);
  const threads = write(writer, kernel);
  // Once a run has failed, no later kernel may change a state, be it of a program that cannot fail itself.
  writer.status ||= writer.changesState;
  const entry = `neurite_${kernel.kind}`;
  return {
    source: writer.finish(entry),
    entry,
    workgroups: Math.ceil(threads / writer.workgroupSize),
    workgroupSize: writer.workgroupSize,
    buffers: writer.uses,
    memories: writer.memories,
    scalars: writer.scalars,
    status: writer.status,
  };
}

/** Writes the kernel, and gives the number of threads. */
function write(writer: Writer, kernel: Kernel): number {
  switch (kernel.kind) {
    case "loop":
      return writeLoop(writer, kernel);
    case "reduce":
      return writeReduce(writer, kernel);
    case "dot":
      return writeDot(writer, kernel);
    case "conv":
      return writeConv(writer, kernel);
    case "reduce_window":
    case "window_gather":
    case "window_scatter":
      return writeWindow(writer, kernel);
    case "argreduce":
      return writeArgReduce(writer, kernel);
    case "gather":
      return writeGather(writer, kernel);
    case "scatter":
      return writeScatter(writer, kernel);
    case "cumulative":
      return writeCumulative(writer, kernel);
    case "argsort":
      return writeArgSort(writer, kernel);
    case "linalg":
      return writeLinalg(writer, kernel);
    default:
      throw new DeviceError(`[${kernel.kind}] has no ${writer.dialect.name} kernel`);
  }
}
