import type { DTypeLowering } from "@neurite/compiler";
import type { Capabilities, DType, PrimitiveName } from "@neurite/core";

/** What the webgpu backend can do. */
export const capabilities: Capabilities = {
  dtypes: new Set<DType>(["bool", "int8", "uint8", "int32", "uint32", "float32", "complex64"]),
  unsupported: new Map<PrimitiveName, string>([
    [
      "eig",
      "not on the webgpu backend yet: compute it on another, withDevice(cpu(), () => ops.eig(…)), or take ops.eigh where matrices are symmetric",
    ],
  ]),
  composites: new Set(),
  synchronousReads: false,
};

/** WGSL has no complex numbers: the compiler computes their parts. */
export const lowering: ReadonlySet<DTypeLowering> = new Set<DTypeLowering>(["complex"]);
