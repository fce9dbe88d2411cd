export {
  bincount,
  type BincountOptions,
  digitize,
  histogram,
  type HistogramOptions,
  isin,
  type IsinOptions,
  searchsorted,
} from "./search.ts";
export { argpartition, argsort, inTopK, sort, type SortOptions, topK } from "./sort.ts";
export { nonzero, unique, type UniqueOp, type UniqueOptions } from "./unique.ts";
