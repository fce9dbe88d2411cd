/** Ragged tensors: functions named as in tf.ragged. */
export {
  booleanMask,
  concat,
  constant,
  mapFlatValues,
  type NestedRows,
  reduceMax,
  reduceMean,
  reduceMin,
  reduceProd,
  reduceSum,
} from "./operations.ts";
export { isRagged } from "./ragged-tensor.ts";
