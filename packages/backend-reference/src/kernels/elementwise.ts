/** Elementwise kernels beyond one and two operands: choosing, converting, checking, and the identities. */
import { bytesPerElement, type DType, isFloating, isInteger } from "@neurite/core";
import { type HostArray, lanes, sizeOf } from "../array.ts";
import { decode, encode } from "../numbers/encoding.ts";
import { writeBigInt } from "../numbers/int64.ts";
import { highest, lowest } from "../numbers/range.ts";
import type { KernelContext, KernelTable } from "./kernel.ts";
import { forEachRow } from "./rows.ts";
import { broadcastTo } from "./views.ts";

/** The condition picks among rows of elements `width` lanes wide. */
function select(condition: HostArray, a: HostArray, b: HostArray, out: HostArray): void {
  const width = lanes(out.dtype);
  if (width === 1) {
    forEachRow(out.shape, [condition, a, b], (length, o, [c, p, q], [cStep, aStep, bStep]) => {
      selectRow(length, out.data, o, condition.data, c, cStep, a.data, p, aStep, b.data, q, bStep);
    });
    return;
  }
  forEachRow(out.shape, [condition, a, b], (length, o, [c, p, q], [cStep, aStep, bStep]) => {
    for (let i = 0; i < length; i++) {
      const holds = condition.data[c + i * cStep] !== 0;
      const from = holds ? a.data : b.data;
      const at = 2 * (holds ? p + i * aStep : q + i * bStep);
      out.data[2 * (o + i)] = from[at];
      out.data[2 * (o + i) + 1] = from[at + 1];
    }
  });
}

function selectRow(
  length: number,
  out: Float64Array,
  o: number,
  condition: Float64Array,
  c: number,
  cStep: number,
  a: Float64Array,
  p: number,
  aStep: number,
  b: Float64Array,
  q: number,
  bStep: number,
): void {
  for (let i = 0; i < length; i++, c += cStep, p += aStep, q += bStep) out[o + i] = condition[c] !== 0 ? a[p] : b[q];
}

const int64Low = -(2n ** 63n);
const int64High = 2n ** 63n - 1n;

/** Truncates toward zero and saturates; NaN gives 0. */
function saturateInt64(x: number): bigint {
  if (x !== x) return 0n;
  if (x >= 2 ** 63) return int64High;
  return x <= -(2 ** 63) ? int64Low : BigInt(Math.trunc(x));
}

/** The real numbers that `x` stands for: complex values lose their imaginary part, int64 its precision beyond 2^53. */
function toReal(x: HostArray): Float64Array {
  if (lanes(x.dtype) === 1) return x.data;
  const real = new Float64Array(x.data.length / 2);
  if (x.dtype === "complex64") for (let i = 0; i < real.length; i++) real[i] = x.data[2 * i];
  else for (let i = 0; i < real.length; i++) real[i] = x.data[2 * i + 1] * 2 ** 32 + x.data[2 * i];
  return real;
}

function castTo(x: HostArray, dtype: DType, out: Float64Array): void {
  const wide = lanes(x.dtype) === 2;
  if (dtype === "bool") {
    if (wide) for (let i = 0; i < out.length; i++) out[i] = x.data[2 * i] !== 0 || x.data[2 * i + 1] !== 0 ? 1 : 0;
    else for (let i = 0; i < out.length; i++) out[i] = x.data[i] !== 0 ? 1 : 0;
    return;
  }
  if (x.dtype === dtype) {
    out.set(x.data);
    return;
  }
  if (x.dtype === "int64" && isInteger(dtype)) {
    // Wraps: the low word holds all that is kept.
    for (let i = 0; i < out.length; i++) out[i] = x.data[2 * i];
    return;
  }
  const real = toReal(x);
  if (dtype === "complex64") {
    for (let i = 0; i < real.length; i++) {
      out[2 * i] = real[i];
      out[2 * i + 1] = 0;
    }
  } else if (dtype === "int64") {
    for (let i = 0; i < real.length; i++) writeBigInt(out, 2 * i, saturateInt64(real[i]));
  } else if (isInteger(dtype) && (isFloating(x.dtype) || x.dtype === "complex64")) {
    const low = lowest(dtype);
    const high = highest(dtype);
    for (let i = 0; i < real.length; i++) {
      const value = real[i];
      out[i] = value !== value ? 0 : Math.min(Math.max(Math.trunc(value), low), high);
    }
  } else {
    out.set(real);
  }
}

/** The first element for which `ok` is false, or -1. */
function firstFailure(ok: HostArray): number {
  return ok.data.indexOf(0);
}

function bitcast(x: HostArray, dtype: DType, out: Float64Array): void {
  const buffer = new ArrayBuffer(sizeOf(x.shape) * bytesPerElement(x.dtype));
  encode(x.dtype, x.data, buffer);
  decode(dtype, buffer, out);
}

function identity(context: KernelContext, [x]: readonly HostArray[]): readonly HostArray[] {
  return [context.arena.retain(x)];
}

export const elementwiseKernels: KernelTable<"select" | "cast" | "bitcast" | "check" | "stop_gradient" | "barrier"> = {
  select: (context, [condition, a, b], _params, [aval]) => {
    const out = context.arena.allocate(aval);
    select(condition, a, b, out);
    return [out];
  },
  cast: (context, [x], { dtype }, [aval]) => {
    const out = context.arena.allocate(aval);
    castTo(x, dtype, out.data);
    return [out];
  },
  bitcast: (context, [x], { dtype }, [aval]) => {
    const out = context.arena.allocate(aval);
    bitcast(x, dtype, out.data);
    return [out];
  },
  check: (context, [x, ok], { message }, [aval]) => {
    if (sizeOf(aval.shape) > 0 && firstFailure(ok) >= 0) context.fail(message);
    return [broadcastTo(context, x, aval.shape)];
  },
  stop_gradient: identity,
  barrier: identity,
};
