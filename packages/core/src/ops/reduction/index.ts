export {
  all, amax, amin, any, argmax, argmin, type ArgOptions, type ArgReduction, type ExtremeOptions, logsumexp, max, min, ptp,
} from "./extremes.ts";
export { average, countNonzero, mean, prod, type ReduceOptions, type Reduction, std, sum, variance as var } from "./sums.ts";
