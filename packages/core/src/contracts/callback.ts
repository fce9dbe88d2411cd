/** Metric values by name. Reading one of a running batch may cost a read from the device. */
export type Logs = Record<string, number>;

/** What `fit`, `evaluate` and `predict` tell callbacks about the job. */
export interface CallbackParams {
  readonly epochs: number;
  /** Batches an epoch; null where it is not known beforehand. */
  readonly steps: number | null;
  readonly verbose: "auto" | 0 | 1 | 2;
}

/** What a callback may do to the model it listens to. */
export interface CallbackModel {
  readonly name: string;
  /** Set to true to end training after the current step. */
  stopTraining: boolean;
  readonly optimizer: unknown;
  getWeights(): Promise<unknown[]>;
  setWeights(weights: readonly unknown[]): void;
  /** Set in `onTrainBegin`: the epoch to begin at (from 0), in place of the one that `fit` was given. null: that one. */
  initialEpoch?: number | null;
  /** Writes the whole model to a file. */
  save?(target: string): Promise<void>;
  /** Writes weights and the optimizer's state to a file. */
  saveWeights?(target: string): Promise<void>;
  /** Takes weights and the optimizer's state from a file. */
  loadWeights?(source: string): Promise<void>;
}

/** Something that listens to training. Every hook may be async; those that are missing cost nothing. */
export interface CallbackLike {
  setModel?(model: CallbackModel): void;
  setParams?(params: CallbackParams): void;
  onTrainBegin?(logs?: Logs): void | Promise<void>;
  onTrainEnd?(logs?: Logs): void | Promise<void>;
  /** `epoch` counts from 0. */
  onEpochBegin?(epoch: number, logs?: Logs): void | Promise<void>;
  /** `logs` holds the metrics of the epoch, and of the validation under "val_…". */
  onEpochEnd?(epoch: number, logs?: Logs): void | Promise<void>;
  onTrainBatchBegin?(batch: number, logs?: Logs): void | Promise<void>;
  /** `logs` holds the running metrics. With this hook each batch is a call of its own, with a read from the device. */
  onTrainBatchEnd?(batch: number, logs?: Logs): void | Promise<void>;
  onTestBegin?(logs?: Logs): void | Promise<void>;
  onTestEnd?(logs?: Logs): void | Promise<void>;
  onTestBatchBegin?(batch: number, logs?: Logs): void | Promise<void>;
  onTestBatchEnd?(batch: number, logs?: Logs): void | Promise<void>;
  onPredictBegin?(logs?: Logs): void | Promise<void>;
  onPredictEnd?(logs?: Logs): void | Promise<void>;
  onPredictBatchBegin?(batch: number, logs?: Logs): void | Promise<void>;
  onPredictBatchEnd?(batch: number, logs?: Logs): void | Promise<void>;
}
