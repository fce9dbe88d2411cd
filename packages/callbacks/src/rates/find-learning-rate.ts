import { type CallbackModel, type Logs, type OptimizerLike, optionsOf, type Tensor, ValueError, type Variable } from "@neurite/core";
import { Callback } from "../callback.ts";
import { rateOf } from "./rate-of.ts";

/** What it needs of a model: that of `@neurite/models` has it. */
export interface SearchedModel<X, Y> extends CallbackModel {
  readonly built: boolean;
  readonly trainableVariables: readonly Variable[];
  resetMetrics(): void;
  fit(
    x: X,
    y: Y,
    options: { readonly epochs: number; readonly batchSize: number; readonly callbacks: readonly Callback[]; readonly verbose: 0 },
  ): Promise<unknown>;
}

/** Options of {@link findLearningRate}. */
export interface FindLearningRateOptions {
  /** Rate of the first batch. Default 1e-5. */
  readonly minRate?: number;
  /** Rate that the last batch would have. Default 10. */
  readonly maxRate?: number;
  /** Default 1. */
  readonly epochs?: number;
  /** Samples a batch. Default 32. */
  readonly batchSize?: number;
  /** Ends the search once the loss is so many times its least value, and where it is not finite. Default 4. */
  readonly stopFactor?: number;
}

/** The losses of batches trained with ever higher rates. */
export interface LearningRateCurve {
  /** One a batch, rising. */
  readonly rates: readonly number[];
  /** Of each batch alone. */
  readonly losses: readonly number[];
  /** Rate of the least loss, smoothed over batches; a tenth of it is a good learning rate. */
  readonly bestRate: number;
}

/**
 * Trains with a rate that grows by a factor each batch, and gives the losses: where they fall fastest is the rate to use, a tenth of that where
 * they shoot up. The weights and the state of the optimizer are put back as they were. (Smith, 2015, https://arxiv.org/abs/1506.01186)
 *
 * @param x Inputs, as for `fit`. The growth is such that the last batch gets `maxRate`.
 * @throws ValueError for rates that do not rise, when the optimizer has a schedule, and for a model that is not built.
 * @example
 * const { rates, losses, bestRate } = await findLearningRate(model, x, y, { maxRate: 1 });
 * model.optimizer.learningRate = bestRate / 10;
 */
export async function findLearningRate<X, Y>(
  model: SearchedModel<X, Y>,
  x: X,
  y: Y,
  options: FindLearningRateOptions = {},
): Promise<LearningRateCurve> {
  const { minRate = 1e-5, maxRate = 10, epochs = 1, batchSize = 32, stopFactor = 4 } = optionsOf("findLearningRate", options);
  if (!(minRate > 0 && maxRate > minRate))
    throw new ValueError(`[findLearningRate] rates must be positive and rise: got ${minRate} to ${maxRate}`);
  if (model === undefined || model === null) throw new ValueError("[findLearningRate] the model is missing: it comes first");
  if (!model.built) throw new ValueError(`[findLearningRate] model "${model.name}" has no weights yet: call it, or build it, before`);
  rateOf(model, "findLearningRate");
  const optimizer = model.optimizer as OptimizerLike;
  optimizer.build(model.trainableVariables);
  const weights = await model.getWeights();
  const state = optimizer.variables.map((variable) => variable.read());
  const finder = new Finder(model, { minRate, maxRate, epochs, stopFactor });
  try {
    await model.fit(x, y, { epochs, batchSize, callbacks: [finder], verbose: 0 });
  } finally {
    model.setWeights(weights);
    optimizer.variables.forEach((variable, i) => variable.assign(state[i] as Tensor));
    model.stopTraining = false;
  }
  return { rates: finder.rates, losses: finder.losses, bestRate: bestOf(finder.rates, finder.losses) };
}

class Finder extends Callback {
  readonly rates: number[] = [];
  readonly losses: number[] = [];
  readonly #trained: { resetMetrics(): void };
  readonly #options: Required<Omit<FindLearningRateOptions, "batchSize">>;
  #least = Infinity;

  constructor(trained: { resetMetrics(): void }, options: Required<Omit<FindLearningRateOptions, "batchSize">>) {
    super();
    this.#trained = trained;
    this.#options = options;
  }

  override onTrainBatchBegin(): void {
    const { minRate, maxRate, epochs } = this.#options;
    const total = (this.params.steps ?? 100) * epochs;
    const rate = minRate * (maxRate / minRate) ** (this.rates.length / Math.max(1, total - 1));
    this.rates.push(rate);
    rateOf(this.model, "findLearningRate").assign(rate);
    // The loss in the logs is then that of this batch alone.
    this.#trained.resetMetrics();
  }

  override onTrainBatchEnd(_batch: number, logs: Logs = {}): void {
    const loss = logs["loss"] as number;
    this.losses.push(loss);
    this.#least = Math.min(this.#least, loss);
    if (!Number.isFinite(loss) || loss > this.#options.stopFactor * this.#least) this.model.stopTraining = true;
  }
}

/** The rate of the least loss, each taken as the mean of itself and its neighbours. */
function bestOf(rates: readonly number[], losses: readonly number[]): number {
  const smooth = losses.map((_, i) => {
    const near = losses.slice(Math.max(0, i - 2), i + 3);
    return near.reduce((a, b) => a + b) / near.length;
  });
  const least = smooth.reduce((best, loss, i) => (loss < (smooth[best] as number) ? i : best), 0);
  return rates[least] as number;
}
