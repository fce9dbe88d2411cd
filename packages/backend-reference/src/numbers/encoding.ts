/** Between the bytes of a storage and the Float64Array that kernels see. */
import { bytesPerElement, type DType } from "@neurite/core";
import { bfloat16FromBits, bfloat16ToBits, float16FromBits, float16ToBits } from "./half.ts";
import { toBigInts } from "./int64.ts";

/** Fills `out` with the elements that `buffer` holds; `out.length` says how many. */
export function decode(dtype: DType, buffer: ArrayBuffer, out: Float64Array): void {
  const length = out.length;
  switch (dtype) {
    case "bool": {
      const bytes = new Uint8Array(buffer, 0, length);
      for (let i = 0; i < length; i++) out[i] = bytes[i] === 0 ? 0 : 1;
      break;
    }
    case "int8":
      out.set(new Int8Array(buffer, 0, length));
      break;
    case "uint8":
      out.set(new Uint8Array(buffer, 0, length));
      break;
    case "int32":
      out.set(new Int32Array(buffer, 0, length));
      break;
    case "uint32":
      out.set(new Uint32Array(buffer, 0, length));
      break;
    case "int64": {
      const words = new Int32Array(buffer, 0, length);
      for (let i = 0; i < length; i += 2) {
        out[i] = words[i] >>> 0;
        out[i + 1] = words[i + 1];
      }
      break;
    }
    case "float16": {
      const bits = new Uint16Array(buffer, 0, length);
      for (let i = 0; i < length; i++) out[i] = float16FromBits(bits[i]);
      break;
    }
    case "bfloat16": {
      const bits = new Uint16Array(buffer, 0, length);
      for (let i = 0; i < length; i++) out[i] = bfloat16FromBits(bits[i]);
      break;
    }
    case "float32":
    case "complex64":
      out.set(new Float32Array(buffer, 0, length));
      break;
    case "float64":
      out.set(new Float64Array(buffer, 0, length));
      break;
  }
}

/** Writes the elements of `data` into `buffer`, rounding them to `dtype`. */
export function encode(dtype: DType, data: Float64Array, buffer: ArrayBuffer): void {
  switch (dtype) {
    case "bool":
    case "uint8":
      new Uint8Array(buffer).set(data);
      break;
    case "int8":
      new Int8Array(buffer).set(data);
      break;
    case "int32":
      new Int32Array(buffer).set(data);
      break;
    case "uint32":
      new Uint32Array(buffer).set(data);
      break;
    case "int64":
      new BigInt64Array(buffer).set(toBigInts(data));
      break;
    case "float16": {
      const bits = new Uint16Array(buffer);
      for (let i = 0; i < data.length; i++) bits[i] = float16ToBits(data[i]);
      break;
    }
    case "bfloat16": {
      const bits = new Uint16Array(buffer);
      for (let i = 0; i < data.length; i++) bits[i] = bfloat16ToBits(data[i]);
      break;
    }
    case "float32":
    case "complex64":
      new Float32Array(buffer).set(data);
      break;
    case "float64":
      new Float64Array(buffer).set(data);
      break;
  }
}

/** Bytes of `size` elements. */
export function byteLength(dtype: DType, size: number): number {
  return bytesPerElement(dtype) * size;
}
