import { field, type Field, type KerasIdentity, ops, type Tensor, type Variable, withLeading } from "@neurite/core";
import { type LearningRateLike, Optimizer, type OptimizerOptions } from "./optimizer.ts";

/** Options of {@link Ftrl}. */
export interface FtrlOptions extends OptimizerOptions {
  /** How the rate falls with the sum of squares; at most 0. Default -0.5. */
  readonly learningRatePower?: number;
  /** What sums of squares start from. Default 0.1. */
  readonly initialAccumulatorValue?: number;
  /** Default 0. */
  readonly l1RegularizationStrength?: number;
  /** Default 0. */
  readonly l2RegularizationStrength?: number;
  /** A penalty on weights, where `l2RegularizationStrength` stabilizes. Default 0. */
  readonly l2ShrinkageRegularizationStrength?: number;
  /** Default 0. */
  readonly beta?: number;
}

/**
 * "Follow the regularized leader", for sparse features. Default rate 0.001. (McMahan et al., 2013)
 *
 * @example
 * const w = new Variable([1, 2]);
 * new Ftrl({ learningRate: 0.1 }).apply([tensor([1, 1])], [w]);
 * await w.array(); // [0.60314, 1.3016]
 */
export class Ftrl extends Optimizer {
  static readonly keras: KerasIdentity = { module: "keras.optimizers", className: "Ftrl" };
  static override readonly fields: readonly Field[] = [
    field.number("learningRatePower", { default: -0.5, max: 0 }),
    field.number("initialAccumulatorValue", { default: 0.1, min: 0 }),
    field.number("l1RegularizationStrength", { key: "l1_regularization_strength", default: 0, min: 0 }),
    field.number("l2RegularizationStrength", { key: "l2_regularization_strength", default: 0, min: 0 }),
    field.number("l2ShrinkageRegularizationStrength", { key: "l2_shrinkage_regularization_strength", default: 0, min: 0 }),
    field.number("beta", { default: 0 }),
  ];
  declare readonly learningRatePower: number;
  declare readonly initialAccumulatorValue: number;
  declare readonly l1RegularizationStrength: number;
  declare readonly l2RegularizationStrength: number;
  declare readonly l2ShrinkageRegularizationStrength: number;
  declare readonly beta: number;
  #accumulators: readonly Variable[] = [];
  #linears: readonly Variable[] = [];

  /** @param learningRate The option of that name; or all options. */
  constructor(learningRate: LearningRateLike | FtrlOptions = {}, options: FtrlOptions = {}) {
    super(withLeading(["learningRate"], [learningRate, options]));
  }

  protected override buildSlots(variables: readonly Variable[]): void {
    [this.#accumulators = [], this.#linears = []] = this.addSlots(
      variables,
      { name: "accumulator", initialValue: this.initialAccumulatorValue },
      { name: "linear" },
    );
  }

  protected override updateStep(gradient: Tensor, variable: Variable, learningRate: Tensor): void {
    const power = -this.learningRatePower;
    const l1 = this.l1RegularizationStrength;
    const accumulator = this.slotOf(this.#accumulators, variable);
    const linear = this.slotOf(this.#linears, variable);
    const shrinkage = this.l2ShrinkageRegularizationStrength;
    const shrunk = shrinkage === 0 ? gradient : ops.add(gradient, ops.multiply(variable, 2 * shrinkage));
    const total = ops.add(accumulator, ops.square(gradient));
    const raised = ops.power(total, power);
    const sigma = ops.divide(ops.subtract(raised, ops.power(accumulator, power)), learningRate);
    linear.assignAdd(ops.subtract(shrunk, ops.multiply(sigma, variable)));
    const l2 = ops.add(ops.divide(this.beta / 2, learningRate), this.l2RegularizationStrength);
    const quadratic = ops.add(ops.divide(raised, learningRate), ops.multiply(l2, 2));
    variable.assign(ops.divide(ops.subtract(ops.clip(linear, -l1, l1), linear), quadratic));
    accumulator.assign(total);
  }
}
