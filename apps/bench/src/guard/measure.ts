import { fmaPeak } from "../machine.ts";
import { perSecond, type Row, type Work } from "../work.ts";
import { works } from "../works/index.ts";

/** What is guarded: kernels alone, and steps and predictions of whole models. */
export const guarded: readonly (readonly [work: string, row: string])[] = [
  ...Object.keys(works["W0"]?.rows ?? {})
    .filter((row) => !row.includes("4096"))
    .map((row) => ["W0", row] as const),
  ["W1", "step"],
  ["W2", "step"],
  ["W3", "training step"],
  ["W3", "inference of 1"],
  ["W4", "mlp"],
  ["W4", "cnn"],
  ["W5", "step"],
  ["W5", "step by step"],
  ["W6", "step"],
  ["W7", "100 passes"],
  ["W11", "step"],
  ["W12", "step"],
];

/** What is measured again when it looks worse: other processes make it so for a while, never better. */
export interface Measured {
  readonly name: string;
  /** Operations of one call in millions; null where they are not counted. */
  readonly operations: number | null;
  /** Measures some more turns and gives the least cost so far, see {@link cost}. */
  readonly again: () => Promise<number>;
}

/** Millions of operations that the machine could have done at its peak in the time of one call: what a call costs whatever the clock. */
export function cost(seconds: number, peak: number): number {
  return seconds * peak * 1e3;
}

export async function prepare(work: string, row: string, threads: number, turns = 5): Promise<Measured> {
  const { unit, flops, prepare: ready } = (works[work] as Work).rows[row] as Row;
  const turn = await ready();
  let [seconds, peak] = [Number.POSITIVE_INFINITY, 0];
  return {
    name: `${work} ${row}`,
    operations: flops === undefined ? null : flops / 1e6,
    again: async () => {
      for (let i = 0; i < turns; i++) {
        peak = Math.max(peak, fmaPeak(threads));
        seconds = Math.min(seconds, (await turn()) / perSecond[unit]);
      }
      return cost(seconds, peak);
    },
  };
}
