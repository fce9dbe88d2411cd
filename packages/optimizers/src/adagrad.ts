import { field, type Field, type KerasIdentity, ops, type Tensor, type Variable, withLeading } from "@neurite/core";
import { type LearningRateLike, Optimizer, type OptimizerOptions } from "./optimizer.ts";

/** Options of {@link Adagrad}. */
export interface AdagradOptions extends OptimizerOptions {
  /** What sums of squares start from. Default 0.1. */
  readonly initialAccumulatorValue?: number;
  /** Keeps divisions finite. Default 1e-7. */
  readonly epsilon?: number;
}

/**
 * Gradients divided by the root of the sum of all squares so far. Default rate 0.001. (Duchi et al., 2011)
 *
 * @example
 * const w = new Variable([1, 2]);
 * new Adagrad({ learningRate: 0.1 }).apply([tensor([1, 1])], [w]);
 * await w.array(); // [0.90465, 1.9047]
 */
export class Adagrad extends Optimizer {
  static readonly keras: KerasIdentity = { module: "keras.optimizers", className: "Adagrad" };
  static override readonly fields: readonly Field[] = [
    field.number("initialAccumulatorValue", { default: 0.1, min: 0 }),
    field.number("epsilon", { default: 1e-7, min: 0 }),
  ];
  declare readonly initialAccumulatorValue: number;
  declare readonly epsilon: number;
  #accumulators: readonly Variable[] = [];

  /** @param learningRate The option of that name; or all options. */
  constructor(learningRate: LearningRateLike | AdagradOptions = {}, options: AdagradOptions = {}) {
    super(withLeading(["learningRate"], [learningRate, options]));
  }

  protected override buildSlots(variables: readonly Variable[]): void {
    [this.#accumulators = []] = this.addSlots(variables, { name: "accumulator", initialValue: this.initialAccumulatorValue });
  }

  protected override updateStep(gradient: Tensor, variable: Variable, learningRate: Tensor): void {
    const accumulator = this.slotOf(this.#accumulators, variable);
    accumulator.assignAdd(ops.square(gradient));
    variable.assignSub(ops.divide(ops.multiply(gradient, learningRate), ops.sqrt(ops.add(accumulator, this.epsilon))));
  }
}
