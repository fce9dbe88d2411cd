import type { Kernel } from "../plan/plan.ts";
import { mergeDot, mergeLoop, mergeReduce } from "./merge-axes.ts";
import { fuseMultiplyAdd } from "./multiply-add.ts";

/** Small improvements within one kernel. */
export function improve(kernel: Kernel): Kernel {
  switch (kernel.kind) {
    case "loop":
      return mergeLoop({ ...kernel, ...fuseMultiplyAdd(kernel) });
    case "reduce":
      return mergeReduce({ ...kernel, ...fuseReduce(kernel), epilogue: fuseMultiplyAdd(kernel.epilogue) });
    case "dot":
      return mergeDot({ ...kernel, epilogue: fuseMultiplyAdd(kernel.epilogue) });
    case "conv":
      return { ...kernel, epilogue: fuseMultiplyAdd(kernel.epilogue) };
    default:
      return kernel;
  }
}

type Reduce = Extract<Kernel, { kind: "reduce" }>;

/** What is reduced counts as stored. */
function fuseReduce({ body, reductions }: Reduce): Pick<Reduce, "body" | "reductions"> {
  const nowhere = { buffer: -1, offset: 0, strides: [] };
  const fused = fuseMultiplyAdd({ ...body, stores: reductions.map(({ value }) => ({ value, view: nowhere })) });
  return {
    body: { ...fused, stores: [] },
    reductions: reductions.map((reduction, i) => ({ ...reduction, value: fused.stores[i]?.value as number })),
  };
}
