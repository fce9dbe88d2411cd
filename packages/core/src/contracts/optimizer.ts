import type { AnyTensor } from "../tensor/base.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Variable } from "../tensor/variable.ts";

/** What a model needs of an optimizer. The packages of optimizers implement it; so may anybody. */
export interface OptimizerLike {
  readonly name: string;
  /** Steps taken: an int32 variable. */
  readonly iterations: Variable;
  /** The rate now; a variable unless a schedule drives it, so that a callback can set it without compiling anew. */
  get learningRate(): Variable;
  set learningRate(rate: Variable | number);
  /** Iterations, learning rate and slots, in the order Keras saves them. */
  readonly variables: readonly Variable[];
  /** Makes the slots for these variables. Called once, outside of traces. */
  build(variables: readonly Variable[]): void;
  /** One update. `gradients[i]` belongs to `variables[i]`; null leaves the variable alone. */
  apply(gradients: readonly (AnyTensor | null)[], variables?: readonly Variable[]): void;
  /** The loss to differentiate, where gradients of it are scaled back in `apply`. Default: the loss itself. */
  scaleLoss?(loss: Tensor): Tensor;
  /** Called at the end of `fit`: gives the variables their final values, where those are not what the last update left (moving averages). */
  finalizeVariableValues?(variables?: readonly Variable[]): void;
  getConfig(): Record<string, unknown>;
}
