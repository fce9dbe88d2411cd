import type { Entries } from "@neurite/core";
import { LossFunctionWrapper } from "./core/loss-function-wrapper.ts";
import { BinaryCrossentropy } from "./classification/binary-crossentropy.ts";
import { BinaryFocalCrossentropy } from "./classification/binary-focal-crossentropy.ts";
import { CategoricalCrossentropy } from "./classification/categorical-crossentropy.ts";
import { CategoricalFocalCrossentropy } from "./classification/categorical-focal-crossentropy.ts";
import { CategoricalGeneralizedCrossEntropy } from "./classification/categorical-generalized-cross-entropy.ts";
import { CategoricalHinge } from "./classification/categorical-hinge.ts";
import { Hinge } from "./classification/hinge.ts";
import { KLDivergence } from "./classification/kl-divergence.ts";
import { SparseCategoricalCrossentropy } from "./classification/sparse-categorical-crossentropy.ts";
import { SquaredHinge } from "./classification/squared-hinge.ts";
import { Huber } from "./regression/huber.ts";
import { LogCosh } from "./regression/log-cosh.ts";
import { MeanAbsoluteError } from "./regression/mean-absolute-error.ts";
import { MeanAbsolutePercentageError } from "./regression/mean-absolute-percentage-error.ts";
import { MeanSquaredError } from "./regression/mean-squared-error.ts";
import { MeanSquaredLogarithmicError } from "./regression/mean-squared-logarithmic-error.ts";
import { Poisson } from "./regression/poisson.ts";
import { CTC } from "./sequence/ctc.ts";
import { Dice } from "./segmentation/dice.ts";
import { Tversky } from "./segmentation/tversky.ts";
import { Circle } from "./similarity/circle.ts";
import { CosineSimilarity } from "./similarity/cosine-similarity.ts";

/** String identifiers of the losses, as Keras spells them. */
export type LossName =
  | "binary_crossentropy" | "BCE" | "bce" | "binary_focal_crossentropy" | "categorical_crossentropy" | "categorical_focal_crossentropy"
  | "categorical_generalized_cross_entropy" | "categorical_hinge" | "circle" | "cosine_similarity" | "ctc" | "dice" | "hinge" | "huber"
  | "kl_divergence" | "kld" | "KLD" | "log_cosh" | "mean_absolute_error" | "mae" | "MAE" | "mean_absolute_percentage_error" | "mape"
  | "MAPE" | "mean_squared_error" | "mse" | "MSE" | "mean_squared_logarithmic_error" | "msle" | "MSLE" | "poisson"
  | "sparse_categorical_crossentropy" | "squared_hinge" | "tversky"; // prettier-ignore

const names: Readonly<Record<LossName, unknown>> = {
  binary_crossentropy: BinaryCrossentropy, BCE: BinaryCrossentropy, bce: BinaryCrossentropy,
  binary_focal_crossentropy: BinaryFocalCrossentropy, categorical_crossentropy: CategoricalCrossentropy,
  categorical_focal_crossentropy: CategoricalFocalCrossentropy,
  categorical_generalized_cross_entropy: CategoricalGeneralizedCrossEntropy, categorical_hinge: CategoricalHinge, circle: Circle,
  cosine_similarity: CosineSimilarity, ctc: CTC, dice: Dice, hinge: Hinge, huber: Huber, kl_divergence: KLDivergence, kld: KLDivergence,
  KLD: KLDivergence, log_cosh: LogCosh, mean_absolute_error: MeanAbsoluteError, mae: MeanAbsoluteError, MAE: MeanAbsoluteError,
  mean_absolute_percentage_error: MeanAbsolutePercentageError, mape: MeanAbsolutePercentageError, MAPE: MeanAbsolutePercentageError,
  mean_squared_error: MeanSquaredError, mse: MeanSquaredError, MSE: MeanSquaredError,
  mean_squared_logarithmic_error: MeanSquaredLogarithmicError, msle: MeanSquaredLogarithmicError, MSLE: MeanSquaredLogarithmicError,
  poisson: Poisson, sparse_categorical_crossentropy: SparseCategoricalCrossentropy, squared_hinge: SquaredHinge, tversky: Tversky,
}; // prettier-ignore

/** Loss classes by class name and by identifier. */
export const losses: Entries & { readonly [K in LossName]: unknown } = {
  BinaryCrossentropy, BinaryFocalCrossentropy, CategoricalCrossentropy, CategoricalFocalCrossentropy, CategoricalGeneralizedCrossEntropy,
  CategoricalHinge, Circle, CosineSimilarity, CTC, Dice, Hinge, Huber, KLDivergence, LogCosh, LossFunctionWrapper, MeanAbsoluteError,
  MeanAbsolutePercentageError, MeanSquaredError, MeanSquaredLogarithmicError, Poisson, SparseCategoricalCrossentropy, SquaredHinge,
  Tversky, ...names,
}; // prettier-ignore
