import { expect, test } from "vitest";
import { erf } from "./erf.ts";
import { bfloat16FromBits, bfloat16ToBits, float16FromBits, float16ToBits, roundBfloat16, roundFloat16 } from "./half.ts";
import { fromBigInts, readBigInt, toBigInts, writeBigInt } from "./int64.ts";
import { roundInPlace } from "./rounding.ts";

test("erf agrees with mpmath's 30 digits to 1e-15 relative", () => {
  const values: [number, number][] = [
    [1e-300, 1.1283791670955126e-300],
    [1e-5, 1.1283791670579e-5],
    [0.1, 0.1124629160182849],
    [0.25, 0.27632639016823696],
    [0.374999, 0.4041159290816451],
    [0.5, 0.5204998778130465],
    [0.84375, 0.7672256612323416],
    [1, 0.8427007929497149],
    [1.3, 0.9340079449406524],
    [1.9, 0.9927904292352575],
    [2, 0.9953222650189527],
    [2.5, 0.999593047982555],
    [3.1, 0.9999883513426328],
    [4.7, 0.9999999999700474],
    [5.9, 0.9999999999999999],
  ];
  for (const [x, expected] of values) {
    expect(Math.abs(erf(x) / expected - 1), `erf(${x})`).toBeLessThanOrEqual(1e-15);
    expect(erf(-x)).toBe(-erf(x));
  }
  expect([erf(Infinity), erf(-Infinity), erf(NaN), erf(-0), erf(40)]).toEqual([1, -1, NaN, -0, 1]);
});

test("float16 rounds to nearest even, to subnormals and to infinity as NumPy does", () => {
  const values = [1.0009765625 + 2 ** -11, 65519.99, 65520, 6e-8, 2.9e-8, 2 ** -25, 2 ** -25 * 1.5, 1e-7, 1 / 3];
  expect(values.map(roundFloat16)).toEqual([
    1.001953125,
    65504,
    Infinity,
    5.960464477539063e-8,
    0,
    0,
    5.960464477539063e-8,
    1.1920928955078125e-7,
    0.333251953125,
  ]);
  expect(values.map(float16ToBits)).toEqual([15362, 31743, 31744, 1, 0, 0, 1, 2, 13653]);
});

test("bfloat16 rounds to nearest even, to subnormals and to infinity as ml_dtypes does", () => {
  const values = [1 + 2 ** -8, 1 + 3 * 2 ** -8, 1 / 3, 3.39e38, 3.4e38, 1e-40, 9.2e-41, 1e-45];
  expect(values.map(roundBfloat16)).toEqual([
    1,
    1.015625,
    0.333984375,
    3.3895313892515355e38,
    Infinity,
    9.183549615799121e-41,
    9.183549615799121e-41,
    0,
  ]);
  expect(values.map(bfloat16ToBits)).toEqual([16256, 16258, 16043, 32639, 32640, 1, 1, 0]);
});

test("every 16-bit pattern survives decoding and encoding; those of NaN become one", () => {
  const patterns = Array.from({ length: 65536 }, (_, bits) => bits);
  const isNaN16 = (bits: number, infinity: number): boolean => (bits & 0x7fff) > infinity;
  expect(patterns.map((bits) => float16ToBits(float16FromBits(bits)))).toEqual(
    patterns.map((bits) => (isNaN16(bits, 0x7c00) ? 0x7e00 : bits)),
  );
  expect(patterns.map((bits) => bfloat16ToBits(bfloat16FromBits(bits)))).toEqual(
    patterns.map((bits) => (isNaN16(bits, 0x7f80) ? 0x7fc0 : bits)),
  );
});

test("integers wrap to their width, also from beyond 32 bits", () => {
  const wrap = (dtype: "int8" | "uint8" | "int32" | "uint32", values: number[]): number[] => {
    const data = Float64Array.from(values);
    roundInPlace(dtype, data, "float64");
    return [...data];
  };
  expect(wrap("int8", [127, 128, -129, 300, -0])).toEqual([127, -128, 127, 44, 0]);
  expect(wrap("uint8", [255, 256, -1])).toEqual([255, 0, 255]);
  expect(wrap("int32", [2 ** 31, -(2 ** 31) - 1, 2 ** 40 + 7])).toEqual([-(2 ** 31), 2 ** 31 - 1, 7]);
  expect(wrap("uint32", [2 ** 32, -1])).toEqual([0, 2 ** 32 - 1]);
});

test("int64 lanes hold every 64-bit integer and wrap beyond", () => {
  const values = [0n, 1n, -1n, 2n ** 32n, -(2n ** 32n) - 5n, 2n ** 63n - 1n, -(2n ** 63n)];
  const lanes = new Float64Array(2 * values.length);
  fromBigInts(BigInt64Array.from(values), lanes);
  expect([...toBigInts(lanes)]).toEqual(values);
  expect(values.map((_, i) => readBigInt(lanes, 2 * i))).toEqual(values);
  writeBigInt(lanes, 0, 2n ** 63n);
  expect(readBigInt(lanes, 0)).toBe(-(2n ** 63n));
});
