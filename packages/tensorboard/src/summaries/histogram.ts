import { ValueError } from "@neurite/core";
import type { Summary } from "../event-file/summary.ts";

/**
 * How values are distributed: `buckets` of equal width from the least to the greatest, as rows of left edge, right edge and count. Values that
 * are all the same fill the last of buckets without width; no values, buckets of zeros.
 *
 * @throws ValueError for values that are not finite.
 */
export function histogramRows(values: ArrayLike<number>, buckets: number): number[] {
  const rows = new Array<number>(buckets * 3).fill(0);
  if (values.length === 0 || buckets === 0) return rows;
  let [least, greatest] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (!Number.isFinite(value)) throw new ValueError(`[histogram] values must be finite: value ${i} is ${value}`);
    least = Math.min(least, value);
    greatest = Math.max(greatest, value);
  }
  const width = (greatest - least) / buckets;
  const isSingular = greatest === least;
  for (let bucket = 0; bucket < buckets; bucket++) {
    rows[bucket * 3] = isSingular ? least : least + bucket * width;
    rows[bucket * 3 + 1] = isSingular || bucket === buckets - 1 ? greatest : least + (bucket + 1) * width;
  }
  for (let i = 0; i < values.length; i++) {
    const bucket = isSingular ? buckets - 1 : Math.min(buckets - 1, Math.floor(((values[i] as number) - least) / width));
    rows[bucket * 3 + 2] = (rows[bucket * 3 + 2] as number) + 1;
  }
  return rows;
}

/** How values are distributed at a step. */
export function histogramSummary(tag: string, values: ArrayLike<number>, buckets: number, description?: string): Summary {
  return {
    tag,
    plugin: { name: "histograms" },
    dataClass: "tensor",
    tensor: { dtype: "float64", shape: [buckets, 3], values: histogramRows(values, buckets) },
    ...(description === undefined ? {} : { description }),
  };
}
