import { ops, ShapeError, type Tensor, type TensorLike, ValueError, type Variable } from "@neurite/core";
import { asTensors } from "./layer-inputs.ts";

/** Sets all weights of a layer, in their order, or none. */
export function setWeightsOf(layer: { readonly weights: readonly Variable[]; toString(): string }, values: readonly TensorLike[]): void {
  const { weights } = layer;
  if (!Array.isArray(values))
    throw new ValueError(`[setWeights] layer ${layer.toString()} takes a list of ${weights.length} weights: got ${typeof values}`);
  if (values.length !== weights.length)
    throw new ValueError(`[setWeights] layer ${layer.toString()} has ${weights.length} weights: got ${values.length}`);
  const tensors = values.map((value, i) => asWeight(value, weights[i] as Variable));
  weights.forEach((variable, i) => variable.assign(tensors[i] as Tensor));
}

function asWeight(value: TensorLike, variable: Variable): Tensor {
  const tensor = asTensors(value, variable.dtype) as Tensor;
  const flat = tensor.ndim === 1 && ArrayBuffer.isView(value) && tensor.size === variable.size;
  if (flat) return ops.reshape(tensor, variable.shape);
  if (tensor.ndim !== variable.ndim || tensor.shape.some((dim, i) => dim !== variable.shape[i])) {
    throw new ShapeError(`[setWeights] weight "${variable.name}" has shape [${variable.shape}]: got [${tensor.shape}]`);
  }
  return tensor;
}
