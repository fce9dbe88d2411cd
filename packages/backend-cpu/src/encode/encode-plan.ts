/**
 * Plans as one Int32Array, which the native side decodes, checks and keeps. Layout: `runtime/format.h`.
 */
import type {
  ArgReduceKernel,
  ArgSortKernel,
  ControlKernel,
  ConvKernel,
  CumulativeKernel,
  DotKernel,
  FftKernel,
  GatherKernel,
  Kernel,
  LinalgKernel,
  Location,
  LoopKernel,
  Plan,
  ReduceKernel,
  ScatterKernel,
  View,
  WindowKernel,
} from "@neurite/compiler";
import {
  dtypeCodes,
  endMark,
  kernelCodes,
  linalgCodes,
  locationCodes,
  magic,
  reduceCodes,
  scatterCodes,
  version,
  windowCodes,
} from "./codes.ts";
import { encodeBody, encodeView } from "./encode-body.ts";
import { WordWriter } from "./writer.ts";

/** Encodes `plan` for the native engine. */
export function encodePlan(plan: Plan): Int32Array<ArrayBuffer> {
  const writer = new WordWriter();
  writer.word(magic);
  writer.word(version);
  const total = writer.placeholder();
  writer.wide(plan.arenaBytes);
  writer.word(plan.inputs);
  writer.word(plan.states);
  writer.word(plan.scalars);
  writer.word(plan.sites.length);
  writer.double(plan.flops);
  writer.double(plan.bytesMoved);
  writer.word(plan.outputBytes.length);
  writer.wides(plan.outputBytes);
  writer.word(plan.buffers.length);
  for (const buffer of plan.buffers) {
    writer.word(dtypeCodes.get(buffer.dtype) as number);
    writer.wide(buffer.size);
    writer.word(locationCodes[buffer.location.kind]);
    encodePlace(writer, buffer.location);
  }
  encodeKernels(writer, plan.kernels);
  writer.word(endMark);
  writer.set(total, writer.length);
  return writer.finish();
}

function encodePlace(writer: WordWriter, location: Location): void {
  switch (location.kind) {
    case "arena":
      return writer.wide(location.offset);
    case "slice":
      return writer.wides([location.of, location.offset, location.step]);
    default:
      return writer.wide(location.index);
  }
}

function encodeKernels(writer: WordWriter, kernels: readonly Kernel[]): void {
  writer.word(kernels.length);
  for (const kernel of kernels) {
    writer.word(kernelCodes[kernel.kind]);
    const length = writer.placeholder();
    const start = writer.length;
    encodeKernel(writer, kernel);
    writer.set(length, writer.length - start);
  }
}

function encodeKernel(writer: WordWriter, kernel: Kernel): void {
  switch (kernel.kind) {
    case "loop":
      return encodeLoop(writer, kernel);
    case "reduce":
      return encodeReduce(writer, kernel);
    case "dot":
      return encodeDot(writer, kernel);
    case "conv":
      return encodeConv(writer, kernel);
    case "reduce_window":
    case "window_gather":
    case "window_scatter":
      return encodeWindow(writer, kernel);
    case "argreduce":
      return encodeArgReduce(writer, kernel);
    case "gather":
      return encodeGather(writer, kernel);
    case "scatter":
      return encodeScatter(writer, kernel);
    case "cumulative":
      writer.word(reduceCodes[kernel.op]);
      writer.word(dtypeCodes.get(kernel.dtype) as number);
      writer.word(kernel.reverse ? 1 : 0);
      return encodeLines(writer, kernel);
    case "argsort":
      writer.word(dtypeCodes.get(kernel.dtype) as number);
      writer.word(kernel.descending ? 1 : 0);
      return encodeLines(writer, kernel);
    case "fft":
      writer.word(kernel.inverse ? 1 : 0);
      return encodeLines(writer, kernel);
    case "linalg":
      return encodeLinalg(writer, kernel);
    case "cond":
    case "while":
    case "scan":
      return encodeControl(writer, kernel);
  }
}

function encodeShape(writer: WordWriter, shape: readonly number[]): void {
  writer.word(shape.length);
  writer.wides(shape);
}

function encodePadding(writer: WordWriter, padding: readonly (readonly [number, number])[]): void {
  for (const [low, high] of padding) {
    writer.wide(low);
    writer.wide(high);
  }
}

function encodeLoop(writer: WordWriter, kernel: LoopKernel): void {
  encodeShape(writer, kernel.shape);
  writer.word(kernel.row ? 1 : 0);
  encodeBody(writer, kernel);
}

function encodeReduce(writer: WordWriter, kernel: ReduceKernel): void {
  encodeShape(writer, kernel.shape);
  for (const reduced of kernel.reduced) writer.word(reduced ? 1 : 0);
  encodeBody(writer, kernel.body);
  writer.word(kernel.reductions.length);
  for (const reduction of kernel.reductions) {
    writer.word(reduceCodes[reduction.op]);
    writer.word(reduction.value);
    writer.word(dtypeCodes.get(reduction.dtype) as number);
  }
  encodeBody(writer, kernel.epilogue);
}

function encodeDot(writer: WordWriter, kernel: DotKernel): void {
  writer.word(dtypeCodes.get(kernel.dtype) as number);
  encodeShape(writer, kernel.batch);
  writer.wides([kernel.m, kernel.n, kernel.k]);
  encodeView(writer, kernel.lhs);
  encodeView(writer, kernel.rhs);
  encodeBody(writer, kernel.epilogue);
}

function encodeConv(writer: WordWriter, kernel: ConvKernel): void {
  writer.word(dtypeCodes.get(kernel.dtype) as number);
  writer.word(kernel.input.length);
  writer.wides([kernel.groups, kernel.batch, kernel.channels, kernel.features]);
  writer.wides(kernel.input);
  writer.wides(kernel.window);
  writer.wides(kernel.output);
  writer.wides(kernel.strides);
  encodePadding(writer, kernel.padding);
  writer.wides(kernel.lhsDilation);
  writer.wides(kernel.rhsDilation);
  encodeView(writer, kernel.lhs);
  encodeView(writer, kernel.rhs);
  encodeBody(writer, kernel.epilogue);
}

function encodeWindow(writer: WordWriter, kernel: WindowKernel): void {
  writer.word(windowCodes[kernel.op]);
  writer.word(dtypeCodes.get(kernel.dtype) as number);
  writer.word(kernel.input.length);
  writer.wides(kernel.input);
  writer.wides(kernel.output);
  writer.wides(kernel.window);
  writer.wides(kernel.strides);
  encodePadding(writer, kernel.padding);
  writer.wides(kernel.dilation);
  encodeView(writer, kernel.x);
  if (kernel.kind !== "reduce_window") encodeView(writer, kernel.y as View);
  encodeView(writer, kernel.out);
}

function encodeArgReduce(writer: WordWriter, kernel: ArgReduceKernel): void {
  writer.word(kernel.op === "max" ? 1 : 0);
  writer.word(dtypeCodes.get(kernel.dtype) as number);
  writer.word(kernel.axis);
  encodeShape(writer, kernel.shape);
  encodeView(writer, kernel.x);
  encodeView(writer, kernel.out);
}

function encodeGather(writer: WordWriter, kernel: GatherKernel): void {
  writer.word(dtypeCodes.get(kernel.dtype) as number);
  writer.wides([kernel.outer, kernel.size, kernel.inner, kernel.count]);
  writer.word(kernel.site);
  encodeView(writer, kernel.x);
  encodeView(writer, kernel.indices);
  encodeView(writer, kernel.out);
}

/** Arrays seen as [outer, size, inner]. */
function encodeLines(writer: WordWriter, kernel: CumulativeKernel | ArgSortKernel | FftKernel): void {
  writer.wides([kernel.outer, kernel.size, kernel.inner]);
  encodeView(writer, kernel.x);
  encodeView(writer, kernel.out);
}

function encodeLinalg(writer: WordWriter, kernel: LinalgKernel): void {
  writer.word(linalgCodes[kernel.op]);
  writer.word(dtypeCodes.get(kernel.dtype) as number);
  for (const flag of [kernel.lower, kernel.transpose, kernel.unitDiagonal, kernel.full]) writer.word(flag ? 1 : 0);
  writer.wides([kernel.batch, kernel.m, kernel.n, kernel.columns]);
  for (const input of kernel.inputs) encodeView(writer, input);
  for (const output of kernel.outputs) encodeView(writer, output);
}

function encodeScatter(writer: WordWriter, kernel: ScatterKernel): void {
  writer.word(scatterCodes[kernel.op]);
  writer.word(dtypeCodes.get(kernel.dtype) as number);
  writer.wides([kernel.outer, kernel.size, kernel.inner, kernel.count]);
  writer.word(kernel.site);
  encodeView(writer, kernel.indices);
  encodeView(writer, kernel.updates);
  encodeView(writer, kernel.out);
}

function encodeControl(writer: WordWriter, kernel: ControlKernel): void {
  switch (kernel.kind) {
    case "cond":
      encodeView(writer, kernel.predicate);
      encodeKernels(writer, kernel.then.kernels);
      return encodeKernels(writer, kernel.otherwise.kernels);
    case "while":
      encodeView(writer, kernel.predicate);
      writer.wide(kernel.maxIterations ?? -1);
      encodeSwaps(writer, kernel.swaps);
      encodeKernels(writer, kernel.test.kernels);
      return encodeKernels(writer, kernel.body.kernels);
    case "scan":
      writer.wide(kernel.length);
      writer.word(kernel.reverse ? 1 : 0);
      writer.word(kernel.slices.length);
      for (const slice of kernel.slices) writer.word(slice);
      encodeSwaps(writer, kernel.swaps);
      return encodeKernels(writer, kernel.body.kernels);
  }
}

function encodeSwaps(writer: WordWriter, swaps: readonly (readonly [number, number])[]): void {
  writer.word(swaps.length);
  for (const [first, second] of swaps) {
    writer.word(first);
    writer.word(second);
  }
}
