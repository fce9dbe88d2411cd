import type { Capabilities, DType, PrimitiveName } from "@neurite/core";

const noComplex = "is not on the webgpu backend: WGSL has no complex numbers";

export const capabilities: Capabilities = {
  dtypes: new Set<DType>(["bool", "int8", "uint8", "int32", "uint32", "float32"]),
  unsupported: new Map<PrimitiveName, string>([
    ["eig", noComplex],
    ["fft", noComplex],
    ["complex", noComplex],
    ["real", noComplex],
    ["imag", noComplex],
  ]),
  composites: new Set(),
  synchronousReads: false,
};
