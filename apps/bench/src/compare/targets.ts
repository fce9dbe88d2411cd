import { median } from "../measure.ts";
import type { Row } from "../work.ts";
import type { Numbers } from "./turns.ts";

/** What neurite's number must be at most, as a multiple of a rival's. */
export interface Target {
  readonly work: string;
  /** Of all rows where it is left out. */
  readonly row?: string;
  /** The best of these counts, the one with the least minimum; of all where it is left out. */
  readonly rivals?: readonly string[];
  readonly atMost: number;
  /** What it might reach. */
  readonly stretch?: number;
}

const torch = ["torch", "torch-channels-last", "torch-compile"];

export const targets: readonly Target[] = [
  // At least 0.97 of the best rate.
  { work: "W0", atMost: 1 / 0.97 },
  { work: "W1", row: "step", rivals: ["jax-scan"], atMost: 0.75 },
  { work: "W1", row: "step", rivals: torch, atMost: 0.4 },
  { work: "W1", row: "step", rivals: ["keras-tf", "keras-tf-xla"], atMost: 0.25 },
  { work: "W2", row: "step", rivals: ["torch-channels-last"], atMost: 0.95, stretch: 0.7 },
  { work: "W2", row: "peak memory", rivals: torch, atMost: 1 },
  { work: "W3", row: "training step", atMost: 0.95, stretch: 0.8 },
  { work: "W3", row: "peak memory", rivals: torch, atMost: 1 },
  { work: "W3", row: "inference of 1", atMost: 0.95, stretch: 0.8 },
  { work: "W3", row: "inference of 8", atMost: 0.95, stretch: 0.8 },
  { work: "W4", rivals: ["onnxruntime-node"], atMost: 0.8 },
  { work: "W4", rivals: ["onnxruntime"], atMost: 1.1, stretch: 1 },
  { work: "W5", row: "step", rivals: ["jax-scan"], atMost: 2, stretch: 1 },
  { work: "W5", row: "step by step", rivals: ["jax-jit"], atMost: 0.8 },
  { work: "W6", row: "step", atMost: 0.4 },
  { work: "W7", row: "100 passes", atMost: 0.5 },
  { work: "W9", row: "import and first step", rivals: ["tfjs-cpu"], atMost: 1 },
  { work: "W9", row: "peak memory", rivals: ["jax"], atMost: 0.5 },
];

export const own = "neurite";

export interface Ratio {
  readonly medians: number;
  /** What is least disturbed: others only make a turn longer. */
  readonly minima: number;
  /** Median of the ratios within each turn: noise that lasts longer than a turn hits both. */
  readonly paired: number;
}

/** Neurite's numbers over a rival's: below 1, neurite is better. */
export function ratio(ours: readonly number[], theirs: readonly number[]): Ratio {
  return {
    medians: median(ours) / median(theirs),
    minima: Math.min(...ours) / Math.min(...theirs),
    paired: median(ours.map((number, turn) => number / (theirs[turn] as number))),
  };
}

/** What the turns of one row gave. */
export interface RowResult {
  readonly work: string;
  readonly row: string;
  readonly unit: Row["unit"];
  readonly numbers: Numbers;
  /** Share of the machine that other processes took meanwhile; null where that is not known. */
  readonly others: number | null;
}

/** From this share on times say nothing: frameworks whose threads wait for each other lose far more than it. */
const disturbance = 0.25;

export interface Verdict {
  readonly target: Target;
  readonly work: string;
  readonly row: string;
  /** Who it was held to; null where none of the rivals ran. */
  readonly rival: string | null;
  readonly ratio: Ratio | null;
  /**
   * Unclear: of the paired ratio and that of the minima one is met and one is not, as happens on a machine that others use. Disturbed: they used
   * so much of it that neither counts.
   */
  readonly verdict: "missed" | "unclear" | "disturbed" | "met" | "stretch met" | "no rival";
}

/** Holds the numbers of a row to the targets that there are for it. */
export function judge({ work, row, unit, numbers, others }: RowResult, all: readonly Target[] = targets): readonly Verdict[] {
  const disturbed = unit !== "MiB" && (others ?? 0) >= disturbance;
  const ours = numbers.get(own);
  return all
    .filter((target) => target.work === work && (target.row ?? row) === row)
    .map((target) => {
      const candidates = [...numbers].filter(([name]) => name !== own && (target.rivals?.includes(name) ?? true));
      candidates.sort(([, a], [, b]) => Math.min(...a) - Math.min(...b));
      const best = candidates[0];
      if (best === undefined || ours === undefined) return { target, work, row, rival: null, ratio: null, verdict: "no rival" };
      const found = ratio(ours, best[1]);
      return { target, work, row, rival: best[0], ratio: found, verdict: disturbed ? "disturbed" : verdictOf(found, target) };
    });
}

function verdictOf({ paired, minima }: Ratio, { atMost, stretch = 0 }: Target): Verdict["verdict"] {
  const [least, most] = [Math.min(paired, minima), Math.max(paired, minima)];
  if (most <= stretch) return "stretch met";
  if (most <= atMost) return "met";
  return least <= atMost ? "unclear" : "missed";
}
