import type { SymbolicTensor, Tensor } from "@neurite/core";

/** The type of a tree of outputs with another leaf in the place of its tensors; what is not known is one leaf. */
type WithLeaves<Outputs, Leaf> = unknown extends Outputs
  ? Leaf
  : Outputs extends SymbolicTensor | Tensor
    ? Leaf
    : Outputs extends readonly unknown[] | Readonly<Record<string, unknown>>
      ? { -readonly [K in keyof Outputs]: WithLeaves<Outputs[K], Leaf> }
      : Leaf;

/**
 * What a model of these outputs gives for tensors: a tensor for each symbolic one, in the same tree.
 *
 * @example
 * const both: RealOutputs<{ price: SymbolicTensor; kind: SymbolicTensor }> = { price: tensor([[1]]), kind: tensor([[0, 1]]) };
 */
export type RealOutputs<Outputs> = WithLeaves<Outputs, Tensor>;

/**
 * What a model of these outputs gives within another model: symbolic tensors, in the same tree.
 *
 * @example
 * const code: SymbolicOutputs<SymbolicTensor> = new Dense(2)(Input({ shape: [8] }));
 */
export type SymbolicOutputs<Outputs> = WithLeaves<Outputs, SymbolicTensor>;
