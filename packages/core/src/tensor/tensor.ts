import type { DType } from "../dtypes/dtype.ts";
import type { Value } from "../graph/value.ts";
import { TensorBase } from "./base.ts";

/**
 * An immutable n-dimensional array, possibly not computed yet. Made by `tensor()`, by ops, and by reading variables.
 * Freed by the garbage collector.
 */
export class Tensor<D extends DType = DType> extends TensorBase<D> {
  readonly #value: Value;

  /** For authors of ops: wraps a value of the graph. Users call `tensor()`. */
  constructor(value: Value) {
    super();
    this.#value = value;
  }

  override get value(): Value {
    return this.#value;
  }
}
