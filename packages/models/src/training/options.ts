import { type CallbackLike, type OptimizerLike, suggest, type TensorLike, ValueError } from "@neurite/core";
import type { Data } from "./data.ts";
import type { ObjectiveOptions } from "./objective.ts";
import type { ClassWeights } from "./samples.ts";
import type { BatchStream } from "./stream.ts";

/** Options of {@link Model.compile}. */
export interface CompileModelOptions extends ObjectiveOptions {
  /** Keras's name ("adam"), or an optimizer. Default "rmsprop". */
  readonly optimizer?: string | OptimizerLike;
  /** Keras's name, a Loss or a function; a list or an object by output name where there are several outputs. */
  readonly loss?: ObjectiveOptions["loss"];
  /** Weights of the outputs' losses in the total. Default 1 each. */
  readonly lossWeights?: ObjectiveOptions["lossWeights"];
  /** Names, Metrics or functions; one list for each output (or an object of lists by output name) where there are several outputs. */
  readonly metrics?: ObjectiveOptions["metrics"];
  /** Metrics that are weighted by sample weights. */
  readonly weightedMetrics?: ObjectiveOptions["weightedMetrics"];
  /** Run op by op, for debugging. Default false. */
  readonly runEagerly?: boolean;
  /**
   * Steps that are one call of the device even where callbacks listen to batches, which they then hear of once a call. Default "auto": as many as
   * take a few milliseconds where nobody listens, else one.
   */
  readonly stepsPerExecution?: number | "auto";
  /** With the policy "mixed_float16", scales the loss so that small gradients do not vanish. Default true. */
  readonly autoScaleLoss?: boolean;
}

/** What is printed: nothing (0), a progress bar (1), or one line an epoch (2); "auto", the default, is 1 on a terminal, else 2. */
export type Verbosity = "auto" | 0 | 1 | 2;

/** Options of {@link Model.fit}. */
export interface FitOptions {
  /** Samples a step; default 32, or with `stepsPerEpoch` what makes that many steps. The last batch of an epoch may be smaller. */
  readonly batchSize?: number | null;
  /** Index of the last epoch; default 1. */
  readonly epochs?: number;
  readonly verbose?: Verbosity;
  readonly callbacks?: readonly CallbackLike[];
  /** Part of the data, taken from its end before shuffling, to validate on: 0 to 1. */
  readonly validationSplit?: number;
  /** [x, y] or [x, y, sampleWeight], or a stream of such batches; wins over validationSplit. */
  readonly validationData?: readonly [Data, Data | null] | readonly [Data, Data | null, Data | null] | BatchStream | null;
  /** Shuffle the samples before each epoch; default true. Follows `setSeed`. */
  readonly shuffle?: boolean;
  /** Weight of each class in training, for integer or one-hot targets; default 1. */
  readonly classWeight?: ClassWeights | null;
  /** One weight a sample, [samples] or [samples, …]; or one such array for each output. */
  readonly sampleWeight?: Data | null;
  /** Epoch to start at, for resumed training; default 0. */
  readonly initialEpoch?: number;
  /**
   * Batches an epoch; default all. The next epoch goes on where this one ended; one that meets the end of the data is shorter, and ends the training
   * where the data are a stream.
   */
  readonly stepsPerEpoch?: number | null;
  /** Batches of the validation data to look at; default all. */
  readonly validationSteps?: number | null;
  /** Default: that of training. */
  readonly validationBatchSize?: number | null;
  /** Validate every so many epochs (default 1), or after the epochs listed, counted from 1. */
  readonly validationFreq?: number | readonly number[];
  /** Ends training between two steps; `fit` rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Options of {@link Model.evaluate}. */
export interface EvaluateOptions {
  /** Samples a step; default 32, or with `steps` what makes that many steps. */
  readonly batchSize?: number | null;
  readonly verbose?: Verbosity;
  /** One weight a sample, [samples] or [samples, …]; or one such array for each output. */
  readonly sampleWeight?: Data | null;
  /** Batches to look at; default all. */
  readonly steps?: number | null;
  readonly callbacks?: readonly CallbackLike[];
  /** Ends evaluation between two steps; `evaluate` rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Options of {@link Model.predict}. */
export interface PredictOptions {
  /** Samples a step; default 32, or with `steps` what makes that many steps. */
  readonly batchSize?: number | null;
  readonly verbose?: Verbosity;
  /** Batches to predict; default all. */
  readonly steps?: number | null;
  readonly callbacks?: readonly CallbackLike[];
  /** Call layers as in training: with `true`, dropout stays on (Monte Carlo dropout). Default false. */
  readonly training?: boolean;
  /** Ends prediction between two steps; `predict` rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Options of {@link Model.trainOnBatch}. */
export interface TrainOnBatchOptions {
  /** One weight a sample, [samples] or [samples, …]; or one such array for each output. */
  readonly sampleWeight?: TensorLike | Data | null;
  /** Weight of each class, for integer or one-hot targets; default 1. */
  readonly classWeight?: ClassWeights | null;
}

/** Options of {@link Model.testOnBatch}. */
export interface TestOnBatchOptions {
  /** One weight a sample, [samples] or [samples, …]; or one such array for each output. */
  readonly sampleWeight?: TensorLike | Data | null;
}

type OptionNames<O> = Readonly<Record<keyof O, true>>;

export const compileOptions: OptionNames<CompileModelOptions> = {
  optimizer: true,
  loss: true,
  lossWeights: true,
  metrics: true,
  weightedMetrics: true,
  runEagerly: true,
  stepsPerExecution: true,
  autoScaleLoss: true,
};

export const fitOptions: OptionNames<FitOptions> = {
  batchSize: true,
  epochs: true,
  verbose: true,
  callbacks: true,
  validationSplit: true,
  validationData: true,
  shuffle: true,
  classWeight: true,
  sampleWeight: true,
  initialEpoch: true,
  stepsPerEpoch: true,
  validationSteps: true,
  validationBatchSize: true,
  validationFreq: true,
  signal: true,
};

export const evaluateOptions: OptionNames<EvaluateOptions> = {
  batchSize: true,
  verbose: true,
  sampleWeight: true,
  steps: true,
  callbacks: true,
  signal: true,
};

export const predictOptions: OptionNames<PredictOptions> = {
  batchSize: true,
  verbose: true,
  steps: true,
  callbacks: true,
  training: true,
  signal: true,
};

/** Throws for options that nobody reads: most likely they are misspelt. */
export function refuseUnknown(job: string, options: object, known: Readonly<Record<string, true>>): void {
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(known, name))
      throw new ValueError(`[${job}] unknown option ${JSON.stringify(name)}${suggest(name, Object.keys(known))}`);
  }
}
