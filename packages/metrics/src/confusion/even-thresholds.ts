/** `count` thresholds from 0 to 1, evenly spaced; 0.5 alone for one. */
export function evenThresholds(count: number): readonly number[] {
  return count === 1 ? [0.5] : Array.from({ length: count }, (_, i) => i / (count - 1));
}
