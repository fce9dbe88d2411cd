export { getLoss, isLoss, type LossLike } from "./core/get-loss.ts";
export { Loss, type LossCallOptions, type LossFunction, type LossOptions } from "./core/loss.ts";
export { LossFunctionWrapper } from "./core/loss-function-wrapper.ts";
export { alignRanks, reduceWeighted, type Reduction } from "./core/reduction.ts";
export {
  binaryCrossentropy,
  BinaryCrossentropy,
  type BinaryCrossentropyFunctionOptions,
  type BinaryCrossentropyOptions,
} from "./classification/binary-crossentropy.ts";
export {
  binaryFocalCrossentropy,
  BinaryFocalCrossentropy,
  type BinaryFocalCrossentropyFunctionOptions,
  type BinaryFocalCrossentropyOptions,
} from "./classification/binary-focal-crossentropy.ts";
export {
  categoricalCrossentropy,
  CategoricalCrossentropy,
  type CategoricalCrossentropyFunctionOptions,
  type CategoricalCrossentropyOptions,
} from "./classification/categorical-crossentropy.ts";
export {
  categoricalFocalCrossentropy,
  CategoricalFocalCrossentropy,
  type CategoricalFocalCrossentropyFunctionOptions,
  type CategoricalFocalCrossentropyOptions,
} from "./classification/categorical-focal-crossentropy.ts";
export {
  categoricalGeneralizedCrossEntropy,
  CategoricalGeneralizedCrossEntropy,
  type CategoricalGeneralizedCrossEntropyFunctionOptions,
  type CategoricalGeneralizedCrossEntropyOptions,
} from "./classification/categorical-generalized-cross-entropy.ts";
export { categoricalHinge, CategoricalHinge } from "./classification/categorical-hinge.ts";
export { hinge, Hinge } from "./classification/hinge.ts";
export { klDivergence, KLDivergence } from "./classification/kl-divergence.ts";
export {
  sparseCategoricalCrossentropy,
  SparseCategoricalCrossentropy,
  type SparseCategoricalCrossentropyFunctionOptions,
  type SparseCategoricalCrossentropyOptions,
} from "./classification/sparse-categorical-crossentropy.ts";
export { squaredHinge, SquaredHinge } from "./classification/squared-hinge.ts";
export { huber, Huber, type HuberFunctionOptions, type HuberOptions } from "./regression/huber.ts";
export { logCosh, LogCosh } from "./regression/log-cosh.ts";
export { meanAbsoluteError, MeanAbsoluteError } from "./regression/mean-absolute-error.ts";
export { meanAbsolutePercentageError, MeanAbsolutePercentageError } from "./regression/mean-absolute-percentage-error.ts";
export { meanSquaredError, MeanSquaredError } from "./regression/mean-squared-error.ts";
export { meanSquaredLogarithmicError, MeanSquaredLogarithmicError } from "./regression/mean-squared-logarithmic-error.ts";
export { poisson, Poisson } from "./regression/poisson.ts";
export { ctc, CTC } from "./sequence/ctc.ts";
export { dice, Dice, type DiceFunctionOptions, type DiceOptions } from "./segmentation/dice.ts";
export { tversky, Tversky, type TverskyFunctionOptions, type TverskyOptions } from "./segmentation/tversky.ts";
export { circle, Circle, type CircleFunctionOptions, type CircleOptions } from "./similarity/circle.ts";
export {
  cosineSimilarity,
  CosineSimilarity,
  type CosineSimilarityFunctionOptions,
  type CosineSimilarityOptions,
} from "./similarity/cosine-similarity.ts";
export { losses, type LossName } from "./table.ts";
export { lossesPlugin } from "./plugin.ts";
