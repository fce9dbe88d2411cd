import { field, type Field, ops, type Tensor, type Variable } from "@neurite/core";
import { Optimizer, type OptimizerOptions } from "./optimizer.ts";

/** Options of {@link AdaptiveMoments}. */
export interface AdaptiveMomentsOptions extends OptimizerOptions {
  /** How slowly the mean of gradients moves, 0 to 1. Default 0.9. */
  readonly beta1?: number;
  /** How slowly the mean of their squares moves, or what stands in its place, 0 to 1. Default 0.999. */
  readonly beta2?: number;
  /** Keeps divisions finite. Default 1e-7. */
  readonly epsilon?: number;
}

/** Base of Adam and those like it, which keep two moving moments of each variable's gradients: their mean and how large they are. */
export abstract class AdaptiveMoments extends Optimizer {
  static override readonly fields: readonly Field[] = [
    field.number("beta1", { default: 0.9, min: 0, max: 1 }),
    field.number("beta2", { default: 0.999, min: 0, max: 1 }),
    field.number("epsilon", { default: 1e-7, min: 0 }),
  ];
  declare readonly beta1: number;
  declare readonly beta2: number;
  declare readonly epsilon: number;
  #means: readonly Variable[] = [];
  #sizes: readonly Variable[] = [];

  /** Name of the slots that hold the second moment. */
  protected get sizeSlot(): string {
    return "velocity";
  }

  protected override buildSlots(variables: readonly Variable[]): void {
    [this.#means = [], this.#sizes = []] = this.addSlots(variables, { name: "momentum" }, { name: this.sizeSlot });
  }

  /** The number of this step, from 1, as float32. */
  protected get step(): Tensor {
    return ops.add(ops.cast(this.updates, "float32"), 1);
  }

  /** 1 - beta^step: what a moving mean that began at zero is divided by. */
  protected correctionOf(beta: number): Tensor {
    return ops.subtract(1, ops.power(beta, this.step));
  }

  /** Moves the mean of a variable's gradients, and gives it. */
  protected moveMean(gradient: Tensor, variable: Variable): Variable {
    const mean = this.slotOf(this.#means, variable);
    mean.assignAdd(ops.multiply(ops.subtract(gradient, mean), 1 - this.beta1));
    return mean;
  }

  /** The second moment of a variable's gradients. */
  protected sizeOf(variable: Variable): Variable {
    return this.slotOf(this.#sizes, variable);
  }

  /** Moves the second moment as the mean of squares, and gives it. */
  protected moveSquares(gradient: Tensor, variable: Variable): Variable {
    const squares = this.sizeOf(variable);
    squares.assignAdd(ops.multiply(ops.subtract(ops.square(gradient), squares), 1 - this.beta2));
    return squares;
  }
}
