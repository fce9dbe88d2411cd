import { type AnyTensor, assignOptions, autoName, configOf, field, type Field, getDefaultRegistry, GradientError, invalid, type KerasIdentity, objectFromConfig, ops, type OptimizerLike, optionsOf, realizeAll, type Registry, type Tensor, ValueError, Variable } from "@neurite/core"; // prettier-ignore
import { assignWhere } from "../assign-where.ts";
import { isOptimizer, type Optimizer } from "../optimizer.ts";

/** Options of {@link LossScaleOptimizer}. */
export interface LossScaleOptions {
  readonly name?: string;
  /** Scale of the loss at first. It is halved quickly where it is too high. Default 32768. */
  readonly initialScale?: number;
  /** Steps with finite gradients after which the scale is doubled. Default 2000. */
  readonly dynamicGrowthSteps?: number;
}

/**
 * Keeps float16 gradients from vanishing: the loss is multiplied by a scale that the gradients are divided by again. The scale adapts: a step
 * whose gradients are not all finite is skipped and halves it; enough finite ones double it.
 * (Micikevicius et al., 2017, https://arxiv.org/abs/1710.03740)
 *
 * @example
 * model.compile({ optimizer: new LossScaleOptimizer(new Adam({ learningRate: 1e-3 })), loss: "mse" });
 */
export class LossScaleOptimizer implements OptimizerLike {
  static readonly keras: KerasIdentity = { module: "keras.optimizers", className: "LossScaleOptimizer" };
  static readonly fields: readonly Field[] = [
    field.string("name", { default: null }),
    field.object("innerOptimizer", {
      expected: "an optimizer",
      resolve: (value) => (isOptimizer(value) ? value : invalid),
    }),
    field.number("initialScale", { default: 2 ** 15, min: Number.MIN_VALUE }),
    field.integer("dynamicGrowthSteps", { default: 2000, min: 1 }),
  ];
  declare readonly name: string;
  /** The optimizer that makes the updates. */
  declare readonly innerOptimizer: Optimizer;
  declare readonly initialScale: number;
  declare readonly dynamicGrowthSteps: number;
  /** Its own state: counters that Keras's files hold, steps since the scale changed, and the scale. */
  readonly #own: readonly Variable[];
  readonly #stepCounter: Variable;
  readonly #scale: Variable;

  /**
   * @param innerOptimizer Makes the updates; its own `lossScaleFactor` is turned off.
   * @throws ValueError for what is no optimizer, and for wrong options.
   */
  constructor(innerOptimizer: Optimizer, options: LossScaleOptions = {}) {
    assignOptions(this, { ...optionsOf("LossScaleOptimizer", options), innerOptimizer });
    if (this.name === null) (this as { name: string }).name = autoName("loss_scale_optimizer");
    innerOptimizer.lossScaleFactor = null;
    const state = (name: string, value: number, dtype: "int32" | "float32"): Variable =>
      new Variable(value, { name: `${this.name}/${name}`, dtype, trainable: false });
    this.#stepCounter = state("step_counter", 0, "int32");
    this.#scale = state("dynamic_scale", this.initialScale, "float32");
    this.#own = [state("iteration", 0, "int32"), state("learning_rate", 0, "float32"), this.#stepCounter, this.#scale];
  }

  /** Steps that were not skipped, int32. */
  get iterations(): Variable {
    return this.innerOptimizer.iterations;
  }

  get learningRate(): Variable {
    return this.innerOptimizer.learningRate;
  }

  set learningRate(rate: Variable | number) {
    this.innerOptimizer.learningRate = rate;
  }

  get schedule(): Optimizer["schedule"] {
    return this.innerOptimizer.schedule;
  }

  /** The scale now, a float32 scalar. */
  get dynamicScale(): Variable {
    return this.#scale;
  }

  /** Whether the slots exist. */
  get built(): boolean {
    return this.innerOptimizer.built;
  }

  /** Its own state, then that of the inner optimizer, in the order Keras saves them. */
  get variables(): readonly Variable[] {
    return [...this.#own, ...this.innerOptimizer.variables];
  }

  build(variables: readonly Variable[]): void {
    this.innerOptimizer.build(variables);
  }

  /** One update with gradients of the scaled loss; none where one of them is not finite. */
  apply(gradients: readonly (AnyTensor | null)[], variables?: readonly Variable[]): void {
    if (!this.built) {
      if (variables === undefined) throw new ValueError(`[${this.name}] the first apply must be given the variables`);
      this.build(variables);
    }
    const given = gradients.filter((gradient) => gradient !== null);
    if (given.length === 0) throw new GradientError(`[${this.name}] no variable has a gradient: does the loss depend on the weights?`);
    const finite = given.map((gradient) => ops.all(ops.isfinite(gradient))).reduce((a, b) => ops.logicalAnd(a, b));
    const scale = this.#scale.read();
    const inner = this.innerOptimizer;
    const targets = variables ?? inner.trainables;
    const unscaled = gradients.map((gradient, i) => {
      if (gradient === null || targets[i]?.overwriteWithGradient === true) return gradient;
      return ops.divide(gradient, ops.cast(scale, gradient.dtype));
    });
    assignWhere(finite, [...new Set([...targets, ...inner.variables])], () => inner.apply(unscaled, variables));
    const grows = ops.logicalAnd(finite, ops.equal(this.#stepCounter, this.dynamicGrowthSteps - 1));
    const restarts = ops.logicalOr(grows, ops.logicalNot(finite));
    this.#scale.assign(ops.where(grows, ops.multiply(scale, 2), ops.where(finite, scale, ops.multiply(scale, 0.5))));
    this.#stepCounter.assign(ops.where(restarts, 0, ops.add(this.#stepCounter, 1)));
    realizeAll();
  }

  scaleLoss(loss: Tensor): Tensor {
    return ops.multiply(loss, ops.cast(this.#scale, loss.dtype));
  }

  finalizeVariableValues(variables?: readonly Variable[]): void {
    this.innerOptimizer.finalizeVariableValues(variables);
  }

  getConfig(): Record<string, unknown> {
    return configOf(this);
  }

  static fromConfig(config: Readonly<Record<string, unknown>>, registry?: Registry): LossScaleOptimizer {
    return objectFromConfig<LossScaleOptimizer>(LossScaleOptimizer, config, registry ?? getDefaultRegistry());
  }
}
