import { type AnyTensor, assignOptions, autoName, classOf, configOf, field, type Field, getDefaultRegistry, GradientError, identityOf, invalid, isVariable, objectFromConfig, ops, type OptimizerLike, optionsOf, realizeAll, type Registry, snakeCase, type Tensor, ValueError, Variable, withScope } from "@neurite/core"; // prettier-ignore
import type { LearningRateSchedule } from "@neurite/schedules";
import { assignWhere } from "./assign-where.ts";
import { clipGradients } from "./clipping.ts";
import { LearningRate } from "./learning-rate.ts";
import { slotFor, type SlotOptions } from "./slots.ts";

/** A learning rate: a number, or a schedule that gives one for each step. */
export type LearningRateLike = number | LearningRateSchedule;

/** Options every optimizer takes. */
export interface OptimizerOptions {
  /** A number, or a schedule that gives one for each step. */
  readonly learningRate?: LearningRateLike;
  readonly name?: string;
  /** Share of each weight that is taken off at each step, times the learning rate. Default null: none. */
  readonly weightDecay?: number | null;
  /** Largest norm of the gradient of one variable. Default null. */
  readonly clipnorm?: number | null;
  /** Largest absolute value in a gradient. Default null. */
  readonly clipvalue?: number | null;
  /** Largest norm of all gradients together. Default null. */
  readonly globalClipnorm?: number | null;
  /** Keeps a moving average of the weights, which replaces them at the end of `fit`. Default false. */
  readonly useEma?: boolean;
  /** How slowly that average moves, 0 to 1. Default 0.99. */
  readonly emaMomentum?: number;
  /** Steps after which the average replaces the weights. Default null: only at the end. */
  readonly emaOverwriteFrequency?: number | null;
  /** Factor on the loss, taken off the gradients again: keeps float16 gradients from vanishing. Default null. */
  readonly lossScaleFactor?: number | null;
  /** Updates once in so many steps, with the mean of their gradients. Default null: at each step. */
  readonly gradientAccumulationSteps?: number | null;
}

/** The gradient of a variable, with the variable; null gradients are left out. */
export type GradientAndVariable = readonly [gradient: AnyTensor | null, variable: Variable];

const isSchedule = (x: unknown): x is LearningRateSchedule => typeof x === "function";

const brand: unique symbol = Symbol.for("neurite.optimizer");

/**
 * True for an {@link Optimizer}, of whatever copy of this package; false for wrappers of optimizers.
 *
 * @example
 * isOptimizer(new Adam()); // true
 * isOptimizer("adam"); // false
 */
export function isOptimizer(x: unknown): x is Optimizer {
  return typeof x === "object" && x !== null && brand in x;
}

/**
 * The learning rate of an optimizer as an option: a number or a schedule.
 *
 * @example
 * // In a class of one's own, beside its other options:
 * const fields = [learningRateField(0.01)];
 * fields[0].default; // 0.01
 */
export function learningRateField(defaultRate: number): Field {
  return field.object(
    "learningRate",
    {
      expected: "a number of at least 0, or a schedule",
      resolve: (value) => ((typeof value === "number" && value >= 0) || isSchedule(value) ? value : invalid),
    },
    { default: defaultRate, property: "initialLearningRate" },
  );
}

/**
 * Base of optimizers. A subclass makes its slots in `build` and updates one variable in `updateStep`. All state is in variables, so that
 * a step works the same in eager code and inside a compiled training step, and can be saved.
 *
 * @example
 * class PlainDescent extends Optimizer {
 *   updateStep(gradient: Tensor, variable: Variable, learningRate: Tensor): void {
 *     variable.assignSub(ops.multiply(gradient, learningRate));
 *   }
 * }
 */
export abstract class Optimizer implements OptimizerLike {
  static {
    Object.defineProperty(this.prototype, brand, { value: true });
  }

  static readonly fields: readonly Field[] = [
    field.string("name", { default: null }),
    learningRateField(0.001),
    field.number("weightDecay", { default: null, min: 0 }),
    field.number("clipnorm", { default: null, min: 0 }),
    field.number("globalClipnorm", { default: null, min: 0 }),
    field.number("clipvalue", { default: null, min: 0 }),
    field.boolean("useEma", { default: false }),
    field.number("emaMomentum", { default: 0.99, min: 0, max: 1 }),
    field.integer("emaOverwriteFrequency", { default: null, min: 1 }),
    field.number("lossScaleFactor", { default: null }),
    field.integer("gradientAccumulationSteps", { default: null, min: 2 }),
  ];
  declare readonly name: string;
  declare readonly initialLearningRate: number | LearningRateSchedule;
  declare readonly weightDecay: number | null;
  declare readonly clipnorm: number | null;
  declare readonly clipvalue: number | null;
  declare readonly globalClipnorm: number | null;
  declare readonly useEma: boolean;
  declare readonly emaMomentum: number;
  declare readonly emaOverwriteFrequency: number | null;
  /** Wrappers that scale the loss themselves take it off the optimizers inside. */
  declare lossScaleFactor: number | null;
  declare readonly gradientAccumulationSteps: number | null;

  /** Steps taken, int32. */
  readonly iterations: Variable;
  /** True once the slots exist. */
  built = false;

  readonly #rate: LearningRate;
  readonly #variables: Variable[] = [];
  #trainable: readonly Variable[] = [];
  /** Those that take steps: not set to their gradients. */
  #stepped: readonly Variable[] = [];
  readonly #index = new Map<Variable, number>();
  #averages: readonly Variable[] = [];
  #accumulators: readonly Variable[] = [];
  #excluded: { variables: ReadonlySet<Variable>; names: readonly string[] } = { variables: new Set(), names: [] };

  /** @throws ValueError for unknown and wrong options, and for more than one way of clipping. */
  constructor(options: OptimizerOptions = {}) {
    assignOptions(this, options as Readonly<Record<string, unknown>>);
    const { className } = identityOf(classOf(this));
    if (this.name === null) (this as { name: string }).name = autoName(snakeCase(className));
    const clips = [this.clipnorm, this.clipvalue, this.globalClipnorm].filter((limit) => limit !== null);
    if (clips.length > 1) throw new ValueError(`[${className}] only one of clipnorm, clipvalue and globalClipnorm can be set`);
    const initial = this.initialLearningRate;
    this.iterations = new Variable(0, { name: `${this.name}/iteration`, dtype: "int32", trainable: false });
    this.#rate = new LearningRate(typeof initial === "number" ? initial : 0, `${this.name}/learning_rate`);
    this.#variables.push(this.iterations);
    if (typeof initial === "number") this.#variables.push(this.#rate);
  }

  /** The rate, a float32 scalar. Where a schedule drives it, that of the last step. May be set to a number at any time. */
  get learningRate(): Variable {
    return this.#rate;
  }

  /** @throws ValueError where a schedule drives the rate. */
  set learningRate(rate: Variable | number) {
    if (isSchedule(this.initialLearningRate)) {
      throw new ValueError(`[${this.name}] the learning rate is driven by a schedule: it cannot be set`);
    }
    this.#rate.assign(rate);
  }

  /** The schedule that drives the rate, or null. */
  get schedule(): LearningRateSchedule | null {
    return isSchedule(this.initialLearningRate) ? this.initialLearningRate : null;
  }

  /** The variables it was built with. */
  get trainables(): readonly Variable[] {
    return this.#trainable;
  }

  /** The moving averages of its variables, with `useEma`; empty without, and before it is built. */
  get movingAverages(): ReadonlyMap<Variable, Variable> {
    return new Map(this.#averages.map((average, i) => [this.#stepped[i] as Variable, average]));
  }

  /** Iterations, learning rate (unless a schedule drives it) and slots, in the order Keras saves them. */
  get variables(): readonly Variable[] {
    return [...this.#variables];
  }

  /** Leaves variables out of weight decay: those given, and those whose name contains one of `names` ("bias"). Before `build`. */
  excludeFromWeightDecay(options: { readonly variables?: readonly Variable[]; readonly names?: readonly string[] } = {}): void {
    const { variables = [], names = [] } = optionsOf("excludeFromWeightDecay", options);
    if (this.built) throw new ValueError(`[${this.name}] excludeFromWeightDecay must be called before the optimizer is built`);
    this.#excluded = { variables: new Set(variables), names };
  }

  /**
   * Makes the slots for these variables. A second call does nothing.
   *
   * @throws ValueError for anything but a list of variables.
   */
  build(variables: readonly Variable[]): void {
    if (this.built) return;
    if (!Array.isArray(variables) || !variables.every(isVariable))
      throw new ValueError(`[${this.name}] variables must be a list of variables`);
    this.#trainable = [...variables];
    const stepped = variables.filter(({ overwriteWithGradient }) => !overwriteWithGradient);
    this.#stepped = stepped;
    stepped.forEach((variable, i) => this.#index.set(variable, i));
    if (this.useEma) this.#averages = this.addSlots(stepped, { name: "average" })[0] as readonly Variable[];
    if (this.gradientAccumulationSteps !== null)
      this.#accumulators = this.addSlots(stepped, { name: "gradient_accumulator" })[0] as readonly Variable[];
    this.buildSlots(stepped);
    this.built = true;
  }

  /** Makes the slots of the algorithm, by `addSlots`; none by default. */
  protected buildSlots(_variables: readonly Variable[]): void {}

  /** Makes slots for each variable, all of one variable before those of the next; returns a list for each name. */
  protected addSlots(variables: readonly Variable[], ...slots: readonly SlotOptions[]): readonly (readonly Variable[])[] {
    const lists = slots.map((): Variable[] => []);
    for (const variable of variables) {
      slots.forEach((slot, i) => lists[i]?.push(this.track(slotFor(variable, this.name, slot))));
    }
    return lists;
  }

  /** Adds a variable to those that are saved. */
  protected track(variable: Variable): Variable {
    this.#variables.push(variable);
    return variable;
  }

  /** The slot of `variable` in a list made by `addSlots`. */
  protected slotOf(slots: readonly Variable[], variable: Variable): Variable {
    return slots[this.#index.get(variable) as number] as Variable;
  }

  /** Updates taken: steps, or with gradient accumulation the whole groups of them. */
  protected get updates(): Tensor {
    const { iterations, gradientAccumulationSteps: group } = this;
    return group === null ? iterations.read() : ops.floorDivide(iterations, group);
  }

  /** What is computed once for all variables of a step, before their updates. */
  protected beginStep(_learningRate: Tensor, _variables: readonly Variable[]): void {}

  /** Updates one variable. `gradient` and `learningRate` have its dtype. */
  protected abstract updateStep(gradient: Tensor, variable: Variable, learningRate: Tensor): void;

  /**
   * One update with pairs of gradients and variables, as from a tape.
   *
   * @throws ValueError for anything but pairs.
   */
  applyGradients(pairs: readonly GradientAndVariable[]): void {
    if (!Array.isArray(pairs) || !pairs.every(Array.isArray)) {
      throw new ValueError(`[${this.name}] applyGradients takes a list of pairs, each a gradient and its variable`);
    }
    this.apply(pairs.map(([gradient]) => gradient), pairs.map(([, variable]) => variable)); // prettier-ignore
  }

  /**
   * One update. `gradients[i]` belongs to `variables[i]` (by default those it was built with); null leaves the variable alone.
   *
   * @throws ValueError for another number of gradients or for variables it was not built with; GradientError when all are null.
   */
  apply(gradients: readonly (AnyTensor | null)[], variables: readonly Variable[] = this.#trainable): void {
    if (!Array.isArray(gradients) || !Array.isArray(variables)) {
      throw new ValueError(`[${this.name}] gradients and variables must be lists`);
    }
    if (gradients.length !== variables.length) {
      throw new ValueError(`[${this.name}] ${variables.length} variables need as many gradients: got ${gradients.length}`);
    }
    if (!this.built) this.build(variables);
    const unknown = variables.find((variable) => !variable.overwriteWithGradient && !this.#index.has(variable));
    if (unknown !== undefined)
      throw new ValueError(`[${this.name}] variable "${unknown.name}" is none of those it was built with: make a new optimizer`);
    const all = variables.flatMap((variable, i) => (gradients[i] ? [{ variable, gradient: gradients[i] }] : []));
    if (all.length === 0) throw new GradientError(`[${this.name}] no variable has a gradient: does the loss depend on the weights?`);
    const used = all.filter(({ variable }) => !variable.overwriteWithGradient);
    withScope(this.name, () => {
      for (const { variable, gradient } of all) if (variable.overwriteWithGradient) variable.assign(gradient);
      const scale = this.lossScaleFactor;
      const unscaled = used.map(({ gradient }) => (scale === null ? gradient : ops.divide(gradient, scale)));
      const targets = used.map(({ variable }) => variable);
      if (this.gradientAccumulationSteps === null) this.#update(unscaled, targets);
      else this.#accumulate(unscaled, targets, this.gradientAccumulationSteps);
      if (this.useEma) this.#average();
      for (const variable of targets) if (variable.constraint !== null) variable.assign(variable.constraint(variable.read()));
      this.iterations.assignAdd(1);
    });
    realizeAll();
  }

  #update(gradients: readonly AnyTensor[], variables: readonly Variable[]): void {
    const clipped = clipGradients(gradients, this);
    const rate = this.#currentRate();
    this.#decayWeights(variables, rate);
    this.beginStep(rate, variables);
    variables.forEach((variable, i) => {
      this.updateStep(ops.cast(clipped[i] as AnyTensor, variable.dtype), variable, ops.cast(rate, variable.dtype));
    });
  }

  #currentRate(): Tensor {
    const { schedule } = this;
    if (schedule === null) return this.#rate.read();
    const rate = schedule(this.iterations);
    this.#rate.assign(rate);
    return rate;
  }

  /** The weight decay of one variable; null for none. */
  protected decayOf(_variable: Variable): number | null {
    return this.weightDecay;
  }

  #decayWeights(variables: readonly Variable[], rate: Tensor): void {
    const { variables: excluded, names } = this.#excluded;
    for (const variable of variables) {
      const decay = this.decayOf(variable);
      if (decay === null) continue;
      if (excluded.has(variable) || names.some((name) => variable.name.includes(name))) continue;
      const share = ops.multiply(ops.cast(rate, variable.dtype), decay);
      variable.assign(ops.subtract(variable, ops.multiply(variable, share)));
    }
  }

  /** Adds gradients up; in the last step of a group updates with their mean. */
  #accumulate(gradients: readonly AnyTensor[], variables: readonly Variable[], group: number): void {
    const isUpdate = ops.equal(ops.mod(ops.add(this.iterations, 1), group), 0);
    const accumulators = variables.map((variable) => this.slotOf(this.#accumulators, variable));
    const sums = accumulators.map((accumulator, i) => ops.add(accumulator, ops.cast(gradients[i] as AnyTensor, accumulator.dtype)));
    const own = new Set<Variable>([this.iterations, this.#rate, ...this.#accumulators, ...this.#averages]);
    const touched = [...variables, ...this.#variables.filter((variable) => !own.has(variable))];
    assignWhere(isUpdate, touched, () => this.#update(sums.map((sum) => ops.divide(sum, group)), variables)); // prettier-ignore
    accumulators.forEach((accumulator, i) => accumulator.assign(ops.where(isUpdate, 0, sums[i] as Tensor)));
  }

  #average(): void {
    const { updates, emaOverwriteFrequency: frequency } = this;
    const replace = frequency === null ? null : ops.equal(ops.mod(ops.add(updates, 1), frequency), 0);
    this.#stepped.forEach((variable, i) => {
      const average = this.#averages[i] as Variable;
      // The first step has no average yet: it starts from the weights.
      const momentum = ops.multiply(ops.cast(ops.notEqual(updates, 0), variable.dtype), this.emaMomentum);
      average.assign(ops.add(ops.multiply(average, momentum), ops.multiply(variable, ops.subtract(1, momentum))));
      if (replace !== null) variable.assign(ops.where(replace, average.read(), variable.read()));
    });
  }

  /** Replaces the weights by their moving average, with `useEma`. `fit` calls it at its end. */
  finalizeVariableValues(variables: readonly Variable[] = this.#trainable): void {
    if (!this.useEma || !this.built) return;
    for (const variable of variables) if (this.#index.has(variable)) variable.assign(this.slotOf(this.#averages, variable).read());
  }

  /** The loss to differentiate: times `lossScaleFactor`. */
  scaleLoss(loss: Tensor): Tensor {
    return this.lossScaleFactor === null ? loss : ops.multiply(loss, this.lossScaleFactor);
  }

  /** The options as Keras writes them in files; the rate as it is now. */
  getConfig(): Record<string, unknown> {
    return { ...configOf(this), ...(this.schedule === null ? { learning_rate: this.#currentRateOnHost() } : {}) };
  }

  #currentRateOnHost(): number {
    const { device } = this.#rate;
    return device?.readSync === undefined ? this.#rate.lastNumber : this.#rate.itemSync();
  }

  /** Makes one of a config; a schedule in it is looked up in `registry`. */
  static fromConfig<T>(this: abstract new (...args: never[]) => T, config: Readonly<Record<string, unknown>>, registry?: Registry): T {
    return objectFromConfig<T>(this as never, config, registry ?? getDefaultRegistry());
  }
}
