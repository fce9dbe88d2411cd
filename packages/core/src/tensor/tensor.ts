import type { DType } from "../dtypes/dtype.ts";
import { disposedValue, hold, release, type Value } from "../graph/value.ts";
import { TensorMethods } from "./methods.ts";

export { TensorMethods };

/**
 * An immutable n-dimensional array, possibly not computed yet. Made by `tensor()`, by ops, and by reading variables.
 * Freed by the garbage collector.
 *
 * @example
 * const x = tensor([1, 2]);
 * x.add(1).mul(x); // [2, 6]
 */
export class Tensor<out D extends DType = DType> extends TensorMethods<D> {
  #value: Value;

  /** For authors of ops: wraps a value of the graph. Users call `tensor()`. */
  constructor(value: Value) {
    super();
    this.#value = value;
    hold(value);
  }

  override get value(): Value {
    return this.#value;
  }

  override dispose(): void {
    const value = this.#value;
    if (value.disposed) return;
    this.#value = disposedValue(value);
    release(value);
  }
}
