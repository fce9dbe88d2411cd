import { type AnyTensor, field, type Field, type KerasIdentity, ops, type Tensor, Variable, withLeading } from "@neurite/core";
import { type LearningRateLike, Optimizer, type OptimizerOptions } from "./optimizer.ts";

/** Options of {@link Adafactor}. */
export interface AdafactorOptions extends OptimizerOptions {
  /** Power of the step that says how slowly the means of squares move. Default -0.8. */
  readonly beta2Decay?: number;
  /** Added to the squares of gradients. Default 1e-30. */
  readonly epsilon1?: number;
  /** Least scale of a weight that its step is relative to. Default 0.001. */
  readonly epsilon2?: number;
  /** Largest root mean square of an update. Default 1. */
  readonly clipThreshold?: number;
  /** Kept for Keras's files: as there, the rate is bounded by one over the root of the step either way. Default true. */
  readonly relativeStep?: boolean;
}

const rms = (x: AnyTensor): Tensor => ops.sqrt(ops.mean(ops.square(x)));

/**
 * Adam with less memory: for weights of two axes and more the mean of squares is kept as its means over rows and columns. Default rate
 * 0.001. (Shazeer & Stern, 2018, https://arxiv.org/abs/1804.04235)
 *
 * @example
 * model.compile({ optimizer: new Adafactor({ learningRate: 0.01 }), loss: "mse" });
 */
export class Adafactor extends Optimizer {
  static readonly keras: KerasIdentity = { module: "keras.optimizers", className: "Adafactor" };
  static override readonly fields: readonly Field[] = [
    field.number("beta2Decay", { default: -0.8, key: "beta_2_decay" }),
    field.number("epsilon1", { default: 1e-30, min: 0 }),
    field.number("epsilon2", { default: 0.001, min: 0 }),
    field.number("clipThreshold", { default: 1 }),
    field.boolean("relativeStep", { default: true }),
  ];
  declare readonly beta2Decay: number;
  declare readonly epsilon1: number;
  declare readonly epsilon2: number;
  declare readonly clipThreshold: number;
  declare readonly relativeStep: boolean;
  readonly #rows = new Map<Variable, Variable>();
  readonly #columns = new Map<Variable, Variable>();
  readonly #velocities = new Map<Variable, Variable>();

  /** @param learningRate The option of that name; or all options. */
  constructor(learningRate: LearningRateLike | AdafactorOptions = {}, options: AdafactorOptions = {}) {
    super(withLeading(["learningRate"], [learningRate, options]));
  }

  protected override buildSlots(variables: readonly Variable[]): void {
    for (const variable of variables) {
      const { shape, dtype, name } = variable;
      const last = name.split("/").at(-1) as string;
      const slot = (value: Tensor, path: string): Variable =>
        this.track(new Variable(value, { name: path, dtype: value.dtype, trainable: false }));
      if (shape.length >= 2) {
        const mean = (kept: readonly number[]): Variable => slot(ops.zeros(kept, { dtype }), `${this.name}/${last}`);
        this.#rows.set(variable, mean(shape.slice(0, -1)));
        this.#columns.set(variable, mean([...shape.slice(0, -2), shape.at(-1) as number]));
      } else {
        // Keras's files hold a number in the place of each.
        slot(ops.zeros([], { dtype: "int32" }), last);
        slot(ops.zeros([], { dtype: "int32" }), last);
      }
      this.#velocities.set(variable, this.addSlots([variable], { name: "velocity" })[0]?.[0] as Variable);
    }
  }

  protected override updateStep(gradient: Tensor, variable: Variable, learningRate: Tensor): void {
    const step = ops.add(ops.cast(this.updates, variable.dtype), 1);
    const bound = ops.divide(1, ops.sqrt(step));
    const rate = ops.minimum(learningRate, bound);
    const size = ops.multiply(ops.maximum(this.epsilon2, rms(variable)), rate);
    const kept = ops.subtract(1, ops.power(step, this.beta2Decay));
    const squares = ops.add(ops.square(gradient), this.epsilon1);
    const velocity = this.#velocities.get(variable) as Variable;
    const follow = (slot: Variable, value: Tensor): void => {
      slot.assign(ops.add(ops.multiply(kept, slot), ops.multiply(ops.subtract(1, kept), value)));
    };
    const [rows, columns] = [this.#rows.get(variable), this.#columns.get(variable)];
    if (rows === undefined || columns === undefined) follow(velocity, squares);
    else {
      follow(rows, ops.mean(squares, { axis: -1 }));
      follow(columns, ops.mean(squares, { axis: -2 }));
      const share = ops.divide(rows, ops.mean(rows, { axis: -1, keepdims: true }));
      velocity.assign(ops.multiply(ops.expandDims(share, -1), ops.expandDims(columns, -2)));
    }
    const update = ops.divide(gradient, ops.sqrt(velocity));
    const excess = ops.maximum(1, ops.divide(rms(update), this.clipThreshold));
    variable.assignSub(ops.multiply(size, ops.divide(update, excess)));
  }
}
