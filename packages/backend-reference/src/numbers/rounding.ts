/** Brings computed numbers back into a dtype. */
import type { DType } from "@neurite/core";
import { roundBfloat16, roundFloat16 } from "./half.ts";

/** "exact": each result is rounded to its dtype. "float64": floating values keep double precision within a run. */
export type Precision = "exact" | "float64";

/** Rounds floating elements to nearest even and wraps integers, in place. bool and int64 are left: kernels write them exactly. */
export function roundInPlace(dtype: DType, data: Float64Array, precision: Precision): void {
  const length = data.length;
  switch (dtype) {
    case "float32":
    case "complex64":
      if (precision === "exact") for (let i = 0; i < length; i++) data[i] = Math.fround(data[i]);
      break;
    case "float16":
      if (precision === "exact") for (let i = 0; i < length; i++) data[i] = roundFloat16(data[i]);
      break;
    case "bfloat16":
      if (precision === "exact") for (let i = 0; i < length; i++) data[i] = roundBfloat16(data[i]);
      break;
    case "int8":
      for (let i = 0; i < length; i++) data[i] = (data[i] << 24) >> 24;
      break;
    case "uint8":
      for (let i = 0; i < length; i++) data[i] = data[i] & 255;
      break;
    case "int32":
      for (let i = 0; i < length; i++) data[i] = data[i] | 0;
      break;
    case "uint32":
      for (let i = 0; i < length; i++) data[i] = data[i] >>> 0;
      break;
    case "bool":
    case "int64":
    case "float64":
      break;
  }
}
