export { L1, type L1Options } from "./l1.ts";
export { L1L2, type L1L2Options } from "./l1-l2.ts";
export { L2, type L2Options } from "./l2.ts";
export { OrthogonalRegularizer, type OrthogonalRegularizerOptions } from "./orthogonal-regularizer.ts";
export { Regularizer, type RegularizerFunction } from "./regularizer.ts";
export { getRegularizer, regularizers, type RegularizerLike, type RegularizerName } from "./regularizer-field.ts";
