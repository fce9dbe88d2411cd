import { readFileSync } from "node:fs";
import { cpus } from "node:os";

/** One result, in the form all benchmark scripts print: one JSON object a line. */
export interface Result {
  readonly framework: string;
  readonly work: string;
  readonly metric: string;
  readonly value: number;
  readonly unit: string;
  /** Number of timings; `value` is their median. */
  readonly n: number;
  readonly min: number;
  readonly max: number;
  /** Share of the machine that other processes took while this was measured; null where it is not known. */
  readonly noise: number | null;
  readonly [more: string]: unknown;
}

export type Emit = (
  work: string,
  metric: string,
  values: readonly number[],
  unit: string,
  more?: Readonly<Record<string, unknown>>,
) => void;

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] as number) : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

const significant = (value: number): number => Number(value.toPrecision(6));

/** Seconds that the cores of the machine have worked, all together; null where that is not known. */
export function machineSeconds(): number | null {
  try {
    const ticks = (readFileSync("/proc/stat", "utf8").split("\n")[0] as string).split(/\s+/).slice(1, 9).map(Number);
    return (ticks.reduce((a, b) => a + b, 0) - (ticks[3] as number) - (ticks[4] as number)) / 100;
  } catch {
    return null; // Not Linux.
  }
}

/** Seconds of the clock, of the whole machine's work and of this process's. */
function usage(): { clock: number; machine: number | null; own: number } {
  const { user, system } = process.cpuUsage();
  return { clock: performance.now() / 1e3, machine: machineSeconds(), own: (user + system) / 1e6 };
}

/** Makes the function that prints results and says how disturbed each was. */
export function reporter(print: (result: Result) => void, common: Readonly<Record<string, unknown>>): Emit {
  let last = usage();
  return (work, metric, values, unit, more = {}) => {
    const current = usage();
    const seconds = current.clock - last.clock;
    const noise =
      current.machine === null || last.machine === null || seconds < 0.1
        ? null
        : Math.max(0, current.machine - last.machine - (current.own - last.own)) / (seconds * cpus().length);
    last = current;
    print({
      framework: "neurite",
      work,
      metric,
      value: significant(median(values)),
      unit,
      n: values.length,
      min: significant(Math.min(...values)),
      max: significant(Math.max(...values)),
      noise: noise === null ? null : Number(noise.toFixed(3)),
      ...common,
      ...more,
    });
  };
}
