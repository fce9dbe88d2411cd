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
export { CosineSimilarity, type CosineSimilarityOptions } from "./regression/cosine-similarity.ts";
export { LogCoshError } from "./regression/log-cosh-error.ts";
export { MeanAbsoluteError } from "./regression/mean-absolute-error.ts";
export { MeanAbsolutePercentageError } from "./regression/mean-absolute-percentage-error.ts";
export { MeanSquaredError } from "./regression/mean-squared-error.ts";
export { MeanSquaredLogarithmicError } from "./regression/mean-squared-logarithmic-error.ts";
export { RootMeanSquaredError } from "./regression/root-mean-squared-error.ts";
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
