/** Random bits as numbers, exactly as JAX makes them in float32. */
import { type DType, isFloating } from "../dtypes/dtype.ts";
import { DTypeError } from "../errors.ts";
import type { Shape, Value } from "../graph/value.ts";
import * as build from "../primitives/build.ts";

/** Bits of the fraction of each floating dtype that are drawn. */
const fractionBits: Partial<Record<DType, number>> = { float16: 10, bfloat16: 7, float32: 23 };

/** Uniform numbers in [0, 1): multiples of 2^-23 in float32, coarser in half precision, of 2^-53 in float64. */
export function unitUniform(op: string, key: Value, shape: Shape, dtype: DType): Value {
  if (!isFloating(dtype)) throw new DTypeError(`[${op}] dtype must be floating: received ${dtype}`);
  const constant = (value: number): Value => build.constant(value, "uint32");
  const shr = (bits: Value, by: number): Value => build.binary("shr", bits, constant(by));
  if (dtype === "float64") {
    const bits = build.randomBits(key, [2, ...shape]);
    const half = (i: number): Value => build.reshape(build.slice(bits, [i, ...shape.map(() => 0)], [i + 1, ...shape]), shape);
    const high = build.cast(shr(half(0), 5), "float64");
    const low = build.cast(shr(half(1), 6), "float64");
    return build.mul(build.add(build.mul(high, 2 ** 26), low), 2 ** -53);
  }
  const bits = build.randomBits(key, shape);
  if (dtype !== "float32") {
    const fraction = fractionBits[dtype] as number;
    return build.cast(build.mul(build.cast(shr(bits, 32 - fraction), "float32"), 2 ** -fraction), dtype);
  }
  const oneToTwo = build.bitcast(build.or(shr(bits, 9), constant(0x3f800000)), "float32");
  return build.sub(oneToTwo, 1);
}

/** Uniform numbers in [low, high). */
export function uniformOf(op: string, key: Value, shape: Shape, dtype: DType, low: number, high: number): Value {
  const unit = unitUniform(op, key, shape, dtype);
  if (low === 0 && high === 1) return unit;
  const span = dtype === "float64" ? high - low : Math.fround(Math.fround(high) - Math.fround(low));
  const scaled = build.add(build.mul(unit, span), low);
  return build.maximum(scaled, low);
}

/** bool: true with probability `p`. The same as `uniform < p`, without making the numbers. */
export function chance(key: Value, shape: Shape, p: number): Value {
  const bits = build.binary("shr", build.randomBits(key, shape), build.constant(9, "uint32"));
  return build.lt(bits, build.constant(Math.ceil(Math.fround(p) * 2 ** 23), "uint32"));
}

/** Polynomials of Giles' single-precision inverse error function ("Approximating the erfinv function", 2010): centre, tails. */
const centre = [
  2.81022636e-8, 3.43273939e-7, -3.5233877e-6, -4.39150654e-6, 0.00021858087, -0.00125372503, -0.00417768164, 0.246640727, 1.50140941,
];
const tails = [
  -0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773, -0.0076224613, 0.00943887047, 1.00167406, 2.83297682,
];

/** The inverse error function of float32, without a usable gradient (the gradient is that of the polynomial). */
export function inverseErf(x: Value): Value {
  const w = build.neg(build.unary("log1p", build.neg(build.mul(x, x))));
  const inCentre = build.lt(w, 5);
  const t = build.select(inCentre, build.sub(w, 2.5), build.sub(build.sqrt(w), 3));
  const coefficient = (i: number): Value =>
    build.select(inCentre, build.constant(centre[i] as number, x.dtype), build.constant(tails[i] as number, x.dtype));
  let polynomial = coefficient(0);
  for (let i = 1; i < centre.length; i++) polynomial = build.add(build.mul(polynomial, t), coefficient(i));
  return build.select(build.eq(build.abs(x), 1), build.mul(x, Infinity), build.mul(polynomial, x));
}

/** Standard normal numbers; float64 is made from float32 ones. */
export function standardNormal(op: string, key: Value, shape: Shape, dtype: DType): Value {
  if (!isFloating(dtype)) throw new DTypeError(`[${op}] dtype must be floating: received ${dtype}`);
  // The number next to -1, so that no draw is infinite.
  const uniform = uniformOf(op, key, shape, "float32", -1 + 2 ** -24, 1);
  return build.cast(build.mul(inverseErf(uniform), Math.SQRT2), dtype);
}
