import { field, type Field, type KerasIdentity, ops, type Tensor, type Variable } from "@neurite/core";
import { Optimizer, type OptimizerOptions } from "./optimizer.ts";

/** Options of {@link Adamax}. */
export interface AdamaxOptions extends OptimizerOptions {
  /** How slowly the mean of gradients moves, 0 to 1. Default 0.9. */
  readonly beta1?: number;
  /** How slowly the largest gradient is forgotten, 0 to 1. Default 0.999. */
  readonly beta2?: number;
  /** Keeps divisions finite. Default 1e-7. */
  readonly epsilon?: number;
}

/**
 * Adam with the largest gradient in place of the mean of squares. Default rate 0.001. (Kingma & Ba, 2014)
 *
 * @example
 * const w = new Variable([1, 2]);
 * new Adamax({ learningRate: 0.1 }).apply([tensor([1, 1])], [w]);
 * await w.array(); // [0.9, 1.9]
 */
export class Adamax extends Optimizer {
  static readonly keras: KerasIdentity = { module: "keras.optimizers", className: "Adamax" };
  static override readonly fields: readonly Field[] = [
    field.number("beta1", { default: 0.9, min: 0, max: 1 }),
    field.number("beta2", { default: 0.999, min: 0, max: 1 }),
    field.number("epsilon", { default: 1e-7, min: 0 }),
  ];
  declare readonly beta1: number;
  declare readonly beta2: number;
  declare readonly epsilon: number;
  #momentums: readonly Variable[] = [];
  #norms: readonly Variable[] = [];
  #rate: Tensor | null = null;

  constructor(options: AdamaxOptions = {}) {
    super(options);
  }

  protected override buildSlots(variables: readonly Variable[]): void {
    [this.#momentums = [], this.#norms = []] = this.addSlots(variables, { name: "momentum" }, { name: "norm" });
  }

  protected override beginStep(learningRate: Tensor): void {
    const step = ops.add(ops.cast(this.updates, "float32"), 1);
    this.#rate = ops.divide(learningRate, ops.subtract(1, ops.power(this.beta1, step)));
  }

  protected override updateStep(gradient: Tensor, variable: Variable): void {
    const momentum = this.slotOf(this.#momentums, variable);
    const norm = this.slotOf(this.#norms, variable);
    momentum.assignAdd(ops.multiply(ops.subtract(gradient, momentum), 1 - this.beta1));
    norm.assign(ops.maximum(ops.multiply(norm, this.beta2), ops.abs(gradient)));
    const rate = ops.cast(this.#rate as Tensor, variable.dtype);
    variable.assignSub(ops.divide(ops.multiply(momentum, rate), ops.add(norm, this.epsilon)));
  }
}
