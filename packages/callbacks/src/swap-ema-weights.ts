import { optionsOf, ValueError, type Variable } from "@neurite/core";
import { Callback } from "./callback.ts";

/** Options of {@link SwapEMAWeights}. */
export interface SwapEMAWeightsOptions {
  /** Keeps the averages in the model from the end of each epoch to the beginning of the next, for callbacks that save it. Default false. */
  readonly swapOnEpoch?: boolean;
}

/** An optimizer with moving averages of its variables. */
interface Averaging {
  readonly useEma?: boolean;
  readonly movingAverages?: ReadonlyMap<Variable, Variable>;
  readonly innerOptimizer?: Averaging;
  readonly optimizers?: readonly Averaging[];
}

/**
 * Evaluates and predicts with the moving averages of the weights that an optimizer with `useEma` keeps, and trains on with the weights
 * themselves.
 *
 * @example
 * model.compile({ optimizer: new SGD({ useEma: true }), loss: "mse", metrics: ["mae"] });
 * await model.fit(x, y, { validationData: [xValid, yValid], callbacks: [new SwapEMAWeights()] });
 */
export class SwapEMAWeights extends Callback {
  readonly #swapOnEpoch: boolean;
  #averagesInModel = false;

  constructor(options: SwapEMAWeightsOptions = {}) {
    super();
    this.#swapOnEpoch = optionsOf("SwapEMAWeights", options).swapOnEpoch ?? false;
  }

  /** @throws ValueError when no optimizer keeps averages. */
  #pairs(): readonly (readonly [variable: Variable, average: Variable])[] {
    const given = (this.model.optimizer ?? {}) as Averaging;
    const optimizer = given.innerOptimizer ?? given;
    const averaging = (optimizer.optimizers ?? [optimizer]).filter(({ useEma }) => useEma === true);
    if (averaging.length === 0) throw new ValueError("[SwapEMAWeights] the optimizer must be made with useEma: true");
    return averaging.flatMap(({ movingAverages }) => [...(movingAverages ?? [])]);
  }

  #put(averagesInModel: boolean): void {
    if (this.#averagesInModel === averagesInModel) return;
    this.#averagesInModel = averagesInModel;
    for (const [variable, average] of this.#pairs()) {
      const value = variable.read();
      variable.assign(average.read());
      average.assign(value);
    }
  }

  override onTrainBegin(): void {
    this.#averagesInModel = false;
    this.#pairs();
  }

  override onEpochBegin(): void {
    this.#put(false);
  }

  override onEpochEnd(epoch: number): void {
    if (!this.#swapOnEpoch) return;
    this.#put(true);
    // At the end of training the averages are assigned to the weights, where they are already.
    if (epoch === this.params.epochs - 1) for (const [variable, average] of this.#pairs()) average.assign(variable.read());
  }

  override onTestBegin(): void {
    this.#put(true);
  }

  override onTestEnd(): void {
    this.#put(false);
  }

  override onPredictBegin(): void {
    this.#put(true);
  }

  override onPredictEnd(): void {
    this.#put(false);
  }
}
