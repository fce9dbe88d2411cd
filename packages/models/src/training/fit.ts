import { type Logs, tensor, ValueError, withDevice } from "@neurite/core";
import { History } from "@neurite/callbacks";
import { callbacksOf } from "./callbacks.ts";
import { checkCount, type Data } from "./data.ts";
import { evaluateSamples } from "./evaluate.ts";
import { type FitOptions, fitOptions, refuseUnknown } from "./options.ts";
import { type Samples, splitSamples, weightClasses } from "./samples.ts";
import { permutation, shuffleSource } from "./shuffle.ts";
import type { Trainer } from "./trainer.ts";
import { planSteps, walkBatches } from "./walk.ts";

/** Trains for a number of epochs. */
export async function fit(trainer: Trainer, x: Data, y: Data | null, options: FitOptions): Promise<History> {
  checkOptions(options);
  const { model } = trainer;
  const { epochs = 1, initialEpoch = 0, validationFreq = 1, signal } = options;
  const all = trainer.gather("fit", x, y, options.sampleWeight);
  const split = withDevice(trainer.device, () => splitSamples(all, options.validationData ? 0 : (options.validationSplit ?? 0)));
  const validation = gatherValidation(trainer, options) ?? split.validation;
  trainer.prepareTraining();
  const training = await weightClasses("fit", split.training, options.classWeight);
  const { batchSize, steps } = planSteps(training.count, options.batchSize, options.stepsPerEpoch);
  const testPlan = validation && planSteps(validation.count, options.validationBatchSize ?? batchSize, options.validationSteps);

  const history = new History();
  const callbacks = callbacksOf("fit", model, options, [history], { epochs, steps });
  const readsLogs = callbacks.listens("onTrainBatchEnd");
  const listening = readsLogs || callbacks.listens("onTrainBatchBegin");
  const pass = await passesOver(trainer, training, Math.ceil(training.count / batchSize), options.shuffle ?? true);
  model.stopTraining = false;
  signal?.throwIfAborted();
  await callbacks.call("onTrainBegin");
  let logs: Logs | undefined;
  for (let epoch = initialEpoch; epoch < epochs; epoch++) {
    await callbacks.call("onEpochBegin", epoch);
    trainer.resetMetrics();
    const { data, first } = pass.next();
    const walk = { data, count: training.count, batchSize, first, steps, signal };
    const done = await walkBatches(trainer, trainer.trainWalker, walk, {
      listening,
      begin: (batch) => callbacks.call("onTrainBatchBegin", batch),
      end: async (batch) => callbacks.call("onTrainBatchEnd", batch, readsLogs ? await trainer.readLogs() : undefined),
      progress: (count) => callbacks.progress(count, steps, () => trainer.readLogs()),
      stopped: () => model.stopTraining,
    });
    pass.advance(done);
    logs = await trainer.readLogs();
    if (validation !== null && testPlan !== null && validatesAfter(epoch, validationFreq)) {
      const scores = await evaluateSamples(trainer, validation, testPlan, callbacks, signal);
      for (const [name, value] of Object.entries(scores)) logs[`val_${name}`] = value;
    }
    await callbacks.call("onEpochEnd", epoch, logs);
    if (model.stopTraining) break;
  }
  if (epochs > 0) trainer.run(() => trainer.optimizer.finalizeVariableValues?.(trainer.trainables));
  await callbacks.call("onTrainEnd", logs);
  return history;
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
    throw new ValueError(`[fit] validationFreq must be a number or a list of epochs: got ${typeof frequency}`);
  }
}

function gatherValidation(trainer: Trainer, { validationData }: FitOptions): Samples | null {
  if (validationData === null || validationData === undefined) return null;
  if (!Array.isArray(validationData) || validationData.length < 2 || validationData.length > 3) {
    throw new ValueError("[fit] validationData must be [x, y] or [x, y, sampleWeight]");
  }
  const [x, y, sampleWeight] = validationData as readonly [Data, Data, Data?];
  try {
    return trainer.gather("fit", x, y, sampleWeight);
  } catch (error) {
    if (error instanceof Error) error.message = error.message.replace("[fit] ", "[fit] validationData: ");
    throw error;
  }
}

function validatesAfter(epoch: number, frequency: number | readonly number[]): boolean {
  return typeof frequency === "number" ? (epoch + 1) % frequency === 0 : frequency.includes(epoch + 1);
}

/** Passes over the data, each in an order of its own. An epoch of fewer steps leaves the rest of its pass to the next one. */
async function passesOver(
  trainer: Trainer,
  samples: Samples,
  batches: number,
  shuffle: boolean,
): Promise<{ next(): { data: Samples; first: number }; advance(steps: number): void }> {
  const random = shuffle ? await withDevice(trainer.device, shuffleSource) : null;
  let data = samples;
  let first = batches;
  return {
    next() {
      if (first >= batches) {
        first = 0;
        trainer.run(() => trainer.trainWalker.rewind());
        if (random !== null) data = { ...samples, order: [withDevice(trainer.device, () => tensor(permutation(samples.count, random)))] };
      }
      return { data, first };
    },
    advance(steps) {
      first += steps;
    },
  };
}
