import { type AnyTensor, isTensor, ops, RaggedTensor, ShapeError, sparse, type SymbolicTensor, ValueError } from "@neurite/core";

const shapeText = (dims: readonly (number | null)[]): string =>
  `[${dims.map((dim) => (dim === null || Number.isNaN(dim) ? "?" : dim)).join(",")}]`;

/**
 * What was given for one input, as the input wants it: dense, in its dtype, with a last axis of size 1 added or taken away.
 *
 * @throws ShapeError for another shape; ValueError for null where the input is not optional.
 */
export function conformInput(model: string, input: SymbolicTensor, value: unknown): unknown {
  const { name } = input.node.operation;
  if (value === null || value === undefined) {
    if ((input.node.operation as { readonly optional?: boolean }).optional === true) return null;
    throw new ValueError(`[${model}] input "${name}" is missing: only inputs made with { optional: true } may be null`);
  }
  if (sparse.isSparse(value)) return conformInput(model, input, sparse.toDense(value));
  if (value instanceof RaggedTensor) return conformInput(model, input, value.toTensor());
  if (!isTensor(value)) return value;
  const fitted = fitRank(input, value);
  const fits =
    fitted.ndim === input.shape.length &&
    fitted.shape.every((dim, i) => Number.isNaN(dim) || input.shape[i] === null || input.shape[i] === dim);
  if (!fits) {
    throw new ShapeError(
      `[${model}] input of shape ${shapeText(value.shape)} does not fit input "${name}" of shape ${shapeText(input.shape)}`,
    );
  }
  return fitted.dtype === input.dtype ? fitted : ops.cast(fitted, input.dtype);
}

function fitRank(input: SymbolicTensor, value: AnyTensor): AnyTensor {
  if (value.ndim === input.shape.length + 1 && value.shape.at(-1) === 1) return ops.squeeze(value, { axis: -1 });
  if (value.ndim === input.shape.length - 1 && input.shape.at(-1) === 1) return ops.expandDims(value, -1);
  return value;
}
