import type { Body, Kernel, Plan, Site } from "@neurite/compiler";
import type { DType } from "@neurite/core";
import { computed } from "./capabilities.ts";

/** What a complaint of `site` says to the user. */
export function formatSite(site: Site): string {
  const where = site.scope === "" ? "" : `, in layer "${site.scope}"`;
  return `[${site.op}] ${site.message}${where}`;
}

/** The message for the first computation in a dtype that there are no kernels for; null when there is none. */
export function unsupportedDType(plan: Plan): string | null {
  for (const kernel of plan.kernels) {
    for (const [op, dtype] of computations(kernel)) {
      if (!computed.includes(dtype)) return `[${op}] ${dtype} is not on the cpu backend yet`;
    }
  }
  return null;
}

function* computations(kernel: Kernel): Generator<readonly [string, DType]> {
  switch (kernel.kind) {
    case "loop":
      yield* bodyComputations(kernel);
      return;
    case "reduce":
      yield* bodyComputations(kernel.body);
      yield* bodyComputations(kernel.epilogue);
      return;
    case "dot":
    case "conv":
      yield [kernel.kind, kernel.dtype];
      yield* bodyComputations(kernel.epilogue);
      return;
    case "gather":
    case "scatter":
      // Elements are only moved, or combined by kernels that know more dtypes.
      return;
    case "cumulative":
    case "argsort":
    case "fft":
    case "linalg":
      // Refused by name before a plan is made.
      return;
    default:
      if (kernel.dtype === "complex64" || kernel.dtype === "float16" || kernel.dtype === "bfloat16") yield [kernel.kind, kernel.dtype];
  }
}

/** Operations before loads: their names mean more to the user. */
function* bodyComputations(body: Body): Generator<readonly [string, DType]> {
  for (const { op, dtype } of body.instructions) {
    if (op !== "load" && op !== "result" && op !== "constant") yield [op, dtype];
  }
  for (const { op, dtype } of body.instructions) yield [op === "load" ? "copy" : op, dtype];
}
