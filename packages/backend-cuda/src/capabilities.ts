import type { DTypeLowering } from "@neurite/compiler";
import type { Capabilities, DType, PrimitiveName } from "@neurite/core";

const computed: readonly DType[] = ["bool", "int8", "uint8", "int32", "uint32", "int64", "float16", "bfloat16", "float32", "float64"];

const missing: readonly PrimitiveName[] = ["real", "imag", "complex", "eig", "fft"];

/** What the cuda backend can do. */
export const capabilities: Capabilities = {
  dtypes: new Set(computed),
  unsupported: new Map(missing.map((name) => [name, "not on the cuda backend yet"])),
  composites: new Set(),
  synchronousReads: true,
};

/** Structured kernels know the other dtypes: these are brought to them by the compiler. */
export const lowering: ReadonlySet<DTypeLowering> = new Set<DTypeLowering>(["half", "byte"]);
