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
}

type Hook<A extends unknown[]> = (...args: A) => void | Promise<void>;

/** Something that listens to training. Every hook may be async; those that are missing cost nothing. */
export interface CallbackLike {
  setModel?(model: CallbackModel): void;
  setParams?(params: CallbackParams): void;
  onTrainBegin?: Hook<[logs?: Logs]>;
  onTrainEnd?: Hook<[logs?: Logs]>;
  onEpochBegin?: Hook<[epoch: number, logs?: Logs]>;
  onEpochEnd?: Hook<[epoch: number, logs?: Logs]>;
  onTrainBatchBegin?: Hook<[batch: number, logs?: Logs]>;
  onTrainBatchEnd?: Hook<[batch: number, logs?: Logs]>;
  onTestBegin?: Hook<[logs?: Logs]>;
  onTestEnd?: Hook<[logs?: Logs]>;
  onTestBatchBegin?: Hook<[batch: number, logs?: Logs]>;
  onTestBatchEnd?: Hook<[batch: number, logs?: Logs]>;
  onPredictBegin?: Hook<[logs?: Logs]>;
  onPredictEnd?: Hook<[logs?: Logs]>;
  onPredictBatchBegin?: Hook<[batch: number, logs?: Logs]>;
  onPredictBatchEnd?: Hook<[batch: number, logs?: Logs]>;
}
