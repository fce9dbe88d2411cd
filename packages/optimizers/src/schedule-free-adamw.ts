import { field, type Field, type KerasIdentity, ops, type Tensor, type Variable, withLeading } from "@neurite/core";
import { learningRateField, type LearningRateLike, Optimizer, type OptimizerOptions } from "./optimizer.ts";

/** Options of {@link ScheduleFreeAdamW}. */
export interface ScheduleFreeAdamWOptions extends OptimizerOptions {
  /** Share of the averaged weights in those that gradients are taken at, above 0 to 1. Default 0.9. */
  readonly beta1?: number;
  /** How slowly the mean of squares moves, 0 to 1. Default 0.999. */
  readonly beta2?: number;
  /** Keeps divisions finite. Default 1e-8. */
  readonly epsilon?: number;
  /** Steps over which the rate grows to its full value. Default 0. */
  readonly warmupSteps?: number;
}

/**
 * AdamW that averages weights instead of lowering the rate: no schedule is needed, nor the length of training known. The weights of the
 * model are those that gradients are taken at. Default rate 0.0025. (Defazio et al., 2024, https://arxiv.org/abs/2405.15682)
 *
 * As in the paper and in Keras on JAX. Keras 3.15 on TensorFlow and PyTorch reads the base weights after it has updated them where it means
 * those before, and so gives other weights from the second step on.
 *
 * @example
 * const w = new Variable([1, 2]);
 * new ScheduleFreeAdamW({ learningRate: 0.1 }).apply([tensor([1, 1])], [w]);
 * await w.array(); // [0.9, 1.9]
 */
export class ScheduleFreeAdamW extends Optimizer {
  static readonly keras: KerasIdentity = { module: "keras.optimizers", className: "ScheduleFreeAdamW" };
  static override readonly fields: readonly Field[] = [
    learningRateField(0.0025),
    field.number("beta1", { default: 0.9, min: Number.MIN_VALUE, max: 1 }),
    field.number("beta2", { default: 0.999, min: 0, max: 1 }),
    field.number("epsilon", { default: 1e-8, min: 0 }),
    field.integer("warmupSteps", { default: 0, min: 0 }),
  ];
  declare readonly beta1: number;
  declare readonly beta2: number;
  declare readonly epsilon: number;
  declare readonly warmupSteps: number;
  /** Weights that take the gradient steps; the model's lie between them and their average. */
  #bases: readonly Variable[] = [];
  #velocities: readonly Variable[] = [];

  /** @param learningRate The option of that name; or all options. */
  constructor(learningRate: LearningRateLike | ScheduleFreeAdamWOptions = {}, options: ScheduleFreeAdamWOptions = {}) {
    super(withLeading(["learningRate"], [learningRate, options]));
  }

  protected override buildSlots(variables: readonly Variable[]): void {
    [this.#bases = [], this.#velocities = []] = this.addSlots(
      variables,
      { name: "momentum", initialValue: "variable" },
      { name: "velocity" },
    );
  }

  protected override updateStep(gradient: Tensor, variable: Variable, learningRate: Tensor): void {
    const { beta1, beta2 } = this;
    const step = ops.add(ops.cast(this.updates, variable.dtype), 1);
    const rate = this.warmupSteps > 0 ? ops.multiply(learningRate, ops.minimum(ops.divide(step, this.warmupSteps), 1)) : learningRate;
    const base = this.slotOf(this.#bases, variable);
    const velocity = this.slotOf(this.#velocities, variable);
    const mix = (a: Tensor | Variable, b: Tensor | Variable, share: Tensor | number): Tensor =>
      ops.add(ops.multiply(ops.subtract(1, share), a), ops.multiply(share, b));

    const average = ops.divide(ops.subtract(variable, ops.multiply(1 - beta1, base)), beta1);
    velocity.assignAdd(ops.multiply(ops.subtract(ops.square(gradient), velocity), 1 - beta2));
    const spread = ops.add(ops.sqrt(ops.divide(velocity, ops.subtract(1, ops.power(beta2, step)))), this.epsilon);
    base.assignSub(ops.divide(ops.multiply(rate, gradient), spread));
    variable.assign(mix(base, mix(average, base, ops.divide(1, step)), beta1));
  }
}
