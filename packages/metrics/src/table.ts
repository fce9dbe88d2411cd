import type { Entries } from "@neurite/core";
import { Accuracy } from "./accuracy/accuracy.ts";
import { BinaryAccuracy } from "./accuracy/binary-accuracy.ts";
import { CategoricalAccuracy } from "./accuracy/categorical-accuracy.ts";
import { SparseCategoricalAccuracy } from "./accuracy/sparse-categorical-accuracy.ts";
import { SparseTopKCategoricalAccuracy } from "./accuracy/sparse-top-k-categorical-accuracy.ts";
import { TopKCategoricalAccuracy } from "./accuracy/top-k-categorical-accuracy.ts";
import { AUC } from "./confusion/auc.ts";
import { FBetaScore } from "./confusion/f-beta-score.ts";
import { F1Score } from "./confusion/f1-score.ts";
import { FalseNegatives } from "./confusion/false-negatives.ts";
import { FalsePositives } from "./confusion/false-positives.ts";
import { Precision } from "./confusion/precision.ts";
import { PrecisionAtRecall } from "./confusion/precision-at-recall.ts";
import { Recall } from "./confusion/recall.ts";
import { RecallAtPrecision } from "./confusion/recall-at-precision.ts";
import { SensitivityAtSpecificity } from "./confusion/sensitivity-at-specificity.ts";
import { SpecificityAtSensitivity } from "./confusion/specificity-at-sensitivity.ts";
import { TrueNegatives } from "./confusion/true-negatives.ts";
import { TruePositives } from "./confusion/true-positives.ts";
import { ConcordanceCorrelation } from "./correlation/concordance-correlation.ts";
import { PearsonCorrelation } from "./correlation/pearson-correlation.ts";
import { BinaryIoU } from "./iou/binary-iou.ts";
import { IoU } from "./iou/iou.ts";
import { MeanIoU } from "./iou/mean-iou.ts";
import { OneHotIoU } from "./iou/one-hot-iou.ts";
import { OneHotMeanIoU } from "./iou/one-hot-mean-iou.ts";
import { R2Score } from "./regression/r2-score.ts";
import { CategoricalHinge } from "./hinge/categorical-hinge.ts";
import { Hinge } from "./hinge/hinge.ts";
import { SquaredHinge } from "./hinge/squared-hinge.ts";
import { BinaryCrossentropy } from "./probabilistic/binary-crossentropy.ts";
import { CategoricalCrossentropy } from "./probabilistic/categorical-crossentropy.ts";
import { KLDivergence } from "./probabilistic/kl-divergence.ts";
import { Poisson } from "./probabilistic/poisson.ts";
import { SparseCategoricalCrossentropy } from "./probabilistic/sparse-categorical-crossentropy.ts";
import { MeanMetricWrapper } from "./reduction/mean-metric-wrapper.ts";
import { Mean } from "./reduction/mean.ts";
import { Sum } from "./reduction/sum.ts";
import { CosineSimilarity } from "./regression/cosine-similarity.ts";
import { LogCoshError } from "./regression/log-cosh-error.ts";
import { MeanAbsoluteError } from "./regression/mean-absolute-error.ts";
import { MeanAbsolutePercentageError } from "./regression/mean-absolute-percentage-error.ts";
import { MeanSquaredError } from "./regression/mean-squared-error.ts";
import { MeanSquaredLogarithmicError } from "./regression/mean-squared-logarithmic-error.ts";
import { RootMeanSquaredError } from "./regression/root-mean-squared-error.ts";

/** String identifiers of the metrics, as Keras spells them ("accuracy" is the one that fits the output). */
export type MetricName =
  | "accuracy" | "acc" | "binary_accuracy" | "categorical_accuracy" | "sparse_categorical_accuracy" | "top_k_categorical_accuracy"
  | "sparse_top_k_categorical_accuracy" | "hinge" | "squared_hinge" | "categorical_hinge" | "binary_crossentropy" | "bce" | "BCE"
  | "categorical_crossentropy" | "sparse_categorical_crossentropy" | "kl_divergence" | "poisson" | "mean" | "sum" | "cosine_similarity"
  | "log_cosh_error" | "mean_absolute_error" | "mae" | "MAE" | "mean_absolute_percentage_error" | "mape" | "MAPE"
  | "mean_squared_error" | "mse" | "MSE" | "mean_squared_logarithmic_error" | "msle" | "MSLE" | "root_mean_squared_error"
  | "auc" | "f_beta_score" | "f1_score" | "false_negatives" | "false_positives" | "precision" | "recall" | "true_negatives" | "true_positives" | "concordance_correlation" | "pearson_correlation" | "binary_io_u" | "r2_score"; // prettier-ignore

const names: Readonly<Record<MetricName, unknown>> = {
  accuracy: Accuracy, acc: Accuracy, binary_accuracy: BinaryAccuracy, categorical_accuracy: CategoricalAccuracy,
  sparse_categorical_accuracy: SparseCategoricalAccuracy, top_k_categorical_accuracy: TopKCategoricalAccuracy,
  sparse_top_k_categorical_accuracy: SparseTopKCategoricalAccuracy, hinge: Hinge, squared_hinge: SquaredHinge,
  categorical_hinge: CategoricalHinge, binary_crossentropy: BinaryCrossentropy, bce: BinaryCrossentropy, BCE: BinaryCrossentropy,
  categorical_crossentropy: CategoricalCrossentropy, sparse_categorical_crossentropy: SparseCategoricalCrossentropy,
  kl_divergence: KLDivergence, poisson: Poisson, mean: Mean, sum: Sum, cosine_similarity: CosineSimilarity, log_cosh_error: LogCoshError,
  mean_absolute_error: MeanAbsoluteError, mae: MeanAbsoluteError, MAE: MeanAbsoluteError,
  mean_absolute_percentage_error: MeanAbsolutePercentageError, mape: MeanAbsolutePercentageError, MAPE: MeanAbsolutePercentageError,
  mean_squared_error: MeanSquaredError, mse: MeanSquaredError, MSE: MeanSquaredError,
  mean_squared_logarithmic_error: MeanSquaredLogarithmicError, msle: MeanSquaredLogarithmicError, MSLE: MeanSquaredLogarithmicError,
  root_mean_squared_error: RootMeanSquaredError, auc: AUC, f_beta_score: FBetaScore, f1_score: F1Score, false_negatives: FalseNegatives, false_positives: FalsePositives, precision: Precision, recall: Recall, true_negatives: TrueNegatives, true_positives: TruePositives, concordance_correlation: ConcordanceCorrelation, pearson_correlation: PearsonCorrelation, binary_io_u: BinaryIoU, r2_score: R2Score,
}; // prettier-ignore

/** Metric classes by class name and by identifier. */
export const metrics: Entries & { readonly [K in MetricName]: unknown } = {
  Accuracy, BinaryAccuracy, BinaryCrossentropy, CategoricalAccuracy, CategoricalCrossentropy, CategoricalHinge, CosineSimilarity, Hinge,
  KLDivergence, LogCoshError, Mean, MeanAbsoluteError, MeanAbsolutePercentageError, MeanMetricWrapper, MeanSquaredError,
  MeanSquaredLogarithmicError, Poisson, RootMeanSquaredError, SparseCategoricalAccuracy, SparseCategoricalCrossentropy,
  SparseTopKCategoricalAccuracy, SquaredHinge, Sum, TopKCategoricalAccuracy, AUC, FBetaScore, F1Score, FalseNegatives, FalsePositives, Precision, PrecisionAtRecall, Recall, RecallAtPrecision, SensitivityAtSpecificity, SpecificityAtSensitivity, TrueNegatives, TruePositives, ConcordanceCorrelation, PearsonCorrelation, BinaryIoU, IoU, MeanIoU, OneHotIoU, OneHotMeanIoU, R2Score, ...names,
}; // prettier-ignore
