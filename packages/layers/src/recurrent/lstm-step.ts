/** What LSTMs have in common, whether their products are of matrices or convolutions. */
import { ops, type Tensor } from "@neurite/core";
import type { ActivationFunction } from "../activations/index.ts";
import type { InitializerFunction } from "../initializers/index.ts";

/** Starts the biases of the second of four gates, the forget gate, with 1, and the others as they are started otherwise. */
export function withForgetOnes(initializer: InitializerFunction, units: number): InitializerFunction {
  const start = (_shape: readonly number[], options: { readonly dtype: "float32" }): Tensor =>
    ops.concatenate([initializer([units], options), ops.ones([units], options), initializer([2 * units], options)]);
  return start as InitializerFunction;
}

/** The output and the new states of an LSTM from its four gates, in the order input, forget, candidate, output, and its cell state. */
export function lstmStep(
  cell: { readonly activation: ActivationFunction; readonly recurrentActivation: ActivationFunction },
  [input, forget, candidate, out]: readonly Tensor[],
  state: Tensor,
): readonly [Tensor, readonly Tensor[]] {
  const gate = (z: Tensor | undefined): Tensor => cell.recurrentActivation(z as Tensor) as Tensor;
  const next = ops.add(ops.multiply(gate(forget), state), ops.multiply(gate(input), cell.activation(candidate as Tensor)));
  const result = ops.multiply(gate(out), cell.activation(next));
  return [result, [result, next]];
}
