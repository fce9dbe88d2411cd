import type { Logs } from "@neurite/core";
import type { CallbackList } from "@neurite/callbacks";
import { callbacksOf } from "./callbacks.ts";
import { checkCount, type Data } from "./data.ts";
import { type EvaluateOptions, evaluateOptions, refuseUnknown } from "./options.ts";
import type { Samples } from "./samples.ts";
import type { Trainer } from "./trainer.ts";
import { planSteps, walkBatches } from "./walk.ts";

/** Loss and metrics on all samples, by name. */
export async function evaluate(trainer: Trainer, x: Data, y: Data | null, options: EvaluateOptions): Promise<Logs> {
  refuseUnknown("evaluate", options, evaluateOptions);
  checkCount("evaluate", "batchSize", options.batchSize, 1);
  checkCount("evaluate", "steps", options.steps, 1);
  const data = trainer.gather("evaluate", x, y, options.sampleWeight);
  const plan = planSteps(data.count, options.batchSize, options.steps);
  const callbacks = callbacksOf("evaluate", trainer.model, options, [], { epochs: 1, steps: plan.steps });
  return evaluateSamples(trainer, data, plan, callbacks, options.signal);
}

/** The same for data at hand, within `fit` too. */
export async function evaluateSamples(
  trainer: Trainer,
  data: Samples,
  { batchSize, steps }: { readonly batchSize: number; readonly steps: number },
  callbacks: CallbackList,
  signal: AbortSignal | undefined,
): Promise<Logs> {
  const walker = trainer.testWalker;
  trainer.resetMetrics();
  trainer.run(() => walker.rewind());
  const readsLogs = callbacks.listens("onTestBatchEnd");
  await callbacks.call("onTestBegin");
  const walk = { data, count: data.count, batchSize, first: 0, steps, signal };
  await walkBatches(trainer, walker, walk, {
    listening: readsLogs || callbacks.listens("onTestBatchBegin"),
    begin: (batch) => callbacks.call("onTestBatchBegin", batch),
    end: async (batch) => callbacks.call("onTestBatchEnd", batch, readsLogs ? await trainer.readLogs() : undefined),
    progress: (done) => callbacks.progress(done, steps, () => trainer.readLogs()),
    stopped: () => false,
  });
  const logs = await trainer.readLogs();
  await callbacks.call("onTestEnd", logs);
  return logs;
}
