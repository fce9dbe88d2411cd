import { cpus } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { machineSeconds } from "../measure.ts";
import type { Contestant } from "./contestant.ts";

/** The numbers of each contestant, in the order of the turns. */
export type Numbers = ReadonlyMap<string, readonly number[]>;

/** What taking turns gave. */
export interface Played {
  readonly numbers: Numbers;
  /** Share of the machine that other processes took: what it did between the turns. Null where that is not known. */
  readonly others: number | null;
}

/** Milliseconds between turns: threads that wait for work by spinning go to sleep, and what the machine does still is the work of others. */
const [settle, pause] = [20, 80];

export interface TurnsOptions {
  readonly row: string;
  readonly turns: number;
  /** Is told why a contestant takes no part, or no further part. */
  readonly onSkip: (name: string, why: string) => void;
}

/**
 * Prepares a row at all contestants and lets them take turns, so that a busy moment of the machine hits all. Each turn begins with another
 * contestant. Who fails is left out, with all its numbers.
 */
export async function takeTurns(contestants: readonly Contestant[], { row, turns, onSkip }: TurnsOptions): Promise<Played> {
  let playing: Contestant[] = [];
  for (const contestant of contestants) {
    const state = await contestant.prepare(row);
    if (state === "ready") playing.push(contestant);
    else if (state !== "absent") onSkip(contestant.name, state.failed);
  }
  const numbers = new Map<string, number[]>(playing.map(({ name }) => [name, []]));
  let [busy, watched]: [number | null, number] = [0, 0];
  for (let turn = 0; turn < turns; turn++) {
    const first = turn % Math.max(1, playing.length);
    for (const contestant of [...playing.slice(first), ...playing.slice(0, first)]) {
      await sleep(settle);
      const [start, before] = [performance.now(), machineSeconds()];
      await sleep(pause);
      const after = machineSeconds();
      busy = busy === null || before === null || after === null ? null : busy + after - before;
      watched += (performance.now() - start) / 1e3;
      try {
        (numbers.get(contestant.name) as number[]).push(await contestant.turn(row));
      } catch (error) {
        onSkip(contestant.name, (error as Error).message);
        numbers.delete(contestant.name);
        playing = playing.filter((other) => other !== contestant);
      }
    }
  }
  return { numbers, others: busy === null || watched === 0 ? null : Math.min(1, busy / (watched * cpus().length)) };
}
