import type { DTypeLowering } from "@neurite/compiler";
import type { Capabilities } from "@neurite/core";
import { dtypes } from "@neurite/core";

/** What the cpu backend can do. */
export const capabilities: Capabilities = {
  dtypes: new Set(dtypes),
  unsupported: new Map(),
  composites: new Set(),
  synchronousReads: true,
};

/** Structured kernels know float32, float64, int32, uint32 and int64; other dtypes are brought to these by the compiler. */
export const lowering: ReadonlySet<DTypeLowering> = new Set<DTypeLowering>(["half", "byte", "complex products in float64"]);
