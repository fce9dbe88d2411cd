/** The ops that NumPy's arrays have as methods, on tensors and variables. */
import type { DType } from "../dtypes/dtype.ts";
import { diagonal, type DiagonalOptions, trace } from "../ops/creation/index.ts";
import { getItem, type IndexKey, slice, type StartIndices, take } from "../ops/indexing/index.ts";
import { dot, matmul } from "../ops/linear/index.ts";
import {
  all,
  any,
  argmax,
  argmin,
  type ArgOptions,
  cumprod,
  cumsum,
  type CumulativeOptions,
  type ExtremeOptions,
  logsumexp,
  max,
  mean,
  min,
  prod,
  ptp,
  type ReduceOptions,
  std,
  sum,
  var as variance,
} from "../ops/reduction/index.ts";
import { broadcastTo, expandDims, flip, ravel, repeat, reshape, squeeze, swapaxes, tile, transpose } from "../ops/shape/index.ts";
import { argsort, nonzero, sort, type SortOptions } from "../ops/sorting/index.ts";
import type { Axes } from "../ops/support/axes.ts";
import type { TensorLike } from "./create.ts";
import { ElementwiseMethods } from "./elementwise-methods.ts";
import type { Tensor } from "./tensor.ts";

/** What tensors and variables can be asked: each method is the op of that name with the tensor as its first argument. */
export abstract class TensorMethods<out D extends DType = DType> extends ElementwiseMethods<D> {
  sum(options?: ReduceOptions): Tensor {
    return sum(this, options);
  }
  mean(options?: ReduceOptions): Tensor {
    return mean(this, options);
  }
  prod(options?: ReduceOptions): Tensor {
    return prod(this, options);
  }
  max(options?: ExtremeOptions): Tensor {
    return max(this, options);
  }
  min(options?: ExtremeOptions): Tensor {
    return min(this, options);
  }
  /** The variance (divisor n). */
  var(options?: ReduceOptions): Tensor {
    return variance(this, options);
  }
  /** The standard deviation. */
  std(options?: ReduceOptions): Tensor {
    return std(this, options);
  }
  /** True where some element is not 0. */
  any(options?: ReduceOptions): Tensor {
    return any(this, options);
  }
  /** True where no element is 0. */
  all(options?: ReduceOptions): Tensor {
    return all(this, options);
  }
  argmax(options?: ArgOptions): Tensor {
    return argmax(this, options);
  }
  argmin(options?: ArgOptions): Tensor {
    return argmin(this, options);
  }
  logsumexp(options?: ReduceOptions): Tensor {
    return logsumexp(this, options);
  }

  /** In another shape; one size may be -1. */
  reshape(shape: number | readonly number[]): Tensor {
    return reshape(this, shape);
  }
  /** With its axes in another order (default reversed). */
  transpose(axes?: readonly number[]): Tensor {
    return transpose(this, { axes });
  }
  /** All axes reversed: a matrix transposed. */
  get T(): Tensor {
    return transpose(this);
  }
  swapaxes(axis1: number, axis2: number): Tensor {
    return swapaxes(this, axis1, axis2);
  }
  expandDims(axis: number | readonly number[]): Tensor {
    return expandDims(this, axis);
  }
  /** Without axes of size 1. */
  squeeze(options?: { readonly axis?: number | readonly number[] | null }): Tensor {
    return squeeze(this, options);
  }
  broadcastTo(shape: number | readonly number[]): Tensor {
    return broadcastTo(this, shape);
  }
  /** With one axis. */
  flatten(): Tensor {
    return ravel(this);
  }
  /** {@link flatten}. */
  ravel(): Tensor {
    return ravel(this);
  }

  /** The matrix product. */
  matmul(x: TensorLike): Tensor {
    return matmul(this, x);
  }
  /** NumPy's dot product. */
  dot(x: TensorLike): Tensor {
    return dot(this, x);
  }
  /** Slices at indices along an axis; negative indices count from the end. */
  take(indices: TensorLike, options?: { readonly axis?: number | null }): Tensor {
    return take(this, indices, options);
  }
  /**
   * The part that starts at `startIndices` and has `shape`; a size of -1 goes to the end.
   * @example
   * x.slice([0, 1], [2, 2])
   */
  slice(startIndices: StartIndices, shape: readonly number[]): Tensor {
    return slice(this, startIndices, shape);
  }
  /**
   * NumPy's `x[...]`: numbers pick elements, `[start, stop, step]` are ranges, `":"` is everything, `null` a new axis, `"..."` all axes not named,
   * an integer tensor picks several.
   * @example
   * x.at(0, [1, 3])    // x[0, 1:3]
   * x.at("...", [null, null, -1]) // x[..., ::-1]
   */
  at(...key: readonly IndexKey[]): Tensor {
    return getItem(this, key);
  }

  /** The running sum along an axis (default: of the flattened tensor). */
  cumsum(options?: CumulativeOptions): Tensor {
    return cumsum(this, options);
  }
  /** The running product along an axis (default: of the flattened tensor). */
  cumprod(options?: CumulativeOptions): Tensor {
    return cumprod(this, options);
  }
  /** Largest minus smallest element. */
  ptp(options?: ReduceOptions): Tensor {
    return ptp(this, options);
  }
  /** Sorted from small to large along an axis (default -1). */
  sort(options?: SortOptions): Tensor {
    return sort(this, options);
  }
  /** The indices that sort along an axis (default -1), int32. */
  argsort(options?: SortOptions): Tensor {
    return argsort(this, options);
  }
  /** Coordinates of what is not 0: one int32 tensor an axis. Not while tracing. */
  nonzero(): Tensor[] {
    return nonzero(this);
  }
  /** Each element repeated along an axis (default: of the flattened tensor). */
  repeat(repeats: number | readonly number[], options?: { readonly axis?: number | null }): Tensor {
    return repeat(this, repeats, options);
  }
  /** Put side by side so many times along each axis. */
  tile(repeats: number | readonly number[]): Tensor {
    return tile(this, repeats);
  }
  /** In reverse order along axes (default all). */
  flip(options?: { readonly axis?: Axes }): Tensor {
    return flip(this, options);
  }
  /** A diagonal of two axes. */
  diagonal(options?: DiagonalOptions): Tensor {
    return diagonal(this, options);
  }
  /** The sum of a diagonal of two axes. */
  trace(options?: DiagonalOptions): Tensor {
    return trace(this, options);
  }
}
