export { take, takeAlongAxis } from "./take.ts";
export { getItem, type IndexKey } from "./get-item.ts";
export { slice, sliceUpdate, type StartIndices } from "./slice.ts";
export {
  scatter,
  scatterUpdate,
  type ScatterUpdateOptions,
  segmentMax,
  segmentMin,
  type SegmentOp,
  type SegmentOptions,
  segmentProd,
  segmentSum,
  unravelIndex,
} from "./scatter.ts";
