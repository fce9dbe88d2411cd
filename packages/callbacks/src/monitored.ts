import { ValueError } from "@neurite/core";

/** Whether lower or higher values of a metric are better; "auto" goes by its name. */
export type MonitorMode = "auto" | "min" | "max";

const higherIsBetter = /acc|auc|precision|recall|f1|fbeta|iou|r2|fmeasure|similarity|pearson|concordance/i;

/** The comparison for a metric: true when `current` is better than `reference` by more than `minDelta`. */
export function improvement(monitor: string, mode: MonitorMode, minDelta: number): (current: number, reference: number) => boolean {
  if (mode !== "auto" && mode !== "min" && mode !== "max")
    throw new ValueError(`mode must be "auto", "min" or "max": got ${JSON.stringify(mode)}`);
  const higher = mode === "max" || (mode === "auto" && higherIsBetter.test(monitor.replace(/^val_/, "")));
  const delta = Math.abs(minDelta);
  return higher ? (current, reference) => current - delta > reference : (current, reference) => current + delta < reference;
}

/** The value to start from: anything is better. */
export function worst(monitor: string, mode: MonitorMode): number {
  return improvement(monitor, mode, 0)(1, 0) ? -Infinity : Infinity;
}
