import { type Logs, ValueError } from "@neurite/core";
import type { CallbackList } from "@neurite/callbacks";
import { callbacksOf } from "./callbacks.ts";
import { checkCount, type Data, type Job } from "./data.ts";
import { type EvaluateOptions, evaluateOptions, refuseUnknown } from "./options.ts";
import { arrayPasses, type Passes, streamPasses } from "./passes.ts";
import { type BatchStream, isStream } from "./stream.ts";
import type { BatchWalker } from "./steps.ts";
import type { Trainer } from "./trainer.ts";
import { planSteps } from "./walk.ts";

/** Loss and metrics on all samples, by name. */
export async function evaluate(trainer: Trainer, x: Data | BatchStream, y: Data | null, options: EvaluateOptions): Promise<Logs> {
  refuseUnknown("evaluate", options, evaluateOptions);
  checkCount("evaluate", "batchSize", options.batchSize, 1);
  checkCount("evaluate", "steps", options.steps, 1);
  const passes = await testPasses(trainer, "evaluate", x, y, options.sampleWeight, options);
  const callbacks = callbacksOf("evaluate", trainer.model, options, [], { epochs: 1, steps: passes.steps });
  try {
    return await evaluatePasses(trainer, passes, callbacks);
  } finally {
    await passes.close();
  }
}

/** How data are scored. */
interface TestPlan {
  readonly batchSize?: number | null | undefined;
  readonly steps?: number | null | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What to score a model on. Arrays are checked at once, streams batch by batch. */
export async function testPasses(
  trainer: Trainer,
  job: Job,
  x: Data | BatchStream,
  y: Data | null | undefined,
  sampleWeight: Data | null | undefined,
  { batchSize, steps, signal }: TestPlan,
): Promise<Passes> {
  const walker = (): BatchWalker => trainer.testWalker;
  if (isStream(x)) {
    refuseBesideStream(job, { y, sampleWeight, batchSize });
    return streamPasses(trainer, job, walker, x, { steps: steps ?? null, signal });
  }
  const samples = trainer.gather(job, x, y, sampleWeight);
  const plan = planSteps(samples.count, batchSize, steps);
  return arrayPasses(trainer, walker, samples, { ...plan, shuffle: false, goesOn: false, signal });
}

/** @throws ValueError for what a stream brings with it. */
export function refuseBesideStream(job: Job, options: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(options)) {
    if (value !== undefined && value !== null)
      throw new ValueError(`[${job}] ${name} cannot be given beside a stream of batches: its batches are [x, y] or [x, y, sampleWeight]`);
  }
}

/** The same for data that were looked at before, within `fit` too. */
export async function evaluatePasses(trainer: Trainer, passes: Passes, callbacks: CallbackList): Promise<Logs> {
  trainer.resetMetrics();
  const readsLogs = callbacks.listens("onTestBatchEnd");
  await callbacks.call("onTestBegin");
  await passes.walk({
    listening: readsLogs || callbacks.listens("onTestBatchBegin"),
    begin: (batch) => callbacks.call("onTestBatchBegin", batch),
    end: async (batch) => callbacks.call("onTestBatchEnd", batch, readsLogs ? await trainer.readLogs() : undefined),
    progress: (done, total) => callbacks.progress(done, total, () => trainer.readLogs()),
    stopped: () => false,
    ranOut: () => {},
  });
  const logs = await trainer.readLogs();
  await callbacks.call("onTestEnd", logs);
  return logs;
}
