/** Merging layers as functions: each makes a layer and applies it. */
import type { SymbolicTensor, Tensor, TensorLike } from "@neurite/core";
import type { LayerOptions } from "../core/layer.ts";
import { Add } from "./add.ts";
import { Average } from "./average.ts";
import { Concatenate, type ConcatenateOptions } from "./concatenate.ts";
import { Dot, type DotOptions } from "./dot.ts";
import { Maximum } from "./maximum.ts";
import { Minimum } from "./minimum.ts";
import { Multiply } from "./multiply.ts";
import { Subtract } from "./subtract.ts";

/** A function of a list of symbolic tensors, or of tensors and arrays, and of the options of the layer it makes. */
export interface MergeFunction<O = LayerOptions> {
  (inputs: readonly SymbolicTensor[], options?: O): SymbolicTensor;
  (inputs: readonly TensorLike[], options?: O): Tensor;
}

const merging = <O>(Class: new (options: O) => (inputs: readonly TensorLike[]) => Tensor): MergeFunction<O> =>
  ((inputs: readonly TensorLike[], options: O = {} as O) => new Class(options)(inputs)) as MergeFunction<O>;

/**
 * The sum of the inputs, which broadcast: {@link Add} as a function.
 *
 * @param inputs Tensors whose shapes broadcast.
 * @throws ValueError unless it is given a list of tensors; ShapeError when they do not broadcast.
 *
 * @example
 * layers.add([tensor([[1, 2]]), tensor([[3, 5]])]); // [[4, 7]]
 */
export const add: MergeFunction = merging(Add);

/**
 * The mean of the inputs, which broadcast: {@link Average} as a function.
 *
 * @param inputs Tensors whose shapes broadcast.
 * @throws ValueError unless it is given a list of tensors; ShapeError when they do not broadcast.
 *
 * @example
 * layers.average([tensor([[1, 2]]), tensor([[3, 5]])]); // [[2, 3.5]]
 */
export const average: MergeFunction = merging(Average);

/**
 * The largest of the inputs, which broadcast, element by element: {@link Maximum} as a function.
 *
 * @param inputs Tensors whose shapes broadcast.
 * @throws ValueError unless it is given a list of tensors; ShapeError when they do not broadcast.
 *
 * @example
 * layers.maximum([tensor([[1, 2]]), tensor([[3, 5]])]); // [[3, 5]]
 */
export const maximum: MergeFunction = merging(Maximum);

/**
 * The smallest of the inputs, which broadcast, element by element: {@link Minimum} as a function.
 *
 * @param inputs Tensors whose shapes broadcast.
 * @throws ValueError unless it is given a list of tensors; ShapeError when they do not broadcast.
 *
 * @example
 * layers.minimum([tensor([[1, 2]]), tensor([[3, 5]])]); // [[1, 2]]
 */
export const minimum: MergeFunction = merging(Minimum);

/**
 * The product of the inputs, which broadcast: {@link Multiply} as a function.
 *
 * @param inputs Tensors whose shapes broadcast.
 * @throws ValueError unless it is given a list of tensors; ShapeError when they do not broadcast.
 *
 * @example
 * layers.multiply([tensor([[1, 2]]), tensor([[3, 5]])]); // [[3, 10]]
 */
export const multiply: MergeFunction = merging(Multiply);

/**
 * The difference of two inputs, which broadcast: {@link Subtract} as a function.
 *
 * @param inputs Tensors whose shapes broadcast.
 * @throws ValueError unless it is given a list of tensors, two of them; ShapeError when they do not broadcast.
 *
 * @example
 * layers.subtract([tensor([[1, 2]]), tensor([[3, 5]])]); // [[-2, -3]]
 */
export const subtract: MergeFunction = merging(Subtract);

/**
 * The inputs joined along an axis: {@link Concatenate} as a function.
 *
 * @param inputs Tensors, [batch, …], whose shapes differ along that axis alone.
 * @throws ValueError unless it is given a list of tensors; ShapeError when sizes differ along another axis.
 *
 * @example
 * layers.concatenate([tensor([[1, 2]]), tensor([[3]])]); // [[1, 2, 3]]
 */
export const concatenate: MergeFunction<ConcatenateOptions> = merging(Concatenate);

/**
 * Products of vectors of two inputs: {@link Dot} as a function.
 *
 * @param inputs Two tensors, [batch, …].
 * @param axes Axis of the vectors in both inputs, or in each (default -1).
 * @throws ValueError unless there are two inputs; ShapeError when their vectors differ in length.
 *
 * @example
 * layers.dot([tensor([[1, 2]]), tensor([[3, 5]])], 1); // [[13]]
 */
export function dot(inputs: readonly SymbolicTensor[], axes?: number | readonly [number, number], options?: DotOptions): SymbolicTensor;
export function dot(inputs: readonly TensorLike[], axes?: number | readonly [number, number], options?: DotOptions): Tensor;
export function dot(inputs: readonly unknown[], axes: number | readonly [number, number] = -1, options: DotOptions = {}): unknown {
  return new Dot(axes, options)(inputs as readonly TensorLike[]);
}
