export {
  all,
  amax,
  amin,
  any,
  argmax,
  argmin,
  type ArgOptions,
  type ArgReduction,
  type ExtremeOptions,
  logsumexp,
  max,
  min,
  ptp,
} from "./extremes.ts";
export { average, countNonzero, mean, prod, type ReduceOptions, type Reduction, std, sum, variance as var } from "./sums.ts";
export {
  type Cumulative,
  type CumulativeOptions,
  cumprod,
  cumsum,
  diff,
  nancumprod,
  nancumsum,
  trapezoid,
  type TrapezoidOptions,
} from "./cumulative.ts";
export { nanargmax, nanargmin, nanmax, nanmean, nanmin, nanprod, nanstd, nansum, nanvar } from "./nan.ts";
export { corrcoef, correlate, type CorrelateMode } from "./correlation.ts";
export {
  median,
  nanmedian,
  nanpercentile,
  nanquantile,
  percentile,
  quantile,
  type QuantileMethod,
  type QuantileOptions,
} from "./quantiles.ts";
