import type { Capabilities, DType, PrimitiveName } from "@neurite/core";

/** Element types that every kernel takes. Others can be stored and copied, but not computed with. */
export const computed: readonly DType[] = ["bool", "int8", "uint8", "int32", "uint32", "float32"];

const missing: readonly PrimitiveName[] = [
  "real",
  "imag",
  "complex",
  "cumulative",
  "argsort",
  "cholesky",
  "triangular_solve",
  "lu",
  "qr",
  "svd",
  "eigh",
  "eig",
  "fft",
  "cond",
  "while",
  "scan",
];

/** What the cpu backend can do. */
export const capabilities: Capabilities = {
  dtypes: new Set(computed),
  unsupported: new Map(missing.map((name) => [name, "not on the cpu backend yet"])),
  composites: new Set(),
  synchronousReads: true,
};
