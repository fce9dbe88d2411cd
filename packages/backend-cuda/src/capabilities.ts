import type { DTypeLowering } from "@neurite/compiler";
import { type Capabilities, type DType, dtypes, type PrimitiveName } from "@neurite/core";

/** What the cuda backend can do. */
export const capabilities: Capabilities = {
  dtypes: new Set<DType>(dtypes),
  unsupported: new Map<PrimitiveName, string>([
    [
      "eig",
      "not on the cuda backend yet: compute it on another, withDevice(cpu(), () => ops.eig(…)), or take ops.eigh where matrices are symmetric",
    ],
  ]),
  composites: new Set(),
  synchronousReads: true,
};

/** Structured kernels know the other dtypes: these are brought to them by the compiler. */
export const lowering: ReadonlySet<DTypeLowering> = new Set<DTypeLowering>(["half", "byte", "complex"]);
