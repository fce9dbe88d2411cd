import { isTensor, ops, ShapeError, type Tensor, ValueError } from "@neurite/core";
import { Layer, type LayerOptions } from "../core/layer.ts";
import type { MaskTree } from "../core/masks.ts";

/** Inputs with the same number of axes: those with fewer get axes of size 1 after the batch. */
function sameRank(inputs: readonly Tensor[]): readonly Tensor[] {
  const rank = Math.max(...inputs.map(({ ndim }) => ndim));
  return inputs.map((input) => {
    if (input.ndim === rank) return input;
    const [batch, ...rest] = input.shape;
    return ops.reshape(input, [batch as number, ...Array.from({ length: rank - input.ndim }, () => 1), ...rest]);
  });
}

/**
 * Base of layers that make one tensor of a list of tensors [batch, …], element by element. Their shapes broadcast.
 *
 * @example
 * class Product extends Merge {
 *   merge([a, b]: readonly Tensor[]): Tensor {
 *     return ops.multiply(a, b);
 *   }
 * }
 * new Product()([tensor([[1, 2]]), tensor([[3, 5]])]); // [[3, 10]]
 */
export abstract class Merge extends Layer {
  constructor(options: LayerOptions = {}) {
    super(options);
  }

  /** Merges inputs that broadcast. */
  protected abstract merge(inputs: readonly Tensor[]): Tensor;

  /** A step counts where it counts in one of the inputs, if all have masks. */
  override computeMask(_inputs: unknown, masks: MaskTree): MaskTree {
    if (!Array.isArray(masks) || masks.some((mask) => mask === null)) return null;
    return (masks as Tensor[]).reduce((a, b) => ops.logicalOr(a, b));
  }

  /** @throws ValueError unless it is given a list of tensors; ShapeError when they do not broadcast. */
  override call(inputs: readonly Tensor[]): Tensor {
    return this.merge(sameRank(checkedList(this.className, inputs)));
  }
}

/** Throws unless `inputs` is a list of tensors whose batch sizes agree. */
export function checkedList(layer: string, inputs: readonly Tensor[]): readonly Tensor[] {
  if (!Array.isArray(inputs) || inputs.length === 0 || !inputs.every(isTensor)) {
    throw new ValueError(`[${layer}] a list of tensors is needed, [a, b]: got ${isTensor(inputs) ? "one tensor" : typeof inputs}`);
  }
  const tensors = inputs as unknown as readonly Tensor[];
  const batches = new Set(tensors.map(({ shape }) => shape[0]).filter((dim) => dim !== undefined && dim !== 1 && !Number.isNaN(dim)));
  if (batches.size > 1)
    throw new ShapeError(`[${layer}] the inputs have different batch sizes: ${tensors.map(({ shape }) => `[${shape}]`).join(", ")}`);
  return tensors;
}
