export { getMetric, isAccuracyName, resolveAccuracy, type MetricLike } from "./core/get-metric.ts";
export { metrics, type MetricName } from "./table.ts";
export { metricsPlugin } from "./plugin.ts";
export { isMetric, Metric, type MetricOptions, type UpdateOptions } from "./core/metric.ts";
export { ComparisonMetric } from "./reduction/comparison-metric.ts";
export { MeanMetricWrapper, type MetricFunction } from "./reduction/mean-metric-wrapper.ts";
export { MeanMetric } from "./reduction/mean-metric.ts";
export { Mean } from "./reduction/mean.ts";
export { Sum } from "./reduction/sum.ts";
export { accuracy, Accuracy } from "./accuracy/accuracy.ts";
export {
  binaryAccuracy,
  BinaryAccuracy,
  type BinaryAccuracyFunctionOptions,
  type BinaryAccuracyOptions,
} from "./accuracy/binary-accuracy.ts";
export { categoricalAccuracy, CategoricalAccuracy } from "./accuracy/categorical-accuracy.ts";
export { sparseCategoricalAccuracy, SparseCategoricalAccuracy } from "./accuracy/sparse-categorical-accuracy.ts";
export {
  sparseTopKCategoricalAccuracy,
  SparseTopKCategoricalAccuracy,
  type SparseTopKCategoricalAccuracyOptions,
  type SparseTopKFunctionOptions,
} from "./accuracy/sparse-top-k-categorical-accuracy.ts";
export {
  topKCategoricalAccuracy,
  TopKCategoricalAccuracy,
  type TopKCategoricalAccuracyOptions,
  type TopKFunctionOptions,
} from "./accuracy/top-k-categorical-accuracy.ts";
export { AUC, type AUCOptions } from "./confusion/auc.ts";
export { ConditionCount, type ConditionCountOptions } from "./confusion/condition-count.ts";
export { type F1ScoreOptions, FBetaScore, type FBetaScoreOptions } from "./confusion/f-beta-score.ts";
export { F1Score } from "./confusion/f1-score.ts";
export { FalseNegatives } from "./confusion/false-negatives.ts";
export { FalsePositives } from "./confusion/false-positives.ts";
export { OperatingPoint, type OperatingPointOptions } from "./confusion/operating-point.ts";
export { PrecisionAtRecall } from "./confusion/precision-at-recall.ts";
export { Precision, type PrecisionOptions } from "./confusion/precision.ts";
export { RecallAtPrecision } from "./confusion/recall-at-precision.ts";
export { Recall, type RecallOptions } from "./confusion/recall.ts";
export { SensitivityAtSpecificity } from "./confusion/sensitivity-at-specificity.ts";
export { SpecificityAtSensitivity } from "./confusion/specificity-at-sensitivity.ts";
export { TrueNegatives } from "./confusion/true-negatives.ts";
export { TruePositives } from "./confusion/true-positives.ts";
export { CosineSimilarity, type CosineSimilarityOptions } from "./regression/cosine-similarity.ts";
export { LogCoshError } from "./regression/log-cosh-error.ts";
export { MeanAbsoluteError } from "./regression/mean-absolute-error.ts";
export { MeanAbsolutePercentageError } from "./regression/mean-absolute-percentage-error.ts";
export { MeanSquaredError } from "./regression/mean-squared-error.ts";
export { MeanSquaredLogarithmicError } from "./regression/mean-squared-logarithmic-error.ts";
export { R2Score, type R2ScoreOptions } from "./regression/r2-score.ts";
export { RootMeanSquaredError } from "./regression/root-mean-squared-error.ts";
export { concordanceCorrelation, ConcordanceCorrelation } from "./correlation/concordance-correlation.ts";
export { type CorrelationOptions, pearsonCorrelation, PearsonCorrelation } from "./correlation/pearson-correlation.ts";
export { BinaryCrossentropy, type BinaryCrossentropyOptions } from "./probabilistic/binary-crossentropy.ts";
export { CategoricalCrossentropy, type CategoricalCrossentropyOptions } from "./probabilistic/categorical-crossentropy.ts";
export { KLDivergence } from "./probabilistic/kl-divergence.ts";
export { Poisson } from "./probabilistic/poisson.ts";
export {
  SparseCategoricalCrossentropy,
  type SparseCategoricalCrossentropyOptions,
} from "./probabilistic/sparse-categorical-crossentropy.ts";
export { CategoricalHinge } from "./hinge/categorical-hinge.ts";
export { Hinge } from "./hinge/hinge.ts";
export { SquaredHinge } from "./hinge/squared-hinge.ts";
export { BinaryIoU, type BinaryIoUOptions } from "./iou/binary-iou.ts";
export { IoUBase, type IoUBaseOptions } from "./iou/iou-base.ts";
export { IoU, type IoUOptions } from "./iou/iou.ts";
export { MeanIoU, type MeanIoUOptions } from "./iou/mean-iou.ts";
export { OneHotIoU, type OneHotIoUOptions } from "./iou/one-hot-iou.ts";
export { OneHotMeanIoU, type OneHotMeanIoUOptions } from "./iou/one-hot-mean-iou.ts";
