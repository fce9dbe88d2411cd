import type { Trainer } from "./trainer.ts";
import { now } from "./clock.ts";
import type { EpochData } from "./rows.ts";
import type { BatchWalker } from "./steps.ts";

/** Which batches of some data to walk over. */
export interface Walk {
  readonly data: EpochData;
  /** Samples in the data. */
  readonly count: number;
  readonly batchSize: number;
  /** Number of the first batch in the data: where the walker stands. */
  readonly first: number;
  readonly steps: number;
  readonly signal: AbortSignal | undefined;
}

/** What happens between the steps. Batches are numbered from 0 in this walk. */
export interface WalkHooks {
  /** Somebody wants to know of batches: no more steps are then grouped than `stepsPerExecution` says. */
  readonly listening: boolean;
  begin(batch: number): Promise<void>;
  end(batch: number): Promise<void>;
  progress(done: number, total: number | null): Promise<void>;
  /** Asked after a step: whether it was the last. */
  stopped(): boolean;
  /** The data ended before the epoch did. */
  ranOut(): void;
}

/** Samples a step and steps a pass, from what the user said of either. */
export function planSteps(
  count: number,
  batchSize: number | null | undefined,
  steps: number | null | undefined,
): { batchSize: number; steps: number } {
  const size = batchSize ?? (steps === null || steps === undefined ? 32 : Math.ceil(count / steps));
  return { batchSize: size, steps: Math.min(steps ?? Infinity, Math.ceil(count / size)) };
}

/** Runs batches, several a call where nobody listens to them; a smaller last one has a program of its own. Returns the steps done. */
export async function walkBatches(trainer: Trainer, walker: BatchWalker, walk: Walk, hooks: WalkHooks): Promise<number> {
  const { data, count, batchSize, first, steps, signal } = walk;
  const whole = Math.max(0, Math.min(steps, Math.floor(count / batchSize) - first));
  const rest = steps > whole ? count % batchSize : 0;
  let done = 0;
  const runUntil = async (size: number, end: number): Promise<void> => {
    const call = trainer.run(() => walker.prepare(data, size));
    const pacer = walker.pacerOf(size);
    do {
      signal?.throwIfAborted();
      const group = Math.min(hooks.listening ? trainer.stepsPerExecution : Math.max(pacer.group, trainer.stepsPerExecution), end - done);
      if (hooks.listening) await hooks.begin(done);
      const started = now();
      trainer.run(() => call.run(group));
      await pacer.settle(trainer.device, group, started);
      done += group;
      if (hooks.listening) await hooks.end(done - 1);
      await hooks.progress(done, steps);
    } while (done < end && !hooks.stopped());
  };
  if (whole > 0) await runUntil(batchSize, whole);
  if (rest > 0 && (done === 0 || !hooks.stopped())) await runUntil(rest, whole + 1);
  return done;
}
