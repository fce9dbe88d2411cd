import type { Contestant } from "./contestant.ts";

/** The numbers of each contestant, in the order of the turns. */
export type Numbers = ReadonlyMap<string, readonly number[]>;

/** Threads that wait for work by spinning go to sleep meanwhile. */
const pause = 60;

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
export async function takeTurns(contestants: readonly Contestant[], { row, turns, onSkip }: TurnsOptions): Promise<Numbers> {
  let playing: Contestant[] = [];
  for (const contestant of contestants) {
    const state = await contestant.prepare(row);
    if (state === "ready") playing.push(contestant);
    else if (state !== "absent") onSkip(contestant.name, state.failed);
  }
  const numbers = new Map<string, number[]>(playing.map(({ name }) => [name, []]));
  for (let turn = 0; turn < turns; turn++) {
    const first = turn % Math.max(1, playing.length);
    for (const contestant of [...playing.slice(first), ...playing.slice(0, first)]) {
      await new Promise((resolve) => setTimeout(resolve, pause));
      try {
        (numbers.get(contestant.name) as number[]).push(await contestant.turn(row));
      } catch (error) {
        onSkip(contestant.name, (error as Error).message);
        numbers.delete(contestant.name);
        playing = playing.filter((other) => other !== contestant);
      }
    }
  }
  return numbers;
}
