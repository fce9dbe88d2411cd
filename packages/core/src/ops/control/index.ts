export { cond, switchCase as switch } from "./branches.ts";
export {
  array,
  convertToArray,
  type ConvertOptions,
  type ConvertToTensorOp,
  type ConvertToTensorOptions,
  convertToTensor,
  dtype,
  isTensor,
  ndim,
  shape,
  size,
  stopGradient,
} from "./identity.ts";
export { associativeScan, type AssociativeScanOptions } from "./associative-scan.ts";
export { foriLoop, map, scan, type ScanOptions, vectorizedMap, whileLoop, type WhileLoopOptions } from "./loops.ts";
export { customGradient } from "../../autodiff/custom.ts";
export { jvp } from "../../autodiff/grad.ts";
export { vectorize, type VectorizeOptions } from "./vectorize.ts";
