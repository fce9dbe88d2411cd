/** The CUDA source of a plan. */
import { type DType, DTypeError } from "@neurite/core";
import type { Kernel, Plan } from "../../plan/plan.ts";
import { readsOf, writesOf } from "../../plan/views.ts";
import { type BodyContext, Parameters } from "./body.ts";
import { renderLoop, renderReduce } from "./fused.ts";
import { prelude } from "./prelude.ts";
import { type RenderedKernel, renderConv, renderDot } from "./product.ts";
import { renderArgReduce, renderArgSort, renderCumulative, renderGather, renderScatter, renderWindow } from "./structured.ts";
import { storageTypes, valueType } from "./types.ts";

/** What a CUDA kernel is passed at each launch. */
export type CudaArgument =
  /** Address of a buffer of the plan. */
  | { readonly kind: "buffer"; readonly buffer: number }
  /** A number passed at each run, as the value type of its dtype: half types are float32. */
  | { readonly kind: "scalar"; readonly index: number; readonly dtype: DType }
  /** Address of the three status words: site that complained, number of the run under way, number of the run that complained first. */
  | { readonly kind: "status" };

/** One launch of one-dimensional blocks. */
export interface CudaLaunch {
  readonly name: string;
  /** Index into {@link Plan.kernels}. */
  readonly kernel: number;
  readonly blocks: number;
  readonly threads: number;
  readonly arguments: readonly CudaArgument[];
}

/** CUDA source of a plan, with the launches that run it. */
export interface CudaSource {
  readonly source: string;
  readonly launches: readonly CudaLaunch[];
}

/**
 * Renders the kernels of `plan` as CUDA C++ that needs no header: one function for each kernel, named k0, k1, …
 * Kernels that write state do nothing once a run has complained, so that a failed run changes no state.
 *
 * @throws DTypeError for complex64, and for kernels that there is no rendering for.
 */
export function renderCuda(plan: Plan): CudaSource {
  const functions: string[] = [];
  const launches: CudaLaunch[] = [];
  const wide = plan.buffers.some(({ size }) => size >= 2 ** 31 - 1) || plan.kernels.some((kernel) => spaceOf(kernel) >= 2 ** 31 - 256);
  plan.kernels.forEach((kernel, i) => {
    for (const view of [...readsOf(kernel).map((read) => read.view), ...writesOf(kernel)]) {
      const { dtype } = plan.buffers[view.buffer] as { dtype: DType };
      if (storageTypes[dtype] === undefined) throw new DTypeError(`[${plan.labels[i]}] ${dtype} is not on the cuda backend yet`);
    }
    const parameters = new Parameters();
    const rendered = renderKernel(kernel, { parameters, dtypeOf: (buffer) => (plan.buffers[buffer] as { dtype: DType }).dtype });
    if (rendered.grid === 0) return;
    const writesState = [...parameters.written].some((buffer) => plan.buffers[buffer]?.location.kind === "state");
    if (writesState) parameters.status = true;
    const name = `k${i}`;
    const buffers = [...parameters.buffers].sort((a, b) => a - b);
    const scalars = [...parameters.scalars].sort(([a], [b]) => a - b);
    const list = [
      ...buffers.map((buffer) => {
        const { dtype } = plan.buffers[buffer] as { dtype: DType };
        return `${parameters.written.has(buffer) ? "" : "const "}${storageTypes[dtype]}* b${buffer}`;
      }),
      ...scalars.map(([index, dtype]) => `const ${valueType(dtype)} s${index}`),
      ...(parameters.status ? ["unsigned int* status"] : []),
    ];
    functions.push(
      [
        `// ${plan.labels[i]?.replaceAll(/[\r\n\\]/g, " ") ?? ""}`,
        `extern "C" __global__ void __launch_bounds__(${rendered.block}) ${name}(${list.join(", ")}) {`,
        ...(writesState ? guard : []),
        ...rendered.lines,
        "}",
      ].join("\n"),
    );
    launches.push({
      name,
      kernel: i,
      blocks: rendered.grid,
      threads: rendered.block,
      arguments: [
        ...buffers.map((buffer): CudaArgument => ({ kind: "buffer", buffer })),
        ...scalars.map(([index, dtype]): CudaArgument => ({ kind: "scalar", index, dtype })),
        ...(parameters.status ? [{ kind: "status" } as const] : []),
      ],
    });
  });
  return { source: [`typedef ${wide ? "long long" : "int"} I;`, prelude, ...functions, ""].join("\n"), launches };
}

/** Read once for the whole block: its threads must not part ways before a barrier. */
const guard: readonly string[] = [
  "__shared__ bool stopped;",
  "if (threadIdx.x == 0) stopped = status[0] != NR_NO_SITE;",
  "__syncthreads();",
  "if (stopped) return;",
];

function spaceOf(kernel: Kernel): number {
  if (kernel.kind === "loop" || kernel.kind === "reduce") return kernel.shape.reduce((all, each) => all * each, 1);
  if (kernel.kind === "gather") return kernel.outer * kernel.count * kernel.inner;
  return 0;
}

function renderKernel(kernel: Kernel, context: BodyContext): RenderedKernel {
  switch (kernel.kind) {
    case "loop":
      return renderLoop(kernel, context);
    case "reduce":
      return renderReduce(kernel, context);
    case "dot":
      return renderDot(kernel, context);
    case "conv":
      return renderConv(kernel, context);
    case "reduce_window":
    case "window_gather":
    case "window_scatter":
      return renderWindow(kernel, context);
    case "argreduce":
      return renderArgReduce(kernel, context);
    case "gather":
      return renderGather(kernel, context);
    case "scatter":
      return renderScatter(kernel, context);
    case "cumulative":
      return renderCumulative(kernel, context);
    case "argsort":
      return renderArgSort(kernel, context);
    case "fft":
    case "linalg":
      throw new DTypeError(`[${kernel.kind}] is not on the cuda backend yet`);
    default: {
      const { kind } = kernel as { kind: string };
      throw new DTypeError(`[${kind}] is not on the cuda backend yet`);
    }
  }
}
