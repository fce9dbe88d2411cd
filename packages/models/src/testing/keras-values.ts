/** Computed by Keras 3.15 on TensorFlow: see oracles/training.py, which prints them. */
export interface KerasRun {
  readonly history: Readonly<Record<string, readonly number[]>>;
  /** Loss, then metrics. */
  readonly evaluate: readonly number[];
  /** For the first two samples. */
  readonly predict: readonly number[];
}

export const kerasRuns: Readonly<Record<string, KerasRun>> = {
  regression: {
    history: {
      loss: [0.6193709, 0.6299742, 0.6259331],
      mae: [0.6815135, 0.710114, 0.7160548],
      val_loss: [0.8312677, 0.7389668, 0.6279528],
      val_mae: [0.8523777, 0.8037533, 0.7294335],
    },
    evaluate: [0.5363176, 0.6612566],
    predict: [-0.04903705, -0.1251367],
  },
  classification: {
    history: {
      accuracy: [0.68, 0.68, 0.68],
      loss: [1.060037, 1.016945, 0.9712688],
      val_accuracy: [0.3, 0.3, 0.3],
      val_loss: [1.092584, 1.081506, 1.068919],
    },
    evaluate: [1.069227, 0.34],
    predict: [0.3603225, 0.3945872, 0.2450903, 0.3255202, 0.4115639, 0.2629159],
  },
  weighted: {
    history: {
      accuracy: [0.66, 0.66, 0.66],
      loss: [0.4069123, 0.3995501, 0.3926427],
      mse: [0.2453807, 0.2391818, 0.2333722],
    },
    evaluate: [0.6788832, 0.66, 0.2285017],
    predict: [0.5689565, 0.5520233],
  },
  classWeighted: {
    history: {
      accuracy: [0.66, 0.9, 0.98],
      loss: [1.043128, 0.96188, 0.8900839],
    },
    evaluate: [0.7903676, 1.0],
    predict: [0.5282324, 0.2789559, 0.1928118, 0.2553171, 0.3828102, 0.3618727],
  },
  rmsprop: {
    history: {
      loss: [0.6763875, 0.6471903, 0.640539],
    },
    evaluate: [0.6228395],
    predict: [0.3749152, 0.1519457],
  },
};
