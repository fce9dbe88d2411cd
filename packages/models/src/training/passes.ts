/** What `fit` and `evaluate` go through, an epoch at a time: arrays at hand, or streams of batches. */
import { tensor, ValueError, withDevice } from "@neurite/core";
import { now } from "./clock.ts";
import type { Job } from "./data.ts";
import { type ClassWeights, type Samples, weightClasses } from "./samples.ts";
import { permutation, shuffleSource } from "./shuffle.ts";
import type { BatchWalker } from "./steps.ts";
import { StreamReader, type BatchStream } from "./stream.ts";
import type { Trainer } from "./trainer.ts";
import { walkBatches, type WalkHooks } from "./walk.ts";

/** Data that a job goes through again and again. */
export interface Passes {
  /** Batches an epoch; null where it is not known beforehand. */
  readonly steps: number | null;
  /** Runs the batches of the next epoch; gives their number. */
  walk(hooks: WalkHooks): Promise<number>;
  /** Lets go of the data. */
  close(): Promise<void>;
}

/** What is common to all epochs. */
export interface PassOptions {
  readonly signal: AbortSignal | undefined;
}

export interface ArrayPassOptions extends PassOptions {
  readonly batchSize: number;
  readonly steps: number;
  /** Each pass in an order of its own. */
  readonly shuffle: boolean;
  /** An epoch of fewer steps leaves the rest of its pass to the next one; else each begins with the first batch. */
  readonly goesOn: boolean;
}

/** Passes over arrays. */
export async function arrayPasses(
  trainer: Trainer,
  walker: () => BatchWalker,
  samples: Samples,
  { batchSize, steps, shuffle, goesOn, signal }: ArrayPassOptions,
): Promise<Passes> {
  const random = shuffle ? await withDevice(trainer.device, shuffleSource) : null;
  const batches = Math.ceil(samples.count / batchSize);
  let data = samples;
  let first = batches;
  return {
    steps,
    async walk(hooks) {
      if (first >= batches || !goesOn) {
        first = 0;
        trainer.run(() => walker().rewind());
        if (random !== null) data = { ...samples, order: [withDevice(trainer.device, () => tensor(permutation(samples.count, random)))] };
      }
      const done = await walkBatches(trainer, walker(), { data, count: samples.count, batchSize, first, steps, signal }, hooks);
      first += done;
      return done;
    },
    close: async () => {},
  };
}

export interface StreamPassOptions extends PassOptions {
  /** Batches an epoch; null: all. */
  readonly steps: number | null;
  readonly classWeight?: ClassWeights | null | undefined;
  /** Called when the first batch has told what the model is. */
  readonly prepare?: () => void;
}

/** Passes over a stream. Each batch is checked and sent to the device when its turn comes; its size may differ from that of others. */
export function streamPasses(
  trainer: Trainer,
  job: Job,
  walker: () => BatchWalker,
  stream: BatchStream,
  { steps: limit, classWeight, prepare, signal }: StreamPassOptions,
): Passes {
  const reader = new StreamReader(job, stream);
  const length = reader.length;
  const steps = limit ?? length;
  /** How many batches the last epoch had. */
  let known = steps;
  return {
    steps,
    async walk(hooks) {
      if (limit === null) await reader.restart();
      let done = 0;
      while (limit === null || done < limit) {
        signal?.throwIfAborted();
        const parts = await reader.next();
        if (parts === null) break;
        const data = await weightClasses(job, trainer.gather(job, parts.x, parts.y, parts.sampleWeight), classWeight);
        prepare?.();
        if (hooks.listening && done % trainer.stepsPerExecution === 0) await hooks.begin(done);
        const started = now();
        trainer.run(() => {
          walker().rewind();
          walker().prepare(data, data.count).run();
        });
        await walker().pacerOf(data.count).settle(trainer.device, 1, started);
        done++;
        const endsGroup = done % trainer.stepsPerExecution === 0 || done === known;
        if (hooks.listening && endsGroup) await hooks.end(done - 1);
        await hooks.progress(done, known);
        if (hooks.stopped()) break;
      }
      if (done === 0) {
        throw new ValueError(
          `[${job}] the stream gave no batch: give an iterable that can be gone through again, or a function that returns one`,
        );
      }
      if (limit === null) known = done;
      else if (done < limit && !hooks.stopped()) {
        console.warn(`[${job}] the stream ended after ${done} of ${limit} batches of an epoch`);
        hooks.ranOut();
      }
      return done;
    },
    close: () => reader.close(),
  };
}
