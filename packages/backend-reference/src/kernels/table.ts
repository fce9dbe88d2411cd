/** Every primitive's kernel. */
import type { PrimitiveName } from "@neurite/core";
import { binaryKernels } from "./binary.ts";
import { controlKernels } from "./control.ts";
import { convKernels } from "./conv.ts";
import { dotKernels } from "./dot.ts";
import { elementwiseKernels } from "./elementwise.ts";
import { fftKernels } from "./fft.ts";
import { indexingKernels } from "./indexing.ts";
import type { KernelName, KernelTable } from "./kernel.ts";
import { linalgKernels } from "./linalg.ts";
import { orderKernels } from "./order.ts";
import { randomKernels } from "./random.ts";
import { reduceKernels } from "./reduce.ts";
import { sourceKernels } from "./sources.ts";
import { unaryKernels } from "./unary.ts";
import { viewKernels } from "./views.ts";
import { windowKernels } from "./window.ts";

/** Complete by type: a primitive without a kernel does not compile. */
export const kernels: KernelTable = {
  ...sourceKernels,
  ...unaryKernels,
  ...binaryKernels,
  ...elementwiseKernels,
  ...viewKernels,
  ...reduceKernels,
  ...orderKernels,
  ...dotKernels,
  ...convKernels,
  ...windowKernels,
  ...indexingKernels,
  ...randomKernels,
  ...linalgKernels,
  ...fftKernels,
  ...controlKernels,
};

/** Kernels whose results are elements of their operands (or are exact by nature): nothing to round. */
export const exactKernels: ReadonlySet<PrimitiveName> = new Set<KernelName>([
  "reshape",
  "transpose",
  "broadcast",
  "slice",
  "flip",
  "pad",
  "concat",
  "select",
  "check",
  "stop_gradient",
  "barrier",
  "bitcast",
  "eq",
  "lt",
  "le",
  "gather",
  "window_gather",
  "argreduce",
  "argsort",
  "random_bits",
  "real",
  "imag",
  "complex",
  "cond",
  "while",
  "scan",
  "composite",
]);
