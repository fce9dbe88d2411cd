import { describeValue, type Logs, ValueError, withDevice } from "@neurite/core";
import { History } from "@neurite/callbacks";
import { callbacksOf } from "./callbacks.ts";
import { checkCount, type Data } from "./data.ts";
import { evaluatePasses, refuseBesideStream, testPasses } from "./evaluate.ts";
import { type FitOptions, fitOptions, refuseUnknown } from "./options.ts";
import { arrayPasses, type Passes, streamPasses } from "./passes.ts";
import { splitSamples, weightClasses } from "./samples.ts";
import type { BatchWalker } from "./steps.ts";
import { type BatchStream, isStream } from "./stream.ts";
import type { Trainer } from "./trainer.ts";
import { planSteps } from "./walk.ts";

/** Trains for a number of epochs. */
export async function fit(trainer: Trainer, x: Data | BatchStream, y: Data | null, options: FitOptions): Promise<History> {
  checkOptions(options);
  const { model } = trainer;
  const { epochs = 1, initialEpoch = 0, validationFreq = 1, signal } = options;
  const { training, validation } = await gather(trainer, x, y, options);

  const history = new History();
  const callbacks = callbacksOf("fit", model, options, [history], { epochs, steps: training.steps });
  const readsLogs = callbacks.listens("onTrainBatchEnd");
  const listening = readsLogs || callbacks.listens("onTrainBatchBegin");
  model.stopTraining = false;
  model.initialEpoch = null;
  signal?.throwIfAborted();
  try {
    await callbacks.call("onTrainBegin");
    let logs: Logs | undefined;
    for (let epoch = model.initialEpoch ?? initialEpoch; epoch < epochs; epoch++) {
      await callbacks.call("onEpochBegin", epoch);
      trainer.resetMetrics();
      await training.walk({
        listening,
        begin: (batch) => callbacks.call("onTrainBatchBegin", batch),
        end: async (batch) => callbacks.call("onTrainBatchEnd", batch, readsLogs ? await trainer.readLogs() : undefined),
        progress: (done, total) => callbacks.progress(done, total, () => trainer.readLogs()),
        stopped: () => model.stopTraining,
        ranOut: () => (model.stopTraining = true),
      });
      logs = await trainer.readLogs();
      if (validation !== null && validatesAfter(epoch, validationFreq)) {
        const scores = await evaluatePasses(trainer, validation, callbacks);
        for (const [name, value] of Object.entries(scores)) logs[`val_${name}`] = value;
      }
      await callbacks.call("onEpochEnd", epoch, logs);
      if (model.stopTraining) break;
    }
    if (epochs > 0) trainer.run(() => trainer.optimizer.finalizeVariableValues?.(trainer.trainables));
    await callbacks.call("onTrainEnd", logs);
  } finally {
    await training.close();
    await validation?.close();
  }
  return history;
}

/** What to train on and what to validate on, checked as far as it is at hand. */
async function gather(
  trainer: Trainer,
  x: Data | BatchStream,
  y: Data | null,
  options: FitOptions,
): Promise<{ training: Passes; validation: Passes | null }> {
  const { batchSize, stepsPerEpoch = null, shuffle = true, classWeight, sampleWeight, signal } = options;
  const trainWalker = (): BatchWalker => trainer.trainWalker;
  if (isStream(x)) {
    refuseBesideStream("fit", { y, sampleWeight, batchSize, validationSplit: options.validationSplit || null });
    const prepare = (): void => trainer.prepareTraining();
    const training = streamPasses(trainer, "fit", trainWalker, x, { steps: stepsPerEpoch, classWeight, prepare, signal });
    return { training, validation: await validationPasses(trainer, options) };
  }
  const all = trainer.gather("fit", x, y, sampleWeight);
  const split = withDevice(trainer.device, () => splitSamples(all, options.validationData ? 0 : (options.validationSplit ?? 0)));
  const given = await validationPasses(trainer, options);
  trainer.prepareTraining();
  const samples = await weightClasses("fit", split.training, classWeight);
  const plan = planSteps(samples.count, batchSize, stepsPerEpoch);
  const training = await arrayPasses(trainer, trainWalker, samples, { ...plan, shuffle, goesOn: true, signal });
  if (split.validation === null) return { training, validation: given };
  const testPlan = planSteps(split.validation.count, options.validationBatchSize ?? plan.batchSize, options.validationSteps);
  const validation = arrayPasses(trainer, () => trainer.testWalker, split.validation, {
    ...testPlan,
    shuffle: false,
    goesOn: false,
    signal,
  });
  return { training, validation: await validation };
}

function checkOptions(options: FitOptions): void {
  refuseUnknown("fit", options, fitOptions);
  for (const name of ["batchSize", "stepsPerEpoch", "validationSteps", "validationBatchSize"] as const)
    checkCount("fit", name, options[name], 1);
  checkCount("fit", "epochs", options.epochs, 0);
  checkCount("fit", "initialEpoch", options.initialEpoch, 0);
  const { validationFreq: frequency } = options;
  if (typeof frequency === "number") checkCount("fit", "validationFreq", frequency, 1);
  else if (frequency !== undefined && !Array.isArray(frequency)) {
    throw new ValueError(`[fit] validationFreq must be a number or a list of epochs: got ${describeValue(frequency)}`);
  }
}

/** What `validationData` says to validate on; null for nothing. */
async function validationPasses(trainer: Trainer, options: FitOptions): Promise<Passes | null> {
  const { validationData, validationSteps: steps = null, signal } = options;
  if (validationData === null || validationData === undefined) return null;
  if (isStream(validationData)) return testPasses(trainer, "fit", validationData, null, null, { steps, signal });
  if (!Array.isArray(validationData) || validationData.length < 2 || validationData.length > 3) {
    throw new ValueError(
      `[fit] validationData must be [x, y], [x, y, sampleWeight] or a stream of batches: got ${describeValue(validationData)}`,
    );
  }
  const [x, y, sampleWeight] = validationData as readonly [Data, Data, Data?];
  const batchSize = options.validationBatchSize ?? options.batchSize ?? null;
  try {
    return await testPasses(trainer, "fit", x, y, sampleWeight, { batchSize, steps, signal });
  } catch (error) {
    if (error instanceof Error) error.message = error.message.replace("[fit] ", "[fit] validationData: ");
    throw error;
  }
}

function validatesAfter(epoch: number, frequency: number | readonly number[]): boolean {
  return typeof frequency === "number" ? (epoch + 1) % frequency === 0 : frequency.includes(epoch + 1);
}
