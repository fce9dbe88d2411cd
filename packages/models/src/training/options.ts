import type { CallbackLike, OptimizerLike, TensorLike } from "@neurite/core";
import type { Data } from "./data.ts";
import type { LossLike } from "@neurite/losses";
import type { MetricLike } from "@neurite/metrics";
import type { PerOutput } from "./objective.ts";

export interface CompileModelOptions {
  /** Keras's name ("adam"), or an optimizer. Default "rmsprop". */
  readonly optimizer?: string | OptimizerLike;
  /** Keras's name, a Loss or a function; a list or an object by output name where there are several outputs. */
  readonly loss?: PerOutput<LossLike> | null;
  /** Weights of the outputs' losses in the total. */
  readonly lossWeights?: PerOutput<number> | null;
  readonly metrics?: PerOutput<MetricLike | readonly MetricLike[]> | null;
  /** Metrics that are weighted by sample weights. */
  readonly weightedMetrics?: PerOutput<MetricLike | readonly MetricLike[]> | null;
  /** Run op by op, for debugging. Default false. */
  readonly runEagerly?: boolean;
}

export interface FitOptions {
  /** Samples a step; default 32. The last batch of an epoch may be smaller. */
  readonly batchSize?: number;
  /** Index of the last epoch; default 1. */
  readonly epochs?: number;
  /** 0 silent, 1 progress bar, 2 one line an epoch; "auto" is 1 on a terminal, else 2. */
  readonly verbose?: "auto" | 0 | 1 | 2;
  readonly callbacks?: readonly CallbackLike[];
  /** Part of the data, taken from its end before shuffling, to validate on: 0 to 1. */
  readonly validationSplit?: number;
  /** [x, y] or [x, y, sampleWeight]; wins over validationSplit. */
  readonly validationData?: readonly [Data, Data] | readonly [Data, Data, TensorLike] | null;
  /** Shuffle the samples before each epoch; default true. Follows `setSeed`. */
  readonly shuffle?: boolean;
  /** Weight of each class, for integer or one-hot targets. */
  readonly classWeight?: Readonly<Record<number, number>> | null;
  /** One weight a sample, [samples]. */
  readonly sampleWeight?: TensorLike | null;
  /** Epoch to start at, for resumed training; default 0. */
  readonly initialEpoch?: number;
  /** Batches an epoch; default all. */
  readonly stepsPerEpoch?: number | null;
  readonly validationSteps?: number | null;
  readonly validationBatchSize?: number | null;
  /** Validate every so many epochs (default 1), or after the epochs listed. */
  readonly validationFreq?: number | readonly number[];
  /** Ends training between two steps; `fit` rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

export interface EvaluateOptions {
  readonly batchSize?: number;
  readonly verbose?: "auto" | 0 | 1 | 2;
  readonly sampleWeight?: TensorLike | null;
  readonly steps?: number | null;
  readonly callbacks?: readonly CallbackLike[];
  readonly signal?: AbortSignal;
}

export interface PredictOptions {
  readonly batchSize?: number;
  readonly verbose?: "auto" | 0 | 1 | 2;
  readonly steps?: number | null;
  readonly callbacks?: readonly CallbackLike[];
  /** Call layers as in training: with `true`, dropout stays on (Monte Carlo dropout). Default false. */
  readonly training?: boolean;
  readonly signal?: AbortSignal;
}
