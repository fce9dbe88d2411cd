import type { HostArray } from "./host-array.ts";

/** An element is right when |actual - expected| ≤ atol + rtol · |expected|. */
export interface Tolerance {
  readonly rtol: number;
  readonly atol: number;
}

/** The tolerance of a case, or for what it leaves out the format's default for one op. */
export function toleranceOf(json: { readonly rtol?: number | null; readonly atol?: number | null }): Tolerance {
  return { rtol: json.rtol ?? 1e-4, atol: json.atol ?? 1e-5 };
}

interface Difference {
  readonly index: number;
  readonly error: number;
}

/**
 * What is wrong with a result, in one line with its numbers; null if nothing is.
 *
 * @param options `anyDType` leaves the dtype out of the comparison; `share` (default 1) is the part of the elements that must be right.
 */
export function compare(
  actual: HostArray,
  expected: HostArray,
  tolerance: Tolerance,
  options: { readonly anyDType?: boolean; readonly share?: number } = {},
): string | null {
  if (actual.dtype !== expected.dtype && actual.dtype !== "number" && expected.dtype !== "number" && options.anyDType !== true) {
    return `dtype ${actual.dtype} where ${expected.dtype} was expected`;
  }
  if (actual.shape.join() !== expected.shape.join()) return `shape [${actual.shape}] where [${expected.shape}] was expected`;
  if (actual.data.length !== expected.data.length) return `${actual.data.length} elements where ${expected.data.length} were expected`;

  const wrong: Difference[] = [];
  const exact = isExact(expected);
  for (let index = 0; index < expected.data.length; index++) {
    const error = errorOf(actual.data[index] as number, expected.data[index] as number);
    const bound = exact ? 0 : tolerance.atol + tolerance.rtol * Math.abs(Number(expected.data[index]));
    // Next to an infinity the bound is infinite, too, or NaN.
    if (error > 0 && !(error <= bound && error < Infinity)) wrong.push({ index, error });
  }
  const allowed = Math.floor((1 - (options.share ?? 1)) * expected.data.length);
  if (wrong.length <= allowed) return null;
  const worst = wrong.reduce((a, b) => (b.error > a.error ? b : a));
  const elements =
    expected.data.length === 1 ? "" : ` in ${wrong.length} of ${expected.data.length} elements, most at ${placeOf(worst.index, expected)}`;
  return (
    `error ${format(worst.error)}${elements}: ${format(actual.data[worst.index])} where ${format(expected.data[worst.index])} was expected ` +
    `(rtol ${tolerance.rtol}, atol ${tolerance.atol})`
  );
}

const isExact = ({ dtype }: HostArray): boolean => /^(u?int|bool|string)/.test(dtype);

/** Infinite where one is NaN, an infinity or a text and the other is not the same. */
function errorOf(actual: number | bigint | string, expected: number | bigint | string): number {
  if (Object.is(actual, expected) || actual === expected) return 0;
  if (typeof actual === "string" || typeof expected === "string") return Infinity;
  if (typeof actual === "bigint" && typeof expected === "bigint") return Math.max(1, Math.abs(Number(actual - expected)));
  const error = Math.abs(Number(actual) - Number(expected));
  return Number.isNaN(error) ? Infinity : error;
}

function placeOf(index: number, { shape, dtype }: HostArray): string {
  let rest = dtype.startsWith("complex") ? Math.floor(index / 2) : index;
  const place: number[] = [];
  for (const dim of shape.toReversed()) {
    place.unshift(rest % dim);
    rest = Math.floor(rest / dim);
  }
  return `[${place}]`;
}

function format(x: unknown): string {
  if (typeof x !== "number") return typeof x === "string" ? JSON.stringify(x) : String(x);
  return Number.isInteger(x) && Math.abs(x) < 1e15 ? String(x) : String(Number(x.toPrecision(7)));
}
