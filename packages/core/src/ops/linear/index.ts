export { dot, inner, matmul, outer, vdot } from "./matmul.ts";
export { einsum } from "./einsum.ts";
export { cdist, cross, type CrossOptions, kron, tensordot, type TensordotAxes } from "./products.ts";
