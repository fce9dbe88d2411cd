/** Compares results element by element. */
import { formatAval, isComplex } from "@neurite/core";
import { type Sample } from "../samples/sample.ts";
import { limitsOf } from "../samples/values.ts";
import { type Accuracy, isRounded, unitAt } from "./accuracy.ts";

export interface CompareOptions {
  /** Results below the smallest normal number may be zero, those on the way too: an error of two such numbers is none. */
  readonly flushesDenormals?: boolean;
  /** Magnitude that errors of `spread` are measured by, at least: that of what the array was computed from. */
  readonly magnitude?: number;
}

/**
 * What is wrong with `found`, or null where it agrees with `expected`. NaN agrees with NaN, infinities with themselves. A result that
 * overflows where the exact one lies within the tolerance of the largest number agrees too.
 */
export function findDifference(
  found: Sample,
  expected: Sample,
  { ulps, spread = 0, signedZero = false }: Accuracy,
  { flushesDenormals = false, magnitude = 0 }: CompareOptions = {},
): string | null {
  if (found.dtype !== expected.dtype || String(found.shape) !== String(expected.shape)) {
    return `${formatAval(found)} instead of ${formatAval(expected)}`;
  }
  const rounded = isRounded(expected.dtype);
  let largest = magnitude;
  if (rounded && spread > 0) for (const x of expected.data as number[]) if (Number.isFinite(x)) largest = Math.max(largest, Math.abs(x));
  const slack = rounded && spread > 0 ? spread * unitAt(expected.dtype, largest) : 0;
  for (let i = 0; i < expected.data.length; i++) {
    const [x, y] = [found.data[i], expected.data[i]];
    if (Object.is(x, y)) continue;
    if (x === y && (!signedZero || (flushesDenormals && y === 0))) continue;
    if (rounded && agrees(i, found, expected, ulps, slack, flushesDenormals) && !(x === y && signedZero)) continue;
    const unit = rounded && Number.isFinite(y) ? `, ${(Math.abs(Number(x) - Number(y)) / unitAt(expected.dtype, Number(y))).toFixed(1)} units apart` : ""; // prettier-ignore
    return `element ${i} of ${formatAval(expected)} is ${show(x)} instead of ${show(y)}${unit}`;
  }
  return null;
}

function agrees(i: number, found: Sample, expected: Sample, ulps: number, slack: number, flushes: boolean): boolean {
  const [x, y] = [found.data[i] as number, expected.data[i] as number];
  const { dtype } = expected;
  const { max, minNormal } = limitsOf(dtype);
  if (Number.isNaN(x) || Number.isNaN(y)) return false;
  let size = Math.abs(y);
  if (isComplex(dtype)) size = Math.max(size, Math.abs(expected.data[i ^ 1] as number));
  // A small part of a sum may vanish on the way, and then the rest: of erf's x + x·q for the largest denormal x, both.
  if (flushes && Math.abs(x - y) <= 2 * minNormal) return true;
  const tolerance = ulps * unitAt(dtype, Math.min(size, max)) + slack;
  if (Math.abs(x) === Infinity || Math.abs(y) === Infinity) {
    const finite = Math.abs(x) === Infinity ? y : x;
    return tolerance > 0 && x !== y && Math.sign(x) === Math.sign(y) && max - Math.abs(finite) <= tolerance;
  }
  return Math.abs(x - y) <= tolerance;
}

function show(x: number | bigint): string {
  return Object.is(x, -0) ? "-0" : typeof x === "bigint" ? `${x}n` : String(x);
}
